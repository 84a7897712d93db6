"""Business days: every example of demandes.md §6, the overseas calendars, year ends, clock changes; keys of places."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.annuaire.rules import (
    Calendar,
    business_day_after,
    calendar_of,
    due_after,
    end_of,
    is_business_day,
    last_day_of,
    local_day,
    place_key,
)

PARIS = Calendar("Europe/Paris")
CALENDARS = {
    "95": PARIS,
    "67": Calendar("Europe/Paris", frozenset({"vendredi-saint", "12-26"})),
    "971": Calendar("America/Guadeloupe", frozenset({"05-27"})),
    "974": Calendar("Indian/Reunion", frozenset({"12-20"})),
    "975": Calendar("America/Miquelon"),
    "976": Calendar("Indian/Mayotte", frozenset({"04-27"})),
    "977": Calendar("America/St_Barthelemy", frozenset({"10-09"})),
    "986": Calendar("Pacific/Wallis"),
    "988": Calendar("Pacific/Noumea"),
}
calendars = st.sampled_from(list(CALENDARS.values()))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone


def noon(day: date, calendar: Calendar) -> datetime:
    """Midday, local time."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(calendar.timezone))


@pytest.mark.parametrize(
    ("territoire", "sent", "business_days", "last_day"),
    [
        # The examples of demandes.md §6.
        ("95", date(2026, 4, 30), 3, date(2026, 5, 6)),
        ("95", date(2026, 4, 2), 3, date(2026, 4, 8)),
        ("67", date(2026, 4, 2), 3, date(2026, 4, 9)),
        ("95", date(2027, 12, 17), 3, date(2027, 12, 22)),
        ("974", date(2027, 12, 17), 3, date(2027, 12, 23)),
        ("95", date(2026, 5, 26), 3, date(2026, 5, 29)),
        ("971", date(2026, 5, 26), 3, date(2026, 6, 1)),
        ("95", date(2026, 5, 2), 3, date(2026, 5, 6)),
        # 26 December is a day off in Alsace-Moselle only; the year ends meanwhile.
        ("95", date(2028, 12, 22), 3, date(2028, 12, 28)),
        ("67", date(2028, 12, 22), 3, date(2028, 12, 29)),
        ("95", date(2026, 12, 30), 3, date(2027, 1, 5)),
        # 27 April in Mayotte, 9 October in Saint-Barthélemy.
        ("976", date(2026, 4, 24), 1, date(2026, 4, 28)),
        ("95", date(2026, 4, 24), 1, date(2026, 4, 27)),
        ("977", date(2026, 10, 8), 1, date(2026, 10, 12)),
        # 1 May 2008 was also Ascension day: ten days off that year.
        ("95", date(2008, 4, 30), 1, date(2008, 5, 2)),
        ("95", date(2026, 11, 21), 15, date(2026, 12, 11)),
        ("95", date(2026, 5, 2), 0, date(2026, 5, 2)),
    ],
)
def test_delay_ends_with_its_last_business_day(territoire: str, sent: date, business_days: int, last_day: date) -> None:
    calendar = CALENDARS[territoire]
    due = due_after(noon(sent, calendar), business_days, calendar)
    assert due == datetime.combine(
        last_day + timedelta(days=1), datetime.min.time(), tzinfo=ZoneInfo(calendar.timezone)
    )
    assert last_day_of(due, calendar) == last_day


