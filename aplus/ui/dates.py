"""Days and moments as a French reader says them, in the time of a place."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

MINUTE, HOUR = 60, 3600
# Counted in hours even across midnight; beyond, in days of the calendar.
LAST_HOURS = 12 * HOUR
LAST_DAYS = 31


def day_label(day: date) -> str:
    """A day: 1er mars 2026."""
    month_and_year = date_format(day, "F Y")
    return f"{'1er' if day.day == 1 else day.day} {month_and_year}"


def moment_label(at: datetime, timezone: str) -> str:
    """A moment, over there: 1er mars 2026 à 14 h 05."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{day_label(local.date())} à\u00a0{local.hour}\u00a0h\u00a0{local.minute:02}"


def ago_label(at: datetime, now: datetime, timezone: str) -> str:
    """How long ago, as the days were counted over there; nothing beyond a month, nor for what is to come.

    The hours and minutes are counted again by `ui/ago.js` while a page stays open: the same words are there.
    """
    seconds = int((now - at).total_seconds())
    if seconds < -MINUTE:
        return ""
    if seconds < MINUTE:
        return "à l’instant"
    if seconds < HOUR:
        return _some(seconds // MINUTE, "minute")
    if seconds < LAST_HOURS:
        return _some(seconds // HOUR, "heure")
    zone = ZoneInfo(timezone)
    days = (now.astimezone(zone).date() - at.astimezone(zone).date()).days
    if days == 0:
        return _some(seconds // HOUR, "heure")
    if days == 1:
        return "hier"
    return _some(days, "jour") if days <= LAST_DAYS else ""


def _some(number: int, unit: str) -> str:
    return f"il y a {number}\u00a0{unit}{'s' if number > 1 else ''}"
