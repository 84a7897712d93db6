"""Business days and delays in a territoire's time, and the keys by which places are found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from aplus.core.text import fold

GOOD_FRIDAY = "vendredi-saint"

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_SEPARATORS = re.compile(r"[\W_]+")
_SHORTENED_SAINT = re.compile(r"\bst(e?)\b")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A clock and its days off besides Sundays, Saturdays and the national holidays (demandes.md §6).

    `local_holidays` are "mm-dd", or "vendredi-saint"; anything else, or an unknown time zone, is a ValueError.
    """

    timezone: str
    local_holidays: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"Fuseau horaire inconnu : {self.timezone}") from error
        for code in self.local_holidays:
            if code != GOOD_FRIDAY and not _MONTH_DAY.fullmatch(code):
                raise ValueError(f"Jour férié local incompris : {code}")


@lru_cache(maxsize=64)
def _national_holidays(year: int) -> frozenset[date]:
    """The 11 days of article L3133-1 of the code du travail."""
    return frozenset(holidays.country_holidays("FR", years=year))


@lru_cache(maxsize=64)
def _good_friday(year: int) -> date:
    """Three days before Easter Monday."""
    [easter_monday] = holidays.country_holidays("FR", years=year, language="fr").get_named("Lundi de Pâques")
    return easter_monday - timedelta(days=3)


def is_business_day(day: date, calendar: Calendar) -> bool:
    """Monday to Friday, neither a national holiday nor one of the territoire's own."""
    if day.weekday() >= _SATURDAY or day in _national_holidays(day.year):
        return False
    if GOOD_FRIDAY in calendar.local_holidays and day == _good_friday(day.year):
        return False
    return f"{day:%m-%d}" not in calendar.local_holidays


def local_day(instant: datetime, calendar: Calendar) -> date:
    """The day it is over there at this instant (aware)."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone has no local day")
    return instant.astimezone(ZoneInfo(calendar.timezone)).date()


def business_day_after(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th business day after this day, which itself never counts; the day itself for 0."""
    if count < 0:
        raise ValueError("a delay has no negative days")
    for _ in range(count):
        day += _ONE_DAY
        while not is_business_day(day, calendar):
            day += _ONE_DAY
    return day


def business_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many business days come after `start` up to `end` included; 0 on the day itself, or before it."""
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(is_business_day(day, calendar) for day in days)


def end_of(day: date, calendar: Calendar) -> datetime:
    """Midnight, local time, at the end of this day: 00:00 of the next one, in UTC."""
    midnight = datetime.combine(day + _ONE_DAY, time.min, tzinfo=ZoneInfo(calendar.timezone))
    return midnight.astimezone(UTC)


def due_after(start: datetime, business_days: int, calendar: Calendar) -> datetime:
    """When a delay that starts with this event (aware) ends, in UTC; the day of the event never counts."""
    return end_of(business_day_after(local_day(start, calendar), business_days, calendar), calendar)


def last_day_of(due: datetime, calendar: Calendar) -> date:
    """The day a person reads for this due date: the one that ends at that midnight."""
    return local_day(due - timedelta(microseconds=1), calendar)


def calendar_of(demande_territoire: str, covered: Mapping[str, Calendar], fallback: Calendar) -> Calendar:
    """The calendar of a part: the demande's territoire's if the groupe covers it, else the groupe's first territoire's.

    `covered` maps the codes of the groupe's territoires to their calendars. `fallback`, the calendar of the demande's
    territoire, is for a groupe of all France (which covers it) or of no territoire.
    """
    if not covered or demande_territoire in covered:
        return fallback
    return covered[min(covered)]


def place_key(text: str) -> str:
    """By what a commune is sorted and found: no accents, case or punctuation, "St" and "Ste" in full."""
    bare = _SEPARATORS.sub(" ", fold(text)).strip()
    return _SHORTENED_SAINT.sub(r"saint\1", bare)
