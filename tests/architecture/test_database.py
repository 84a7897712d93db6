"""What the database itself holds: migrations that say it all, tables that only grow."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from aplus.accounts.queries.actors import actor_for
from aplus.core import clock
from aplus.journal import services as journal
from aplus.journal.models import JournalLine, JournalSeal
from tests.demandes import sent

APPEND_ONLY = ["journal_line", "journal_seal", "transition"]
pytestmark = pytest.mark.django_db


def test_no_model_changed_without_its_migration():
    """Run manage.py makemigrations, read what it wrote, commit it with the change."""
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())


@pytest.fixture
def history(world):
    """A row at least in each table that only grows."""
    sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    journal.write(actor_for(world.alice.pk), "essai", thing_id=uuid4())
    line = JournalLine.objects.latest("id")
    JournalSeal.objects.create(
        at=clock.now(),
        first_id=line.id,
        last_id=line.id,
        first_at=line.at,
        last_at=line.at,
        number=1,
        gaps=[],
        digest=b"",
        previous_digest=b"",
    )
    with connection.cursor() as cursor:
        # Nothing left to verify at the end of the transaction, which would be what refuses TRUNCATE.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_history_can_only_grow(history, table, statement):
    """Give the table the triggers of aplus/journal/migrations/0001_initial.py again."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        before = cursor.fetchone()
        assert before > (0,)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == before


def test_every_month_of_the_journal_refuses_to_be_emptied():
    """Truncating a partition does not fire the triggers of its table: each one has its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'journal_line'::regclass")
        partitions = [name for (name,) in cursor.fetchall()]
    assert len(partitions) >= 2
    for name in partitions:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {name}")
