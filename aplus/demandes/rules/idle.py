"""What time does to a demande nobody acts on: notices, archiving by itself, asking for a hand-over (demandes.md §2).

Days are those of the demande's territoire and end at midnight there. Nothing is archived sooner than seven days after
the last notice was really given: a job that was stopped gives the notice first.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from aplus.annuaire.rules import Calendar, due_after, end_of, local_day
from aplus.demandes.rules.life import DemandeState


class DemandeStep(StrEnum):
    """In the order of each chain; the last three while the author's side is empty."""

    PROCESSED_NOTICE = "traitee-preavis"
    PROCESSED_ARCHIVE = "traitee-archivage"
    FIRST_NOTICE = "inactive-preavis-1"
    LAST_NOTICE = "inactive-preavis-2"
    IDLE_ARCHIVE = "inactive-archivage"
    ASK_RESPONSABLES = "passation-resp"
    ASK_SUPERVISEURS = "passation-superv"
    WAIT = "passation-attente"


PROCESSED_DAYS = 30
IDLE_MONTHS = 6
# Days before archiving.
PROCESSED_CHAIN = {DemandeStep.PROCESSED_NOTICE: 7, DemandeStep.PROCESSED_ARCHIVE: 0}
IDLE_CHAIN = {DemandeStep.FIRST_NOTICE: 30, DemandeStep.LAST_NOTICE: 7, DemandeStep.IDLE_ARCHIVE: 0}
ARCHIVINGS = frozenset({DemandeStep.PROCESSED_ARCHIVE, DemandeStep.IDLE_ARCHIVE})
NOTICES = frozenset({DemandeStep.PROCESSED_NOTICE, DemandeStep.FIRST_NOTICE, DemandeStep.LAST_NOTICE})
HAND_OVER = frozenset({DemandeStep.ASK_RESPONSABLES, DemandeStep.ASK_SUPERVISEURS, DemandeStep.WAIT})
NOTICE_AT_LEAST = timedelta(days=7)
# Business days given to the responsables before the superviseurs are asked.
TO_HAND_OVER = 5
LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True)
class DemandeTime:
    """What it depends on: the state, the last act of a person, the last notice since then."""

    state: DemandeState
    acted_at: datetime
    noticed_at: datetime | None
    calendar: Calendar


@dataclass(frozen=True)
class Planned:
    """A step and its moment."""

    step: DemandeStep
    at: datetime


def next_step(demande: DemandeTime, done: DemandeStep | None) -> Planned | None:
    """The step after `done` (None: the first since the last act of a person); None when it is archived."""
    if demande.state is DemandeState.ARCHIVED:
        return None
    chain = PROCESSED_CHAIN if demande.state is DemandeState.PROCESSED else IDLE_CHAIN
    steps = list(chain)
    step = steps[steps.index(done) + 1] if done in chain and done not in ARCHIVINGS else steps[0]
    at = end_of(archiving_day(demande) - timedelta(days=chain[step]), demande.calendar)
    if step in ARCHIVINGS and demande.noticed_at is not None:
        at = archiving_at(demande, demande.noticed_at)
    return Planned(step, at)


def archiving_day(demande: DemandeTime) -> date:
    """The last day of the delay, whatever the notices."""
    day = local_day(demande.acted_at, demande.calendar)
    if demande.state is DemandeState.PROCESSED:
        return day + timedelta(days=PROCESSED_DAYS)
    return months_after(day, IDLE_MONTHS)


def archiving_at(demande: DemandeTime, noticed_at: datetime) -> datetime:
    """When it will be archived, once this notice is given."""
    # In UTC: seven whole days, whatever the clocks do meanwhile.
    return max(end_of(archiving_day(demande), demande.calendar), noticed_at.astimezone(UTC) + NOTICE_AT_LEAST)


def next_hand_over(done: DemandeStep | None, now: datetime, calendar: Calendar, *, is_anyone_told: bool) -> Planned:
    """What follows while the author's side is empty: who is asked next, then looking again each day."""
    if done is None:
        return Planned(DemandeStep.ASK_RESPONSABLES, now)
    if done is DemandeStep.ASK_RESPONSABLES:
        at = due_after(now, TO_HAND_OVER, calendar) if is_anyone_told else now
        return Planned(DemandeStep.ASK_SUPERVISEURS, at)
    return Planned(DemandeStep.WAIT, now + LOOK_AGAIN)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
