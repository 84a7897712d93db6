"""When a demande archives itself, and its notices: never sooner than a week after the last one."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.annuaire.rules import Calendar, last_day_of
from aplus.demandes.rules.idle import (
    ARCHIVINGS,
    DemandeStep,
    DemandeTime,
    archiving_day,
    months_after,
    next_hand_over,
    next_step,
)
from aplus.demandes.rules.life import DemandeState
from tests.annuaire.test_calendar import CALENDARS

calendars = st.sampled_from(list(CALENDARS.values()))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone
OPEN = (DemandeState.SENT, DemandeState.IN_PROGRESS, DemandeState.PROCESSED)
WEEK = timedelta(days=7)


def chain(state: DemandeState, acted_at: datetime, calendar: Calendar, late: timedelta) -> list[tuple[str, datetime]]:
    """Every step, each made so long after its moment."""
    found, done, noticed_at = [], None, None
    while done not in ARCHIVINGS:
        planned = next_step(DemandeTime(state, acted_at, noticed_at, calendar), done)
        assert planned is not None
        made_at = planned.at + late
        found.append((str(planned.step), made_at))
        done, noticed_at = planned.step, made_at
    return found


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2028-02-29", 6, "2028-08-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-31", 6, "2027-06-30"),
        ("2026-07-01", 6, "2027-01-01"),
        ("2026-06-30", 6, "2026-12-30"),
        ("2026-05-15", 0, "2026-05-15"),
    ],
)
def test_months(day, months, expected):
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(expected)


@pytest.mark.parametrize("territoire", ["95", "67", "971", "974", "975", "988"])
def test_processed_days_are_local(territoire):
    calendar = CALENDARS[territoire]
    acted = datetime(2026, 5, 4, 23, 30, tzinfo=ZoneInfo(calendar.timezone))
    found = chain(DemandeState.PROCESSED, acted, calendar, timedelta())
    assert [step for step, _ in found] == ["traitee-preavis", "traitee-archivage"]
    assert [last_day_of(at, calendar) for _, at in found] == [date(2026, 5, 27), date(2026, 6, 3)]


@pytest.mark.parametrize("state", [DemandeState.SENT, DemandeState.IN_PROGRESS])
def test_silent_for_six_months(state):
    calendar = CALENDARS["95"]
    acted = datetime(2026, 5, 4, 9, tzinfo=ZoneInfo(calendar.timezone))
    found = chain(state, acted, calendar, timedelta())
    assert [step for step, _ in found] == ["inactive-preavis-1", "inactive-preavis-2", "inactive-archivage"]
    assert [last_day_of(at, calendar) for _, at in found] == [date(2026, 10, 5), date(2026, 10, 28), date(2026, 11, 4)]


@given(st.sampled_from(OPEN), instants, calendars, st.timedeltas(timedelta(), timedelta(days=400)))
def test_never_archived_before_its_time_nor_a_week_after_the_last_notice(state, acted_at, calendar, late):
    found = chain(state, acted_at, calendar, late)
    moments = [at for _, at in found]
    assert moments == sorted(moments)
    assert moments[-1] - moments[-2] >= WEEK
    now = DemandeTime(state, acted_at, None, calendar)
    assert last_day_of(moments[-1], calendar) >= archiving_day(now)
    assert found[-1][0].endswith("archivage")


def test_nothing_on_an_archived_one():
    now = datetime(2026, 5, 4, 9, tzinfo=UTC)
    assert next_step(DemandeTime(DemandeState.ARCHIVED, now, None, CALENDARS["95"]), None) is None


def test_a_step_of_another_chain_begins_this_one():
    now = datetime(2026, 5, 4, 9, tzinfo=UTC)
    planned = next_step(DemandeTime(DemandeState.PROCESSED, now, None, CALENDARS["95"]), DemandeStep.FIRST_NOTICE)
    assert planned is not None
    assert planned.step is DemandeStep.PROCESSED_NOTICE


def test_handing_over_is_asked_of_one_then_of_the_next():
    calendar, now = CALENDARS["67"], datetime(2026, 4, 1, 8, tzinfo=UTC)
    first = next_hand_over(None, now, calendar, is_anyone_told=True)
    assert (first.step, first.at) == (DemandeStep.ASK_RESPONSABLES, now)
    later = next_hand_over(first.step, now, calendar, is_anyone_told=True)
    # Good Friday and Easter Monday are off over there.
    assert (later.step, last_day_of(later.at, calendar)) == (DemandeStep.ASK_SUPERVISEURS, date(2026, 4, 10))
    at_once = next_hand_over(first.step, now, calendar, is_anyone_told=False)
    assert (at_once.step, at_once.at) == (DemandeStep.ASK_SUPERVISEURS, now)
    for done in (DemandeStep.ASK_SUPERVISEURS, DemandeStep.WAIT):
        waiting = next_hand_over(done, now, calendar, is_anyone_told=False)
        assert (waiting.step, waiting.at) == (DemandeStep.WAIT, now + timedelta(days=1))
