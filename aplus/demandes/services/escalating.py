"""The steps of a part's delay: reminding, telling those above, offering an expert (demandes.md §6).

Missed steps (a worker that was stopped) are made in order in one act, each with its line; a person hears of the last
one that concerns them, so that one part is one mail.
"""

from dataclasses import dataclass
from uuid import UUID

from aplus.demandes.models import Part
from aplus.demandes.queries import duty
from aplus.demandes.rules import escalation, idle
from aplus.demandes.rules.escalation import PartStep
from aplus.demandes.rules.life import PartEvent
from aplus.demandes.services import stepping, telling, timing
from aplus.demandes.services.acting import Act, acting
from aplus.demandes.services.as_chosen import Recipients
from aplus.demandes.services.telling import Role
from aplus.policy import decisions
from aplus.policy.actor import SYSTEM

LAST_RESORT = "administrateurs"
NOBODY = "aucun"


@dataclass(frozen=True)
class Made:
    """A step once made: which mail goes to whom, and in which capacity when they are not on the demande."""

    event: str
    recipients: Recipients
    role: Role | None = None


def make_steps(demande_id: UUID, part_id: UUID) -> None:
    """Make the steps of a part whose moment has come."""
    with acting(SYSTEM, demande_id, decisions.may_keep_time, key=None, journal_act="relance") as act:
        part = next(part for part in act.parts if part.id == part_id)
        made = _steps(act, part)
        # The last first: of two mails of one act for one person, the second is left out.
        for step in reversed(made):
            telling.tell(act, step.event, step.recipients, part=part, role=step.role)


def _steps(act: Act, part: Part) -> list[Made]:
    made: list[Made] = []
    is_anyone_told = True
    while _is_time(act, part, is_anyone_told=is_anyone_told):
        step = PartStep(part.next_step)
        if stepping.note(act.demande, step, part=part, round_=part.step_round, at=act.at):
            found = _make(act, part, step)
            is_anyone_told = found is not None
            made += [found] if found is not None else []
        timing.plan_part(part, act.demande, done=step)
    return made


def _is_time(act: Act, part: Part, *, is_anyone_told: bool) -> bool:
    if part.next_step_at is None:
        return False
    if part.next_step_at <= act.at:
        return True
    return escalation.is_told_at_once(PartStep(part.next_step), is_anyone_told=is_anyone_told)


def _make(act: Act, part: Part, step: PartStep) -> Made | None:
    """Leave the line of the step; None when there was nobody to tell."""
    if step in escalation.AWAITED:
        return _remind(act, part)
    made = _escalation(act, part, step)
    if made.recipients:
        act.mark(part, PartEvent.ESCALATE, code=step)
        return made
    act.mark(part, PartEvent.ESCALATE, code=f"{step}-{NOBODY}")
    if step in {PartStep.SUPERVISEURS, PartStep.EXPERT}:
        act.mark(part, PartEvent.ESCALATE, code=LAST_RESORT)
        return Made("retard", _above(act, part, Role.ADMINISTRATEUR), Role.ADMINISTRATEUR)
    return None


def _escalation(act: Act, part: Part, step: PartStep) -> Made:
    match step:
        case PartStep.RESPONSABLES:
            return Made("retard", _above(act, part, Role.RESPONSABLE), Role.RESPONSABLE)
        case PartStep.SUPERVISEURS:
            return Made("retard", _above(act, part, Role.SUPERVISEUR), Role.SUPERVISEUR)
        case PartStep.EXPERT:
            return Made(
                "appel-expert", telling.author_side(act) | _groupe(part, telling.followers_else_groupes(act, [part]))
            )
        case _:
            both = telling.followers_else_groupes(act, [part]) | telling.groupes_as_sent(act, [part])
            return Made("echeance", _groupe(part, both))


def _above(act: Act, part: Part, role: Role) -> Recipients:
    return Recipients(people=telling.of_role(act.demande, part.groupe, role))


def _groupe(part: Part, recipients: Recipients) -> Recipients:
    """Nobody, not even the mailbox, when no active instructeur could open the demande."""
    return recipients if duty.has_active_instructeur([part.groupe_id]) else Recipients()


def _remind(act: Act, part: Part) -> Made | None:
    """The author's side is asked for the details again; when it is empty, those who can hand over are, at once."""
    recipients = telling.author_side(act)
    if recipients:
        act.mark(part, PartEvent.REMIND)
        return Made("rappel-precisions", recipients)
    act.mark(part, PartEvent.REMIND, code=NOBODY)
    if act.demande.next_step not in idle.HAND_OVER:
        begun = idle.next_hand_over(None, act.at, act.demande.territoire.calendar, is_anyone_told=True)
        timing.set_planned(act.demande, begun)
    return None