@pytest.mark.parametrize(
    ("territoire", "event", "due"),
    [
        # 23:30 UTC is the next day in Paris, in La Réunion, in Nouméa; the same day in Guadeloupe.
        ("95", datetime(2026, 7, 1, 23, 30, tzinfo=UTC), datetime(2026, 7, 7, 22, tzinfo=UTC)),
        ("974", datetime(2026, 7, 1, 23, 30, tzinfo=UTC), datetime(2026, 7, 7, 20, tzinfo=UTC)),
        ("988", datetime(2026, 7, 1, 13, 30, tzinfo=UTC), datetime(2026, 7, 7, 13, tzinfo=UTC)),
        ("988", datetime(2026, 7, 1, 12, 30, tzinfo=UTC), datetime(2026, 7, 6, 13, tzinfo=UTC)),
        ("971", datetime(2026, 7, 1, 23, 30, tzinfo=UTC), datetime(2026, 7, 7, 4, tzinfo=UTC)),
        ("975", datetime(2026, 7, 1, 23, 30, tzinfo=UTC), datetime(2026, 7, 7, 2, tzinfo=UTC)),
        # A new year that has begun there only.
        ("986", datetime(2026, 12, 31, 12, 30, tzinfo=UTC), datetime(2027, 1, 6, 12, tzinfo=UTC)),
        # The clocks of Paris change on 29 March and 25 October 2026; those of Saint-Pierre on 8 March.
        ("95", datetime(2026, 3, 27, 9, tzinfo=UTC), datetime(2026, 4, 1, 22, tzinfo=UTC)),
        ("95", datetime(2026, 10, 23, 9, tzinfo=UTC), datetime(2026, 10, 28, 23, tzinfo=UTC)),
        ("975", datetime(2026, 3, 6, 12, tzinfo=UTC), datetime(2026, 3, 12, 2, tzinfo=UTC)),
    ],
)
def test_day_of_the_event_and_midnight_are_local(territoire: str, event: datetime, due: datetime) -> None:
    found = due_after(event, 3, CALENDARS[territoire])
    assert found == due
    assert found.tzinfo is UTC


def test_national_holidays_are_eleven_and_in_every_territoire() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    off = {day for day in days if day.weekday() < 5 and not is_business_day(day, PARIS)}
    weekend = {date(2026, 8, 15), date(2026, 11, 1)}
    assert off | weekend == {
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    }
    assert not any(is_business_day(day, calendar) for day in off for calendar in CALENDARS.values())


def test_good_friday_moves_with_easter() -> None:
    alsace = CALENDARS["67"]
    assert not is_business_day(date(2026, 4, 3), alsace)
    assert is_business_day(date(2027, 4, 2), alsace)
    assert not is_business_day(date(2027, 3, 26), alsace)
    assert is_business_day(date(2027, 3, 26), PARIS)


@given(instant=instants, count=st.integers(1, 30), calendar=calendars)
def test_due_day_is_the_nth_business_day(instant: datetime, count: int, calendar: Calendar) -> None:
    due = due_after(instant, count, calendar)
    first, last = local_day(instant, calendar), last_day_of(due, calendar)
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(is_business_day(day, calendar) for day in between) == count
    assert is_business_day(last, calendar)


@given(day=st.dates(date(2000, 1, 1), date(2090, 1, 1)), calendar=calendars)
def test_end_of_a_day_is_the_first_instant_after_it(day: date, calendar: Calendar) -> None:
    end = end_of(day, calendar)
    assert last_day_of(end, calendar) == day
    assert local_day(end, calendar) == day + timedelta(days=1)


def test_what_makes_no_delay_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        business_day_after(date(2026, 1, 1), -1, PARIS)
    with pytest.raises(ValueError, match="time zone"):
        due_after(datetime(2026, 1, 1), 1, PARIS)  # noqa: DTZ001  the point of the test


@pytest.mark.parametrize(
    ("timezone", "holidays"),
    [
        ("Europe/Atlantide", set()),
        ("", set()),
        ("../etc/passwd", set()),
        ("Europe/Paris", {"13-01"}),
        ("Europe/Paris", {"lundi"}),
        ("Europe/Paris", {"5-1"}),
    ],
)
def test_calendar_refuses_what_it_does_not_understand(timezone: str, holidays: set[str]) -> None:
    with pytest.raises(ValueError, match=r"Fuseau horaire inconnu|Jour férié local incompris"):
        Calendar(timezone, frozenset(holidays))


def test_part_takes_the_calendar_of_the_demande_when_the_groupe_covers_it() -> None:
    covered = {"974": CALENDARS["974"], "67": CALENDARS["67"]}
    assert calendar_of("974", covered, CALENDARS["974"]) == CALENDARS["974"]
    assert calendar_of("95", covered, PARIS) == CALENDARS["67"]
    assert calendar_of("95", {}, PARIS) == PARIS


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Saint-Étienne-du-Bois", "saint etienne du bois"),
        ("st etienne du bois", "saint etienne du bois"),
        ("Ste-Marie", "sainte marie"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("Œting", "oeting"),
        ("Stains", "stains"),
        (" \x00'- ", ""),
    ],
)
def test_place_key(name: str, key: str) -> None:
    assert place_key(name) == key


@given(st.text())
def test_place_key_is_stable(text: str) -> None:
    assert place_key(place_key(text)) == place_key(text)
