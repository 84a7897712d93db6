"""Who follows what: giving a part, leaving, following, opening the page for the first time."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse

from aplus.access.keys import use_key
from aplus.accounts.models import Membership
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.models import Demande, Following, Participant
from aplus.demandes.rules.life import DemandeEvent, DemandeState, PartEvent, PartState
from aplus.demandes.services import telling
from aplus.demandes.services.acting import (
    NOT_ARCHIVED,
    TOO_LATE,
    Act,
    acting,
    require_not_done_since,
    require_state,
)
from aplus.demandes.services.as_chosen import Recipients
from aplus.journal import services as journal
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import Standing


def give_part(
    actor: Actor, demande_id: UUID, *, groupe_id: UUID, user_id: UUID, key: UUID, seen: int | None = None
) -> None:
    """Have one of the groupe's active instructeurs follow its part; `seen` as in `replying.Reply`."""
    with acting(actor, demande_id, decisions.may_move_part, key=key, journal_act="attribution") as act:
        require_state(act, *NOT_ARCHIVED)
        part = next((part for part in act.my_parts() if part.groupe_id == groupe_id), None)
        if part is None:
            raise Unknown
        handles = Membership.objects.filter(
            user_id=user_id, groupe_id=groupe_id, is_instructeur=True, user__is_active=True
        )
        if not handles.exists():
            raise Unknown
        require_not_done_since(act, part, seen, PartEvent.GIVE)
        act.move(part, PartEvent.GIVE, target_id=user_id)
        telling.tell(act, "attribution", Recipients(people={user_id}), part=part)


def leave(actor: Actor, demande_id: UUID, *, key: UUID) -> None:
    """Leave the demande; a co-author only when someone remains on the author's side."""
    with acting(actor, demande_id, decisions.may_leave, key=key, journal_act="depart") as act:
        require_state(act, *NOT_ARCHIVED)
        capacity = decisions.standing(actor, act.demande)
        remaining = telling.active_authors(act) - {actor.user_id}
        if capacity is Standing.CO_AUTHOR and not remaining:
            raise Refused.because("Personne d'autre ne suit plus cette demande : ajoutez d'abord un collègue.")
        own = next(person for person in act.participants if person.user_id == actor.user_id)
        act.participants.remove(own)
        Participant.objects.filter(pk=own.pk).update(until=act.at)
        act.record(DemandeEvent.LEAVE, target_id=actor.user_id)
        telling.tell(act, "depart", telling.author_side_in_app(act))


def follow(actor: Actor, demande: Demande, *, is_muted: bool, key: UUID) -> None:
    """Remember what this person wants to hear of this demande; raises Overtaken once it is archived."""
    with transaction.atomic():
        use_key(actor, key, reverse("demandes:page", args=[demande.id]))
        if demande.state == DemandeState.ARCHIVED:
            raise Overtaken(TOO_LATE[DemandeState.ARCHIVED])
        Following.objects.update_or_create(
            demande_id=demande.id, user_id=actor.person_id, defaults={"is_muted": is_muted}
        )
        journal.write(actor, "suivi", kind="demande", demande_id=demande.id, codes={"muet": is_muted})


def open_page(actor: Actor, demande: Demande) -> bool:
    """Move to OPENED the parts of this reader's groupes that were only ADDRESSED; True when one moved.

    Reading never fails because a colleague opened the page at the same moment.
    """
    if demande.state == DemandeState.ARCHIVED or decisions.standing(actor, demande) is not Standing.INSTRUCTEUR:
        return False
    mine = actor.instructeur_groupe_ids
    if not any(part.state == PartState.ADDRESSED and part.groupe_id in mine for part in demande.part_list):
        return False
    try:
        with acting(actor, demande.id, decisions.may_move_part, key=None, journal_act="ouverture") as act:
            require_state(act, *NOT_ARCHIVED)
            _open_parts(act)
            telling.tell(act, "ouverture", telling.author_side_in_app(act))
    except (Overtaken, NotAllowed, Unknown):
        return False
    return True


def _open_parts(act: Act) -> None:
    unopened = [part for part in act.my_parts() if part.state == PartState.ADDRESSED]
    if not unopened:
        raise Overtaken("Un collègue vient d'ouvrir cette demande.")
    for part in unopened:
        act.move(part, PartEvent.OPEN_PAGE)
