"""The demo's calendar: moments counted back from today in business days, and dates written inside texts."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aplus.annuaire.rules import Calendar, business_day_after, is_business_day, local_day

MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905  easier to read so
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

_ONE_DAY = timedelta(days=1)
_TOKEN = re.compile(r"\{(?:(?P<of>de )?m-(?P<months>[0-9]+)|(?P<sign>[-+])(?P<days>[0-9]+)(?P<year>y)?)\}")


def business_days_before(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th business day before this day, which itself does not count."""
    for _ in range(count):
        day -= _ONE_DAY
        while not is_business_day(day, calendar):
            day -= _ONE_DAY
    return day


def moment(text: str, now: datetime, calendar: Calendar) -> datetime:
    """ "12 09:40": twelve business days ago, at 9:40 of that place's time; at least one, so that it is past."""
    days, clock_time = text.split()
    if int(days) < 1:
        raise ValueError(f"not in the past: {text}")
    day = business_days_before(local_day(now, calendar), int(days), calendar)
    return datetime.combine(day, time.fromisoformat(clock_time), tzinfo=ZoneInfo(calendar.timezone))


def dated(text: str, at: datetime, calendar: Calendar) -> str:
    """The text with its dates written as of this moment.

    `{-12}` is the day twelve days before ("3 mars"), `{-12y}` always with its year, `{+3}` the third business day to
    come ("mardi 10 mars"), `{m-2}` the month two months before ("janvier"), `{de m-2}` the same after "de".
    """
    today = local_day(at, calendar)

    def written(found: re.Match[str]) -> str:
        if found["months"]:
            name = MONTHS[(today.month - 1 - int(found["months"])) % len(MONTHS)]
            if not found["of"]:
                return name
            return f"d'{name}" if name[0] in "ao" else f"de {name}"
        number = int(found["days"])
        if found["sign"] == "+":
            day = business_day_after(today, number, calendar)
            return f"{DAYS[day.weekday()]} {written_day(day)}"
        day = today - timedelta(days=number)
        return written_day(day, with_year=bool(found["year"]) or day.year != today.year)

    return _TOKEN.sub(written, text)


def written_day(day: date, *, with_year: bool = False) -> str:
    """ "1er mars", "2 mars 2026"."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]}" + (f" {day.year}" if with_year else "")
