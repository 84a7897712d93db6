"""Pure rules of what people choose to be told: when a grouped mail and the summary of a week leave."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# The hours that can be chosen, in the time of the person's territoire.
HOURS = (9, 14)
SUMMARY_HOUR = 8
# What a person and a membership say alike when they want no mail.
NO_MAIL = "aucun"


def is_told(mail: str, new_demandes: str) -> bool:
    """Whether somebody with these choices ever gets a mail about a new demande of the groupe."""
    return NO_MAIL not in {mail, new_demandes}


def next_grouped(now: datetime, hours: Iterable[int], timezone: str) -> datetime:
    """The first of these hours after this moment, over there; both when none was chosen."""
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    chosen = sorted(set(hours) & set(HOURS)) or HOURS
    moments = [datetime.combine(today + timedelta(days=day), time(hour), zone) for day in (0, 1) for hour in chosen]
    return next(moment for moment in moments if moment > now)


def week_of_summary(now: datetime, timezone: str) -> str:
    """The week whose summary is due: from Monday at eight, over there, until that day ends; '' at any other time."""
    there = now.astimezone(ZoneInfo(timezone))
    year, week, weekday = there.isocalendar()
    return f"{year}-{week:02}" if weekday == 1 and there.hour >= SUMMARY_HOUR else ""
