"""A small world in a real database: its people read it, its copies are those of the writer, its indexes are back."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from aplus.accounts.models import Membership
from aplus.demandes.models import Demande, Part, Participant
from dev.bench import latency, places, readers, world
from dev.bench.visits import Visitor, open_session

TINY = world.Size("tiny", 0, 60, 40)


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname IN ('public', 'search')"
            " AND tablename NOT LIKE 'journal_line%'"
        )
        return {name for (name,) in cursor.fetchall()}


def constraints() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conparentid = 0"
            " AND conrelid::regclass::text NOT LIKE 'journal_line%%'",
            [],
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def built(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[set[str], set[str]]:
    """The world, on one territoire; what indexes and constraints there were before."""
    call_command("load_reference")
    monkeypatch.setattr(places, "TERRITOIRES_AT_MOST", 2)
    before = indexes(), constraints()
    world.build(TINY, _database(), processes=1)
    return before


def _database() -> str:
    told = connection.get_connection_params()
    kept = {name: told[name] for name in ("host", "port", "dbname", "user", "password") if told.get(name)}
    return make_conninfo("", **kept)


def test_a_world_is_whole_and_read_by_its_people(built):
    assert indexes() ^ built[0] == set()
    assert constraints() ^ built[1] == set()
    assert Demande.objects.count() == TINY.total
    with pytest.raises(world.NotEmpty):
        world.build(TINY, _database())
    handler = WSGIHandler()
    people = readers.choose(handler)
    figures = latency.measure(people, rounds=12)
    assert {figure.what for figure in figures} >= {"list, p95", "one demande, p95", "search, p95", "reply, p95"}
    for part in Part.objects.select_related("demande"):
        assert part.demande_state == part.demande.state
        assert part.archived_at == part.demande.archived_at
    assert set(Participant.objects.values_list("kind", flat=True)) <= {"auteur", "co-auteur"}
    member = Membership.objects.filter(is_responsable=True).first()
    assert Visitor(handler, open_session(member.user_id)).get("/groupes/").status == 200
