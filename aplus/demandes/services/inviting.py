"""Bringing others onto a demande: groupes of any territoire, persons by name, experts, co-authors."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from aplus.accounts.models import User
from aplus.annuaire.models import Groupe
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.content import Said
from aplus.demandes.models import Audience, ParticipantKind
from aplus.demandes.queries import people
from aplus.demandes.rules.life import DemandeEvent, PartState
from aplus.demandes.services import telling
from aplus.demandes.services.acting import NOT_ARCHIVED, Act, acting, require_state
from aplus.demandes.services.as_chosen import Recipients
from aplus.demandes.services.mandat import require_in_force
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import Side

MOST_GROUPES = 8


@dataclass(frozen=True)
class Invitation:
    """Whom to bring, why, and a word with it."""

    groupe_ids: Sequence[UUID] = ()
    person_ids: Sequence[UUID] = ()
    expert_ids: Sequence[UUID] = ()
    reason: str = ""
    text: str = ""
    is_note: bool = False


def invite(actor: Actor, demande_id: UUID, invitation: Invitation, *, key: UUID) -> None:
    """Invite everyone at once; raises Refused, Unknown (not among the choices), Overtaken (already there)."""
    with acting(actor, demande_id, decisions.may_invite, key=key, journal_act="invitation") as act:
        require_in_force(act)
        require_state(act, *NOT_ARCHIVED)
        if invitation.person_ids and not decisions.may_invite_person(actor, act.demande):
            raise NotAllowed
        if not (invitation.groupe_ids or invitation.person_ids or invitation.expert_ids):
            raise Refused.because("Choisissez au moins un groupe ou une personne à inviter.", "groupes")
        _write(act, invitation)
        told = _address(act, invitation)
        told.always |= _join_persons(act, invitation.person_ids) | _join_experts(act, invitation.expert_ids)
        if act.side is Side.INSTRUCTEURS:
            told |= telling.author_side_in_app(act)
        telling.tell(act, "invitation", told)


def _write(act: Act, invitation: Invitation) -> None:
    if invitation.text:
        audience = Audience.INSTRUCTEURS if invitation.is_note else Audience.ALL
        act.write(Said(invitation.text), audience=audience)


def _address(act: Act, invitation: Invitation) -> Recipients:
    if not invitation.groupe_ids:
        return Recipients()
    if not invitation.reason:
        raise Refused.because("Dites pourquoi vous invitez ce groupe : ses agents et l'autre côté le liront.", "motif")
    groupes = _choosable_groupes(act, invitation.groupe_ids)
    if len({part.groupe_id for part in act.parts} | {groupe.id for groupe in groupes}) > MOST_GROUPES:
        raise Refused.because(f"Une demande réunit au plus {MOST_GROUPES} groupes.", "groupes")
    parts = [act.address(groupe, reason=invitation.reason) for groupe in groupes]
    return telling.groupes_as_sent(act, parts)


def _choosable_groupes(act: Act, groupe_ids: Sequence[UUID]) -> list[Groupe]:
    wanted = set(groupe_ids)
    for part in act.parts:
        if part.groupe_id in wanted and part.state != PartState.NOT_COMPETENT:
            raise Overtaken(f"{part.groupe.name} est déjà saisi de cette demande.")
    groupes = list(people.addressable_groupes(act.demande.structure).filter(pk__in=wanted))
    if len(groupes) != len(wanted):
        raise Unknown
    return groupes


def _join_persons(act: Act, person_ids: Sequence[UUID]) -> set[UUID]:
    """Instructeurs of the inviter's groupes, each with the groupe that lets them in."""
    via = people.colleagues_to_invite(act.actor, act.demande)
    joined = set()
    for user_id in dict.fromkeys(person_ids):
        _require_not_here(act, user_id)
        if user_id not in via:
            raise Unknown
        act.join(user_id, ParticipantKind.INVITED, via[user_id].groupe_id)
        act.record(DemandeEvent.INVITE_PERSON, target_id=user_id)
        joined.add(user_id)
    return joined


def _join_experts(act: Act, expert_ids: Sequence[UUID]) -> set[UUID]:
    if not expert_ids:
        return set()
    known = {expert.id for expert in people.experts(act.demande)}
    joined = set()
    for user_id in dict.fromkeys(expert_ids):
        _require_not_here(act, user_id)
        if user_id not in known:
            raise Unknown
        act.join(user_id, ParticipantKind.EXPERT, None)
        act.record(DemandeEvent.INVITE_EXPERT, target_id=user_id)
        joined.add(user_id)
    return joined


def _require_not_here(act: Act, user_id: UUID) -> None:
    """Somebody else of the demande brought this person since the page was made: 409, with the name."""
    if any(person.user_id == user_id for person in act.participants):
        name = User.objects.get(pk=user_id).full_name
        raise Overtaken(f"{name} est déjà sur cette demande.")


def add_co_authors(actor: Actor, demande_id: UUID, user_ids: Sequence[UUID], *, key: UUID) -> None:
    """Add aidants of the structure, who can then do all that the author can."""
    with acting(actor, demande_id, decisions.may_add_co_author, key=key, journal_act="co-auteur") as act:
        require_state(act, *NOT_ARCHIVED)
        if not user_ids:
            raise Refused.because("Choisissez au moins un collègue.", "collegues")
        known = {person.id for person in people.colleagues_of_structure(actor, act.demande.structure_id)}
        joined: set[UUID] = set()
        for user_id in dict.fromkeys(user_ids):
            if user_id not in known:
                raise Unknown
            _require_not_here(act, user_id)
            join_co_author(act, user_id)
            joined.add(user_id)
        telling.tell(act, "co-auteur", Recipients(always=joined))


def join_co_author(act: Act, user_id: UUID) -> bool:
    """Put one aidant on the author's side; False when already on the demande by name."""
    if act.join(user_id, ParticipantKind.CO_AUTHOR, act.demande.structure_id) is None:
        return False
    act.record(DemandeEvent.ADD_CO_AUTHOR, target_id=user_id)
    return True
