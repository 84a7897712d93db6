"""Refusals: one line each to a signed-in person, sixty an hour per session, then one line that counts the rest."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import ResolverMatch
from pytest_django import DjangoAssertNumQueries

from aplus.journal import refusals
from aplus.journal.models import JournalLine, RefusalCount
from aplus.policy.actor import Actor

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 5, 9, tzinfo=UTC)
STRANGER = Actor(user_id=uuid4(), session_id=uuid4())
DEMANDE_ID = uuid4()


def view() -> None:
    """Any view."""


MATCH = ResolverMatch(
    view, (), {"page": 1, "demande_id": DEMANDE_ID, "message_id": uuid4()}, "withdraw", namespaces=["demandes"]
)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still and moves when told."""
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


def test_a_refusal_is_one_line_and_one_query(
    clock: time_machine.Traveller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        refusals.record(STRANGER, 404, MATCH)
    line = JournalLine.objects.get()
    assert (line.act, line.actor_id, line.session_id) == ("refus", STRANGER.user_id, STRANGER.session_id)
    assert line.codes == {"status": 404, "route": "demandes:withdraw"}
    assert (line.thing_id, line.demande_id, line.at) == (DEMANDE_ID, None, START)


def test_an_address_that_leads_nowhere_is_a_line_without_its_path(clock: time_machine.Traveller) -> None:
    refusals.record(STRANGER, 404, None)
    line = JournalLine.objects.get()
    assert (line.codes, line.thing_id) == ({"status": 404, "route": ""}, None)


def test_beyond_sixty_an_hour_refusals_are_counted_in_one_line(clock: time_machine.Traveller) -> None:
    for _ in range(75):
        refusals.record(STRANGER, 404, MATCH)
    refusals.record(Actor(user_id=STRANGER.user_id, session_id=uuid4()), 403, MATCH)
    assert JournalLine.objects.filter(session_id=STRANGER.session_id).count() == 60
    assert JournalLine.objects.count() == 61

    clock.shift(timedelta(minutes=59, seconds=59))
    assert refusals.close_hours() == 0
    clock.shift(timedelta(seconds=1))
    assert refusals.close_hours() == 2
    counting = JournalLine.objects.last()
    assert counting is not None
    assert counting.codes == {"number": 15}
    assert (counting.session_id, counting.actor_id) == (STRANGER.session_id, STRANGER.user_id)
    assert JournalLine.objects.count() == 62
    assert refusals.close_hours() == 0

    refusals.record(STRANGER, 404, MATCH)
    assert JournalLine.objects.count() == 63


def test_an_hour_of_sixty_leaves_no_counting_line(clock: time_machine.Traveller) -> None:
    for _ in range(60):
        refusals.record(STRANGER, 404, MATCH)
    assert str(RefusalCount.objects.get()) == "60 refusals"
    clock.shift(timedelta(hours=1))
    assert refusals.close_hours() == 1
    assert JournalLine.objects.count() == 60


def test_a_person_without_a_session_id_is_counted_by_account(clock: time_machine.Traveller) -> None:
    refusals.record(Actor(user_id=STRANGER.user_id), 403, MATCH)
    assert RefusalCount.objects.get().session_id == STRANGER.user_id
    assert JournalLine.objects.get().session_id is None


def test_a_refusal_is_written_although_the_transaction_of_the_view_broke() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RefusalCount.objects.create(session_id=uuid4(), actor_id=uuid4(), since=START, number=None)
    refusals.record(STRANGER, 403, MATCH)
    assert JournalLine.objects.count() == 1


def test_a_refusal_that_cannot_be_written_is_logged_and_never_raises(caplog: pytest.LogCaptureFixture) -> None:
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            RefusalCount.objects.create(session_id=uuid4(), actor_id=uuid4(), since=START, number=None)
        assert connection.needs_rollback
        refusals.record(STRANGER, 403, MATCH)
        connection.set_rollback(True)
    assert "refusal not journaled" in caplog.text
    assert not JournalLine.objects.exists()
