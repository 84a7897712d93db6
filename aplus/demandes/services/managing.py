"""What a responsable does to a demande of their groupe without reading it: hand it over, give a part."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

from aplus.access.keys import use_key
from aplus.accounts.models import Membership, User
from aplus.accounts.queries import actors
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.models import Demande, Participant, ParticipantKind
from aplus.demandes.queries import managed
from aplus.demandes.queries.managed import Managed
from aplus.demandes.rules.life import DemandeEvent, PartEvent
from aplus.demandes.services import telling
from aplus.demandes.services.acting import ERASED, NOT_ARCHIVED, Act, require_state
from aplus.demandes.services.as_chosen import Recipients
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import AUTHOR_KINDS

NOT_TO_ONESELF = (
    "Vous ne pouvez vous confier une demande que si aucun aidant ne la suit plus\u00a0: choisissez un collègue."
)


@contextmanager
def managing(
    actor: Actor, about: Managed, decision: Callable[[Actor, Managed], bool], *, key: UUID, location: str, act: str
) -> Iterator[Act]:
    """`acting`, for who manages the groupe and is not on the demande: the same `Act`, without any key to its content.

    `about` is what the page showed; `location` where the form leads, `act` the journal's word.
    """
    with transaction.atomic():
        demande = managed.locked_managed(about.groupe_id, about.demande.pk) if about.demande else None
        if demande is None:
            raise Unknown
        # With the rights of now: the groupe may have been taken away while the row was waited for.
        if not decision(actors.as_of_now(actor), Managed(about.groupe, demande)):
            raise NotAllowed
        use_key(actor, key, location)
        if demande.erased_at is not None:
            raise Overtaken(ERASED)
        done = Act(actor, demande, clock.now())
        yield done
        done.finish(act)


def give_part(actor: Actor, about: Managed, user_id: UUID, *, seen: UUID | None, key: UUID, location: str) -> None:
    """Have one of the groupe's active instructeurs follow its part; `seen` is who followed it on the page."""
    decision = decisions.may_give_managed_part
    with managing(actor, about, decision, key=key, location=location, act="attribution") as act:
        require_state(act, *NOT_ARCHIVED)
        part = act.part_of(about.groupe_id)
        if part is None or not _holds(user_id, about.groupe_id, is_instructeur=True):
            raise Unknown
        if part.followed_by_id != seen:
            name = part.followed_by.full_name if part.followed_by else "Personne"
            raise Overtaken(f"{name} suit désormais cette part\u00a0: vérifiez avant de la confier.")
        act.move(part, PartEvent.GIVE, target_id=user_id)
        telling.tell(act, "attribution", Recipients(people={user_id}), part=part)


def hand_over(actor: Actor, about: Managed, user_id: UUID, *, seen: UUID | None, key: UUID, location: str) -> None:
    """Make another active aidant of the structure the author; the former one stays co-author if still an aidant.

    `seen` is who was the author on the page. To oneself only when no active aidant is left on the author's side.
    """
    with managing(actor, about, decisions.may_hand_over, key=key, location=location, act="passation") as act:
        require_state(act, *NOT_ARCHIVED)
        former_id = act.demande.author_id
        if not _holds(user_id, about.groupe_id, is_aidant=True):
            raise Unknown
        if former_id != seen or former_id == user_id:
            name = User.objects.get(pk=former_id).full_name
            raise Overtaken(f"{name} suit désormais cette demande\u00a0: vérifiez avant de la confier.")
        if user_id == actor.user_id and telling.active_authors(act):
            raise Refused.because(NOT_TO_ONESELF, "collegue")
        _step_back(act, former_id)
        _become_author(act, user_id)
        act.record(DemandeEvent.HAND_OVER, target_id=user_id)
        told = telling.author_side_in_app(act)
        told.always.add(user_id)
        told.people.add(former_id)
        telling.tell(act, "passation", told)


def _holds(user_id: UUID, groupe_id: UUID, **flag: bool) -> bool:
    return Membership.objects.filter(user_id=user_id, groupe_id=groupe_id, user__is_active=True, **flag).exists()


def _step_back(act: Act, former_id: UUID) -> None:
    """The former author: a co-author, or out of it when not an aidant there any more."""
    own = next(person for person in act.participants if person.user_id == former_id)
    held = Membership.objects.filter(user_id=former_id, groupe_id=act.demande.structure_id, is_aidant=True)
    if held.exists():
        _become(own, ParticipantKind.CO_AUTHOR)
    else:
        act.participants.remove(own)
        Participant.objects.filter(pk=own.pk).update(until=act.at)


def _become_author(act: Act, user_id: UUID) -> None:
    demande: Demande = act.demande
    own = next((person for person in act.participants if person.user_id == user_id), None)
    if own is None:
        act.join(user_id, ParticipantKind.AUTHOR, demande.structure_id)
    elif own.kind in AUTHOR_KINDS:
        _become(own, ParticipantKind.AUTHOR)
    else:
        name = User.objects.get(pk=user_id).full_name
        raise Overtaken(f"{name} est sur cette demande du côté des instructeurs\u00a0: choisissez un autre collègue.")
    demande.author_id = user_id


def _become(person: Participant, kind: ParticipantKind) -> None:
    """Another capacity; who stood in for somebody is on it in their own name from then on."""
    person.kind, person.absence = kind, None
    person.save(update_fields=["kind", "absence"])
