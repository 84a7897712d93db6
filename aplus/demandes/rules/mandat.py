"""The life of a mandat: until when it holds, what happens before and after its end (demandes.md §8)."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from aplus.annuaire.rules import Calendar, end_of, local_day

NOTICE_DAYS = 30
LAST_NOTICE_DAYS = 7
KEPT_AFTER_END = timedelta(days=30)
KEPT_AFTER_WITHDRAWAL = timedelta(days=30)


class MandatStep(StrEnum):
    """What time brings to a mandat, in this order; the erasure only to one that was withdrawn."""

    NOTICE = "avis-30"
    LAST_NOTICE = "avis-7"
    END = "fin"
    ARCHIVE = "archivage"
    ERASE = "effacement"


def is_over(ends_on: date, today: date) -> bool:
    """Whether the last day of the mandat has passed."""
    return today > ends_on


def is_near_end(ends_on: date, today: date) -> bool:
    """Whether it ends within thirty days, or has ended: the time to renew it."""
    return today >= ends_on - timedelta(days=NOTICE_DAYS)


def steps(ends_on: date, calendar: Calendar) -> list[tuple[MandatStep, datetime]]:
    """Each step with its moment: midnights of the territoire, the end at that of its last day."""
    return [
        (MandatStep.NOTICE, end_of(ends_on - timedelta(days=NOTICE_DAYS + 1), calendar)),
        (MandatStep.LAST_NOTICE, end_of(ends_on - timedelta(days=LAST_NOTICE_DAYS + 1), calendar)),
        (MandatStep.END, end_of(ends_on, calendar)),
        (MandatStep.ARCHIVE, end_of(ends_on + KEPT_AFTER_END, calendar)),
    ]


def step_after(ends_on: date, calendar: Calendar, moment: datetime) -> tuple[MandatStep, datetime]:
    """The first step still to come; the archiving, at once, when all are past."""
    todo = [(step, at) for step, at in steps(ends_on, calendar) if at > moment]
    return todo[0] if todo else (MandatStep.ARCHIVE, moment)


def erased_on(withdrawn_at: datetime, calendar: Calendar) -> date:
    """The day on which the content of a demande whose mandat was withdrawn goes."""
    return local_day(withdrawn_at + KEPT_AFTER_WITHDRAWAL, calendar)
