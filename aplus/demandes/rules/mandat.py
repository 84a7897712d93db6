"""The life of a mandat: until when it holds, what happens before and after its end (demandes.md §8)."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from aplus.annuaire.rules import Calendar, end_of, local_day

NOTICE_DAYS = 30
LAST_NOTICE_DAYS = 7
KEPT_AFTER_END = timedelta(days=30)
KEPT_AFTER_WITHDRAWAL = timedelta(days=30)
# Nothing is archived sooner after the end was really told, even by a worker that was stopped.
TOLD_BEFORE_ARCHIVING = timedelta(days=7)


class MandatStep(StrEnum):
    """What time brings to a mandat, in this order; the erasure only to one that was withdrawn."""

    NOTICE = "mandat-avis-30"
    LAST_NOTICE = "mandat-avis-7"
    END = "mandat-fin"
    ARCHIVE = "mandat-archivage"
    ERASE = "mandat-effacement"


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
    """The first step still to come of a mandat in force; its end when that is past already."""
    planned = steps(ends_on, calendar)
    return next(((step, at) for step, at in planned[:2] if at > moment), planned[2])


def step_following(
    done: MandatStep, ends_on: date, calendar: Calendar, now: datetime
) -> tuple[MandatStep, datetime] | None:
    """The step after this one, made now; None after the archiving."""
    planned = steps(ends_on, calendar)
    place = [step for step, _ in planned].index(done) + 1
    if place == len(planned):
        return None
    step, at = planned[place]
    return (step, max(at, now + TOLD_BEFORE_ARCHIVING)) if step is MandatStep.ARCHIVE else (step, at)


def erased_on(withdrawn_at: datetime, calendar: Calendar) -> date:
    """The day on which the content of a demande whose mandat was withdrawn goes."""
    return local_day(withdrawn_at + KEPT_AFTER_WITHDRAWAL, calendar)
