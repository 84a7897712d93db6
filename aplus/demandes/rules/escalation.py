"""The steps that time makes on a part: whom a delay is told to, and when details are asked for again (demandes.md §6).

A step is made once in its round; a new round begins with each new delay.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aplus.annuaire.rules import Calendar, business_day_after, due_after, end_of, last_day_of


class PartStep(StrEnum):
    """In the order of each chain: an overdue part, then details that were asked and do not come."""

    DUE = "echeance"
    RESPONSABLES = "responsables"
    SUPERVISEURS = "superviseurs"
    EXPERT = "expert"
    FIRST_REMINDER = "rappel-1"
    SECOND_REMINDER = "rappel-2"


# Business days after the day it was due, or after the day details were asked.
OVERDUE = {PartStep.DUE: 0, PartStep.RESPONSABLES: 2, PartStep.SUPERVISEURS: 5, PartStep.EXPERT: 10}
AWAITED = {PartStep.FIRST_REMINDER: 5, PartStep.SECOND_REMINDER: 15}


@dataclass(frozen=True)
class PartTime:
    """What time does to a part depends on: what is due, what is awaited, whether anything still is, whose days."""

    is_open: bool
    due_at: datetime | None
    awaited_since: datetime | None
    calendar: Calendar


@dataclass(frozen=True)
class Planned:
    """A step and its moment."""

    step: PartStep
    at: datetime


def next_step(part: PartTime, done: PartStep | None) -> Planned | None:
    """The step after `done` (None: the first of the round); None when time has nothing more to do."""
    if not part.is_open:
        return None
    if part.awaited_since is not None:
        step = _after(AWAITED, done)
        return Planned(step, due_after(part.awaited_since, AWAITED[step], part.calendar)) if step else None
    if part.due_at is not None:
        step = _after(OVERDUE, done)
        return Planned(step, _days_after_due(part.due_at, OVERDUE[step], part.calendar)) if step else None
    return None


def is_told_at_once(step: PartStep, *, is_anyone_told: bool) -> bool:
    """Whether a step is made with the one before it, that found nobody to tell; offering an expert keeps its moment."""
    return not is_anyone_told and step in {PartStep.RESPONSABLES, PartStep.SUPERVISEURS}


def _after(chain: dict[PartStep, int], done: PartStep | None) -> PartStep | None:
    steps = list(chain)
    if done is None:
        return steps[0]
    return next(iter(steps[steps.index(done) + 1 :]), None) if done in chain else None


def _days_after_due(due_at: datetime, days: int, calendar: Calendar) -> datetime:
    """At the due date itself, else at the end of the nth business day after the day that ended then."""
    if days == 0:
        return due_at
    return end_of(business_day_after(last_day_of(due_at, calendar), days, calendar), calendar)
