"""The "due" column of demandes.md §2, event by event."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.demandes.rules.delays import BusinessDays, EndOf, Kept, NoDue, due_after_event, first_due
from aplus.demandes.rules.life import PartEvent

TODAY = date(2026, 4, 30)
KEPT, NONE, FIFTEEN, THREE, ONE = Kept(), NoDue(), BusinessDays(15), BusinessDays(3), BusinessDays(1)


def due(event, *, is_urgent=False, was_awaited=False, promised=None):
    return due_after_event(
        PartEvent(event),
        is_urgent=is_urgent,
        was_awaited=was_awaited,
        promised=promised,
        today=TODAY,
    )


# event: (usual, urgent, when details were awaited)
TABLE = {
    "ADDRESS": (THREE, ONE, THREE),
    "OPEN_PAGE": (KEPT, KEPT, KEPT),
    "TAKE_CHARGE": (FIFTEEN, FIFTEEN, FIFTEEN),
    "PROMISE": (FIFTEEN, FIFTEEN, FIFTEEN),
    "REPLY": (FIFTEEN, FIFTEEN, FIFTEEN),
    "ASK_DETAILS": (NONE, NONE, NONE),
    "GIVE": (KEPT, KEPT, KEPT),
    "AUTHOR_MESSAGE": (KEPT, KEPT, FIFTEEN),
    "DECLARE_PROCESSED": (NONE, NONE, NONE),
    "CLOSE_BY_TICK": (NONE, NONE, NONE),
    "NOT_COMPETENT": (NONE, NONE, NONE),
    "STILL_BLOCKED": (THREE, ONE, THREE),
    "REOPEN": (THREE, ONE, THREE),
    "CHANGE_GROUPE": (KEPT, KEPT, KEPT),
    "MERGE": (NONE, NONE, NONE),
    "ESCALATE": (KEPT, KEPT, KEPT),
    "REMIND": (KEPT, KEPT, KEPT),
}


def test_the_written_table_knows_every_event():
    assert set(TABLE) == set(PartEvent)


@pytest.mark.parametrize("event", TABLE)
def test_each_event_gives_the_delay_of_the_spec(event):
    assert (due(event), due(event, is_urgent=True), due(event, was_awaited=True)) == TABLE[event]


@pytest.mark.parametrize("event", ["TAKE_CHARGE", "PROMISE", "REPLY"])
@pytest.mark.parametrize(("days", "expected"), [(-1, FIFTEEN), (0, EndOf(TODAY)), (9, EndOf(date(2026, 5, 9)))])
def test_a_promise_still_to_come_is_the_due_date(event, days, expected):
    assert due(event, promised=TODAY + timedelta(days=days)) == expected


@given(st.sampled_from(PartEvent), st.dates(), st.booleans())
def test_a_promise_moves_nothing_else(event, promised, was_awaited):
    if event not in {"TAKE_CHARGE", "PROMISE", "REPLY"}:
        assert due(event, promised=promised, was_awaited=was_awaited) == due(event, was_awaited=was_awaited)


def test_the_first_delay_is_shorter_when_urgent():
    assert (first_due(is_urgent=False), first_due(is_urgent=True)) == (THREE, ONE)
