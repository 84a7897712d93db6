"""Pure rules of what people choose to be told: when a grouped mail leaves."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# The hours that can be chosen, in the time of the person's territoire.
HOURS = (9, 14)


def next_grouped(now: datetime, hours: Iterable[int], timezone: str) -> datetime:
    """The first of these hours after this moment, over there; both when none was chosen."""
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    chosen = sorted(set(hours) & set(HOURS)) or HOURS
    moments = [datetime.combine(today + timedelta(days=day), time(hour), zone) for day in (0, 1) for hour in chosen]
    return next(moment for moment in moments if moment > now)
