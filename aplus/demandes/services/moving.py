"""Moving what a closed groupe had open to the groupe that takes over: each demande is an act of the system.

A worker killed halfway, or two of them at once, do no harm: what is left is read again each minute. So does what comes
back later: an archived demande of a closed groupe that is opened again.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from aplus.accounts.models import Membership
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import DomainError
from aplus.demandes.models import Part, Participant, ParticipantKind
from aplus.demandes.queries import duty
from aplus.demandes.queries import moving as queries
from aplus.demandes.rules import idle
from aplus.demandes.rules.idle import DemandeStep
from aplus.demandes.rules.life import DemandeEvent, PartEvent, PartState
from aplus.demandes.services import telling, timing
from aplus.demandes.services.acting import NOT_ARCHIVED, Act, acting, require_state
from aplus.policy import decisions
from aplus.policy.actor import SYSTEM
from aplus.policy.decisions import AUTHOR_KINDS

logger = logging.getLogger(__name__)

TAKE_OVER = "demandes.take_over"
EVENT = "reprise"
BATCH = 100
# The next minute goes on with what is left.
TURN_LASTS = timedelta(seconds=50)
# Whoever takes over was told of all at once when the groupe closed; of what comes back later, one by one.
TOLD_AT_ONCE = timedelta(days=1)


class NothingToMoveError(DomainError):
    """Somebody else did it, or the demande has changed: this act is not written."""


def catch_up() -> None:
    """Go on for every closed groupe that still has something open."""
    until = clock.now() + TURN_LASTS
    for groupe in queries.closed_with_something():
        _take_over(groupe, until)


def take_over(groupe_id: UUID) -> None:
    """Move what this closed groupe has open, as far as one turn goes."""
    groupe = Groupe.objects.select_related("successor").get(pk=groupe_id)
    _take_over(groupe, clock.now() + TURN_LASTS)


def _take_over(groupe: Groupe, until: datetime) -> None:
    successor = queries.successor_of(groupe)
    if groupe.closed_at is None or successor is None:
        return
    stuck: set[UUID] = set()
    while clock.now() < until and (ids := queries.left_to_move(groupe.pk, successor.pk, BATCH, stuck)):
        for demande_id in ids:
            try:
                _move(demande_id, groupe, successor)
            except DomainError as error:
                stuck.add(demande_id)
                logger.info("not moved", extra={"demande": str(demande_id), "error": type(error).__name__})


def _move(demande_id: UUID, groupe: Groupe, successor: Groupe) -> None:
    with acting(SYSTEM, demande_id, decisions.may_keep_time, key=None, journal_act=EVENT) as act:
        require_state(act, *NOT_ARCHIVED)
        part = act.part_of(groupe.pk)
        if act.demande.structure_id == groupe.pk:
            _change_structure(act, groupe, successor)
        elif part is None or part.state == PartState.NOT_COMPETENT:
            raise NothingToMoveError
        elif act.demande.structure_id == successor.pk or act.part_of(successor.pk) is not None:
            _merge(act, part, successor)
        else:
            _change_groupe(act, part, groupe, successor)


def _change_groupe(act: Act, part: Part, groupe: Groupe, successor: Groupe) -> None:
    """The part as it is, with its day; followed by the same person if they are in the other groupe too."""
    there = _instructeurs(successor)
    if part.followed_by_id not in there:
        part.followed_by = None
    part.groupe = successor
    Part.objects.filter(pk=part.pk).update(groupe=successor)
    for person in act.participants:
        is_invited = person.kind == ParticipantKind.INVITED and person.via_groupe_id == groupe.pk
        if is_invited and person.user_id in there:
            _through(person, successor)
    act.move(part, PartEvent.CHANGE_GROUPE, reason=_said(groupe))
    if groupe.closed_at is not None and act.at - groupe.closed_at > TOLD_AT_ONCE:
        telling.tell(act, EVENT, telling.groupes_as_sent(act, [part]), part=part)


def _merge(act: Act, part: Part, successor: Groupe) -> None:
    """The other groupe has a part already, which goes on for both; or it is the structure, which cannot ask itself."""
    if not part.is_open:
        raise NothingToMoveError
    act.move(part, PartEvent.MERGE)
    own = act.part_of(successor.pk)
    if own is None:
        telling.tell(act, EVENT, telling.author_side(act), part=part)
        return
    if own.is_open:
        return
    if own.state == PartState.PROCESSED:
        act.move(own, PartEvent.REOPEN)
    else:
        act.address(successor)
    telling.tell(act, EVENT, telling.followers_else_groupes(act, [own]), part=own)


def _change_structure(act: Act, groupe: Groupe, successor: Groupe) -> None:
    """The author stays if an aidant there too; when nobody is, its responsables are to hand the demande over."""
    if act.part_of(successor.pk) is not None:
        raise NothingToMoveError
    act.demande.structure = successor
    for person in act.participants:
        if person.kind in AUTHOR_KINDS:
            _through(person, successor)
    act.record(DemandeEvent.CHANGE_STRUCTURE, reason=_said(groupe))
    if telling.active_authors(act):
        return
    # They were told when the groupe closed: what follows is what follows from being asked.
    step = DemandeStep.ASK_RESPONSABLES
    is_told = bool(duty.responsables(successor.pk))
    timing.set_planned(
        act.demande, idle.next_hand_over(step, act.at, act.demande.territoire.calendar, is_anyone_told=is_told)
    )


def _instructeurs(groupe: Groupe) -> set[UUID]:
    held = Membership.objects.filter(groupe=groupe, is_instructeur=True, user__is_active=True)
    return set(held.values_list("user_id", flat=True))


def _through(person: Participant, groupe: Groupe) -> None:
    person.via_groupe = groupe
    person.save(update_fields=["via_groupe"])


def _said(groupe: Groupe) -> str:
    return f"Groupe fermé\u00a0: {groupe.name}."
