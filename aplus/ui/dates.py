"""Days and moments as a French reader says them, in the time of a place."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format


def day_label(day: date) -> str:
    """A day: 1er mars 2026."""
    month_and_year = date_format(day, "F Y")
    return f"{'1er' if day.day == 1 else day.day} {month_and_year}"


def moment_label(at: datetime, timezone: str) -> str:
    """A moment, over there: 1er mars 2026 à 14 h 05."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{day_label(local.date())} à\u00a0{local.hour}\u00a0h\u00a0{local.minute:02}"
