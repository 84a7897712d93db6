"""Pure rules of the life of an account: how long since it served, when it is warned, closed, erased."""

import calendar
from datetime import datetime, timedelta
from enum import Enum

WEEK = timedelta(days=7)
# accounts.md §2, in months without activity.
NOTICE_AFTER = (4, 5)
CLOSED_AFTER = 6
# However late the job runs, nobody is closed without both notices, this long apart and before.
BETWEEN_NOTICES = timedelta(days=25)
# privacy-and-security.md §1: months after deactivation.
ERASED_AFTER = 12
HISTORY_KEPT = 12
PROPOSALS_KEPT = timedelta(days=90)


class Rest(Enum):
    """How long since somebody was last there, as a groupe's page says it."""

    WEEK = "moins de 7 jours"
    MONTH = "moins d’un mois"
    FOUR_MONTHS = "moins de 4 mois"
    LONGER = "plus de 4 mois"
    NEVER = "jamais"


class Step(Enum):
    """What is due to an account that rests."""

    NOTHING = "nothing"
    NOTICE = "notice"
    CLOSE = "close"


def after_months(at: datetime, months: int) -> datetime:
    """The same day and hour so many calendar months later; the last day of a month that is too short."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)


def rest_of(last_active_at: datetime | None, now: datetime) -> Rest:
    """The band of a groupe's page."""
    if last_active_at is None:
        return Rest.NEVER
    if now - last_active_at <= WEEK:
        return Rest.WEEK
    if now <= after_months(last_active_at, 1):
        return Rest.MONTH
    return Rest.FOUR_MONTHS if now <= after_months(last_active_at, 4) else Rest.LONGER


def step_due(since: datetime, notices: int, noticed_at: datetime | None, now: datetime) -> Step:
    """What an account that rests since then is due: a notice, then another, then being closed; one at a time."""
    if noticed_at is not None and now < noticed_at + BETWEEN_NOTICES:
        return Step.NOTHING
    if notices < len(NOTICE_AFTER):
        return Step.NOTICE if now >= after_months(since, NOTICE_AFTER[notices]) else Step.NOTHING
    return Step.CLOSE if now >= after_months(since, CLOSED_AFTER) else Step.NOTHING
