"""When each step of a part's delay comes, on calendars where the days differ; the order of the steps."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.annuaire.rules import Calendar, due_after, is_business_day, last_day_of, local_day
from aplus.demandes.rules.escalation import AWAITED, OVERDUE, PartStep, PartTime, is_told_at_once, next_step
from tests.annuaire.test_calendar import CALENDARS

calendars = st.sampled_from(list(CALENDARS.values()))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone
CHAIN = ("echeance", "responsables", "superviseurs", "expert")


def steps(part: PartTime) -> list[tuple[str, datetime]]:
    """The whole chain."""
    found, done = [], None
    while (planned := next_step(part, done)) is not None:
        found.append((str(planned.step), planned.at))
        done = planned.step
    return found


def overdue_days(sent: str, delay: int, territoire: str) -> list[date]:
    """The last day before each step of a delay that began that day at noon."""
    calendar = CALENDARS[territoire]
    began = datetime.fromisoformat(f"{sent}T12:00").replace(tzinfo=ZoneInfo(calendar.timezone))
    part = PartTime(is_open=True, due_at=due_after(began, delay, calendar), awaited_since=None, calendar=calendar)
    assert [step for step, _ in steps(part)] == list(CHAIN)
    return [last_day_of(at, calendar) for _, at in steps(part)]


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("territoire", "sent", "expected"),
    [
        # The examples of demandes.md §6, and what follows each.
        ("95", "2026-04-30", days("2026-05-06", "2026-05-11", "2026-05-15", "2026-05-22")),
        ("95", "2026-04-02", days("2026-04-08", "2026-04-10", "2026-04-15", "2026-04-22")),
        ("67", "2026-04-02", days("2026-04-09", "2026-04-13", "2026-04-16", "2026-04-23")),
        ("95", "2027-12-17", days("2027-12-22", "2027-12-24", "2027-12-29", "2028-01-05")),
        ("974", "2027-12-17", days("2027-12-23", "2027-12-27", "2027-12-30", "2028-01-06")),
        ("95", "2026-05-26", days("2026-05-29", "2026-06-02", "2026-06-05", "2026-06-12")),
        ("971", "2026-05-26", days("2026-06-01", "2026-06-03", "2026-06-08", "2026-06-15")),
        ("95", "2026-05-02", days("2026-05-06", "2026-05-11", "2026-05-15", "2026-05-22")),
        # 26 December in Alsace-Moselle, between the due day and the responsables.
        ("95", "2028-12-19", days("2028-12-22", "2028-12-27", "2029-01-02", "2029-01-09")),
        ("67", "2028-12-19", days("2028-12-22", "2028-12-28", "2029-01-03", "2029-01-10")),
        # Good Friday of 2027 between the due day and the responsables.
        ("95", "2027-03-22", days("2027-03-25", "2027-03-30", "2027-04-02", "2027-04-09")),
        ("67", "2027-03-22", days("2027-03-25", "2027-03-31", "2027-04-05", "2027-04-12")),
        # 20 December 2028 is a Wednesday of La Réunion.
        ("974", "2028-12-14", days("2028-12-19", "2028-12-22", "2028-12-28", "2029-01-05")),
        # 27 May 2027, a Thursday of Guadeloupe.
        ("971", "2027-05-21", days("2027-05-26", "2027-05-31", "2027-06-03", "2027-06-10")),
        # A leap day that is worked: Tuesday 29 February 2028.
        ("95", "2028-02-23", days("2028-02-28", "2028-03-01", "2028-03-06", "2028-03-13")),
        ("988", "2028-02-24", days("2028-02-29", "2028-03-02", "2028-03-07", "2028-03-14")),
        # The year ends.
        ("988", "2026-12-28", days("2026-12-31", "2027-01-05", "2027-01-08", "2027-01-15")),
        ("975", "2026-12-30", days("2027-01-05", "2027-01-07", "2027-01-12", "2027-01-19")),
    ],
)
def test_escalation_of_a_first_delay(territoire, sent, expected):
    assert overdue_days(sent, 3, territoire) == expected


@pytest.mark.parametrize(
    ("territoire", "began", "at"),
    [
        # The clocks of Paris go forward on 29 March 2026 and back on 25 October: midnight moves by an hour in UTC.
        ("95", "2026-03-23T12:00+01:00", ["2026-03-26T23", "2026-03-30T22", "2026-04-02T22", "2026-04-10T22"]),
        ("95", "2026-10-19T12:00+02:00", ["2026-10-22T22", "2026-10-26T23", "2026-10-29T23", "2026-11-05T23"]),
        # Those of Saint-Pierre on 8 March and 1 November.
        ("975", "2026-03-02T12:00-03:00", ["2026-03-06T03", "2026-03-10T02", "2026-03-13T02", "2026-03-20T02"]),
        ("975", "2026-10-26T12:00-02:00", ["2026-10-30T02", "2026-11-03T03", "2026-11-06T03", "2026-11-14T03"]),
        # Nouméa has one time all year; its midnight is 13:00 UTC of the day before.
        ("988", "2026-03-23T12:00+11:00", ["2026-03-26T13", "2026-03-30T13", "2026-04-02T13", "2026-04-10T13"]),
    ],
)
def test_midnight_is_local_on_both_sides_of_a_clock_change(territoire, began, at):
    calendar = CALENDARS[territoire]
    due = due_after(datetime.fromisoformat(began), 3, calendar)
    part = PartTime(is_open=True, due_at=due, awaited_since=None, calendar=calendar)
    assert [f"{moment:%Y-%m-%dT%H}" for _, moment in steps(part)] == at
    assert all(moment.minute == 0 for _, moment in steps(part))


@pytest.mark.parametrize(
    ("territoire", "asked", "expected"),
    [
        ("95", "2026-04-30T10:00+02:00", days("2026-05-11", "2026-05-27")),
        ("67", "2026-04-02T10:00+02:00", days("2026-04-13", "2026-04-27")),
        ("95", "2026-04-02T10:00+02:00", days("2026-04-10", "2026-04-24")),
        ("974", "2028-12-18T10:00+04:00", days("2028-12-27", "2029-01-11")),
        ("971", "2026-05-22T10:00-04:00", days("2026-06-02", "2026-06-16")),
    ],
)
def test_details_are_asked_for_again(territoire, asked, expected):
    calendar = CALENDARS[territoire]
    part = PartTime(is_open=True, due_at=None, awaited_since=datetime.fromisoformat(asked), calendar=calendar)
    found = steps(part)
    assert [step for step, _ in found] == ["rappel-1", "rappel-2"]
    assert [last_day_of(at, calendar) for _, at in found] == expected


def test_a_promise_on_a_sunday_is_late_from_the_monday():
    calendar = CALENDARS["95"]
    due = datetime(2026, 6, 7, 22, tzinfo=UTC)  # the end of Sunday 7 June, in Paris
    part = PartTime(is_open=True, due_at=due, awaited_since=None, calendar=calendar)
    assert [last_day_of(at, calendar) for _, at in steps(part)] == days(
        "2026-06-07", "2026-06-09", "2026-06-12", "2026-06-19"
    )


def test_nothing_on_a_closed_part_nor_without_delay():
    calendar, now = CALENDARS["95"], datetime(2026, 6, 7, 22, tzinfo=UTC)
    for due, awaited in ((now, None), (None, now), (None, None)):
        assert next_step(PartTime(False, due, awaited, calendar), None) is None
    assert next_step(PartTime(True, None, None, calendar), None) is None


@pytest.mark.parametrize(("done", "other"), [(PartStep.DUE, (None, True)), (PartStep.FIRST_REMINDER, (True, None))])
def test_a_step_of_the_other_chain_has_no_next(done, other):
    now = datetime(2026, 6, 7, 22, tzinfo=UTC)
    due, awaited = (now if each else None for each in other)
    assert next_step(PartTime(True, due, awaited, CALENDARS["95"]), done) is None


@given(due=instants, calendar=calendars)
def test_the_steps_come_in_order_each_after_its_days(due: datetime, calendar: Calendar) -> None:
    due = due_after(due, 1, calendar)
    found = steps(PartTime(is_open=True, due_at=due, awaited_since=None, calendar=calendar))
    assert found[0] == ("echeance", due)
    assert [at for _, at in found] == sorted(at for _, at in found)
    first = last_day_of(due, calendar)
    for (step, at), number in zip(found, OVERDUE.values(), strict=True):
        last = last_day_of(at, calendar)
        between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
        assert sum(is_business_day(day, calendar) for day in between) == number, step


@given(asked=instants, calendar=calendars)
def test_reminders_count_from_the_day_of_asking(asked: datetime, calendar: Calendar) -> None:
    found = steps(PartTime(is_open=True, due_at=None, awaited_since=asked, calendar=calendar))
    first = local_day(asked, calendar)
    for (_, at), number in zip(found, AWAITED.values(), strict=True):
        last = last_day_of(at, calendar)
        between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
        assert sum(is_business_day(day, calendar) for day in between) == number


def test_what_goes_on_at_once_with_nobody_to_tell():
    at_once = {step for step in PartStep if is_told_at_once(step, is_anyone_told=False)}
    assert at_once == {PartStep.RESPONSABLES, PartStep.SUPERVISEURS}
    assert not any(is_told_at_once(step, is_anyone_told=True) for step in PartStep)
