"""What time each act gives: due dates, promises that are over, the next steps of parts and of the demande."""

from datetime import datetime

from aplus.annuaire.queries import calendar_of
from aplus.annuaire.rules import Calendar, due_after, end_of, local_day
from aplus.demandes.models import Demande, Part
from aplus.demandes.rules import delays, escalation, idle
from aplus.demandes.rules.escalation import PartStep
from aplus.demandes.rules.idle import DemandeStep
from aplus.demandes.rules.life import CLOSED_PARTS, DemandeState, PartEvent, PartState
from aplus.policy.decisions import Side

ANSWERS = frozenset({PartEvent.TAKE_CHARGE, PartEvent.REPLY})


def part_calendar(demande: Demande, part: Part) -> Calendar:
    """Whose days a part counts; no query when the groupe's territoires are loaded."""
    return calendar_of(demande.territoire, part.groupe)


def is_promise_over(part: Part, demande: Demande, event: PartEvent, at: datetime) -> bool:
    """A promised day that has passed is not promised any more once somebody answers."""
    if part.promised_date is None or event not in ANSWERS:
        return False
    return part.promised_date < local_day(at, part_calendar(demande, part))


def set_due(
    part: Part, demande: Demande, event: PartEvent, *, was_awaited: bool, after: PartState, at: datetime
) -> None:
    """The due date that an event gives, once the part's promise is up to date."""
    if after in CLOSED_PARTS:
        part.due_at = None
        return
    calendar = part_calendar(demande, part)
    due = delays.due_after_event(
        event,
        is_urgent=demande.is_urgent,
        was_awaited=was_awaited,
        promised=part.promised_date,
        today=local_day(at, calendar),
    )
    match due:
        case delays.NoDue():
            part.due_at = None
        case delays.BusinessDays(number):
            part.due_at = due_after(at, number, calendar)
        case delays.EndOf(day):
            part.due_at = end_of(day, calendar)


def begin_round(part: Part, demande: Demande) -> None:
    """The steps of the delay that has just begun; none on a part that nothing is expected of."""
    part.step_round += 1
    plan_part(part, demande, done=None)


def plan_part(part: Part, demande: Demande, *, done: PartStep | None) -> None:
    """The step after `done`."""
    planned = escalation.next_step(
        escalation.PartTime(part.is_open, part.due_at, part.awaited_since, part_calendar(demande, part)), done
    )
    part.next_step = planned.step if planned else ""
    part.next_step_at = planned.at if planned else None


def demande_time(demande: Demande) -> idle.DemandeTime:
    """What archiving by itself depends on."""
    state, calendar = DemandeState(demande.state), demande.territoire.calendar
    return idle.DemandeTime(state, demande.acted_at, demande.noticed_at, calendar)


def plan_demande(demande: Demande, *, done: DemandeStep | None) -> None:
    """The step after `done`; None begins anew, as an act of a person does."""
    if done is None:
        demande.noticed_at = None
    planned = idle.next_step(demande_time(demande), done)
    set_planned(demande, planned)


def set_planned(demande: Demande, planned: idle.Planned | None) -> None:
    """Store the demande's next step."""
    demande.next_step = planned.step if planned else ""
    demande.next_step_at = planned.at if planned else None


def plan_after_act(demande: Demande, *, is_of_a_person: bool, side: Side | None) -> None:
    """At the end of each act: an archived demande has no step; an act of a person begins its delay anew.

    A word of the instructeurs does not bring anybody back to an author's side that is empty: who is to hand over is
    still asked.
    """
    if demande.state == DemandeState.ARCHIVED:
        demande.noticed_at = None
        set_planned(demande, None)
    elif is_of_a_person and not (demande.next_step in idle.HAND_OVER and side is Side.INSTRUCTEURS):
        plan_demande(demande, done=None)
