"""Months of the trail older than twelve months go; their seals stay, and still verify."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from procrastinate.contrib.django import app

from aplus.journal import queries, services, tasks
from aplus.journal.models import JournalLine, JournalSeal
from aplus.policy.actor import SYSTEM

pytestmark = pytest.mark.django_db
JUNE, JULY = datetime(2031, 6, 15, tzinfo=UTC), datetime(2031, 7, 1, tzinfo=UTC)
KEPT_UNTIL = datetime(2032, 7, 1, tzinfo=UTC)


def written(at: datetime, *, sealed: bool = True) -> JournalLine:
    """A line of this moment, in its month, sealed ten minutes later."""
    with time_machine.travel(at, tick=False):
        services.add_partitions()
        services.write(SYSTEM, "essai")
    if sealed:
        with time_machine.travel(at + timedelta(minutes=10), tick=False):
            services.seal_lines()
    return JournalLine.objects.latest("id")


def dropped_at(moment: datetime) -> list[str]:
    with time_machine.travel(moment, tick=False):
        return [name for name in services.drop_old_partitions() if "2031" in name]


def test_twelve_whole_months_are_kept_and_the_seals_after_them() -> None:
    june, july = written(JUNE), written(JULY)
    seals = JournalSeal.objects.count()
    assert dropped_at(KEPT_UNTIL - timedelta(seconds=1)) == []
    assert JournalLine.objects.filter(pk=june.pk).exists()
    assert dropped_at(KEPT_UNTIL) == ["journal_line_2031_06"]
    assert not JournalLine.objects.filter(pk=june.pk).exists()
    assert JournalLine.objects.filter(pk=july.pk).exists()
    assert JournalSeal.objects.count() == seals
    with time_machine.travel(KEPT_UNTIL, tick=False):
        result = queries.verify()
    assert result.problems == []
    assert result.expired == 1
    assert dropped_at(KEPT_UNTIL) == []


def test_a_month_with_a_line_no_seal_covers_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    written(JUNE, sealed=False)
    assert dropped_at(KEPT_UNTIL) == []
    assert JournalLine.objects.filter(at=JUNE).exists()
    assert "not sealed" in caplog.text


def test_what_is_written_stays_append_only() -> None:
    written(JUNE)
    july = written(JULY)
    dropped_at(KEPT_UNTIL)
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_line WHERE id = %s", [july.id])


def test_the_job_does_it_each_night() -> None:
    written(JUNE)
    with time_machine.travel(KEPT_UNTIL, tick=False):
        tasks.drop_old_partitions(timestamp=0)
    assert not JournalLine.objects.filter(at=JUNE).exists()
    periodic = {entry.task.name for entry in app.periodic_registry.periodic_tasks.values()}
    assert "journal.drop_old_partitions" in periodic
