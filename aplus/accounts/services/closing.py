"""Deactivating an account, and opening it again with the memberships that were remembered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from aplus.access.keys import use_key
from aplus.accounts.models import (
    EmailChange,
    Membership,
    MembershipChange,
    MembershipEvent,
    ProposalKind,
    SignInLink,
    User,
)
from aplus.accounts.queries import actors, managers, persons
from aplus.accounts.queries.persons import Person
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import members
from aplus.accounts.services.ending import end_sessions
from aplus.accounts.services.history import remember
from aplus.accounts.services.people import join
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy import decisions
from aplus.policy.actor import Actor

# The words of X-Aplus-Evenement.
DEACTIVATED, REACTIVATED = "compte-desactive", "compte-reactive"
# The journal's code of an account that rested for six months.
IDLE = "inactivite"
ALREADY_CLOSED = "Ce compte est déjà désactivé\u00a0: quelqu’un vient de le faire."
ALREADY_OPEN = "Ce compte est déjà actif\u00a0: quelqu’un vient de le réactiver."
LAST_ADMINISTRATEUR = (
    "C’est le dernier compte d’administrateur\u00a0: nommez d’abord quelqu’un d’autre, puis désactivez celui-ci."
)


def deactivate(actor: Actor, user_id: UUID, *, key: UUID | None = None, location: str = "") -> None:
    """Close the account: sessions and links end at once, memberships stay and count for nothing until it is opened.

    By who manages every groupe of the person, or by the system. The person and the responsables are told. Raises
    Unknown, NotAllowed, Overtaken (closed already), Refused (the last administrateur), AlreadyDone.
    """
    with transaction.atomic():
        locked = lock(actor, user_id)
        _require(locked.actor.is_system or decisions.may_deactivate(locked.actor, locked.person))
        if key is not None:
            use_key(actor, key, location)
        close_locked(actor, locked.person, clock.now())


def close_locked(actor: Actor, person: Person, now: datetime, *, reason: str = "") -> None:
    """The same on a person whose rows are locked and whose right was asked; `reason` is a code for the journal."""
    user = person.user
    if not user.is_active:
        raise Overtaken(ALREADY_CLOSED)
    if user.is_administrateur and not managers.administrateurs() - {user.pk}:
        raise Refused.because(LAST_ADMINISTRATEUR)
    user.is_active, user.deactivated_at = False, now
    user.save(update_fields=["is_active", "deactivated_at"])
    end_sessions(user.pk)
    _end_links(user.email, now)
    EmailChange.objects.filter(user=user, done_at=None, cancelled_at=None).update(cancelled_at=now)
    members.settle(actor, ProposalKind.DEPARTURE, user.pk, now)
    _tell(actor, DEACTIVATED, person, now, reason=reason)
    for membership in person.memberships:
        remember(membership, MembershipEvent.DEPARTURE, by=actor.user_id, at=now)
        if membership.is_responsable:
            members.point_out(membership.groupe, now, but=actor.user_id)


def reactivate(
    actor: Actor, user_id: UUID, *, key: UUID | None = None, location: str = "", through: UUID | None = None
) -> None:
    """Open the account again with its memberships; *instructeur* counts from now.

    By who manages every groupe of the person. With `through`, by who manages that groupe (a return that the person
    asked for): the memberships of groupes that the actor does not manage are then put aside, for their own
    responsables to give back by the same call. Raises Unknown, NotAllowed, Overtaken (open already), AlreadyDone.
    """
    with transaction.atomic():
        locked = lock(actor, user_id, through)
        person = locked.person
        if through is None:
            _require(decisions.may_deactivate(locked.actor, person))
        else:
            _require(_may_take_back(locked, through))
        if key is not None:
            use_key(actor, key, location)
        now = clock.now()
        if not person.user.is_active:
            kept = [one for one in person.memberships if through is None or locked.manages(one.groupe)]
            _open(actor, person, now, kept)
            for membership in person.memberships:
                if membership not in kept:
                    members.put_out(actor, membership, now, told=managers.responsables(membership.groupe_id))
        elif through is None or through in {one.groupe_id for one in person.memberships}:
            raise Overtaken(ALREADY_OPEN)
        if through is not None and through not in {one.groupe_id for one in person.memberships}:
            _give_back(actor, person.user, locked.groupes[through], now)
        if through is None:
            members.settle(actor, ProposalKind.RETURN, user_id, now)
        else:
            members.settle(actor, ProposalKind.RETURN, user_id, now, groupe_id=through)


@dataclass(frozen=True)
class Locked:
    """The person, their groupes and the actor's rights, read once the rows are held."""

    actor: Actor
    person: Person
    groupes: dict[UUID, Groupe]

    def manages(self, groupe: Groupe) -> bool:
        return decisions.may_manage_members(self.actor, groupe)


def lock(actor: Actor, user_id: UUID, through: UUID | None = None) -> Locked:
    """The person, held until the end of the caller's transaction.

    Groupes first, then accounts, each in one order: acts on one another wait and never block.

    An administrateur is locked with all the others, so that the last one is known.
    """
    held = Membership.objects.filter(user_id=user_id, groupe__closed_at=None).values_list("groupe_id", flat=True)
    wanted = {*held, *([through] if through else [])}
    rows = Groupe.objects.select_for_update(no_key=True).filter(pk__in=wanted, closed_at=None).order_by("pk")
    groupes = {groupe.pk: groupe for groupe in rows}
    user = User.objects.filter(pk=user_id).first()
    if user is not None and user.is_administrateur:
        list(User.objects.select_for_update(no_key=True).filter(is_administrateur=True).order_by("pk"))
    else:
        list(User.objects.select_for_update(no_key=True).filter(pk=user_id))
    person = persons.person(user_id)
    if person is None:
        raise Unknown
    return Locked(actors.as_of_now(actor), person, groupes)


def _may_take_back(locked: Locked, groupe_id: UUID) -> bool:
    """Whoever manages the groupe; a wider role comes back by the A+ team only."""
    groupe = locked.groupes.get(groupe_id)
    if groupe is None or locked.actor.user_id == locked.person.user_id:
        return False
    is_wider = locked.person.is_administrateur or locked.person.has_scope
    return locked.manages(groupe) and (locked.actor.is_administrateur or not is_wider)


def _open(actor: Actor, person: Person, now: datetime, kept: list[Membership]) -> None:
    user = person.user
    user.is_active, user.deactivated_at = True, None
    user.last_active_at, user.inactivity_notices, user.inactivity_noticed_at = now, 0, None
    user.save(
        update_fields=[
            "is_active",
            "deactivated_at",
            "last_active_at",
            "inactivity_notices",
            "inactivity_noticed_at",
        ]
    )
    _end_links(user.email, now)
    Membership.objects.filter(pk__in=[one.pk for one in kept], is_instructeur=True).update(instructeur_since=now)
    for membership in kept:
        remember(membership, MembershipEvent.RETURN, by=actor.user_id, at=now)
    _tell(actor, REACTIVATED, Person(user, kept), now)


def _end_links(email: str, now: datetime) -> None:
    """Links asked for before serve neither to enter a closed account nor, later, the one that was opened again."""
    SignInLink.objects.filter(email=email, used_at=None, ended_at=None).update(ended_at=now)


def _give_back(actor: Actor, user: User, groupe: Groupe, now: datetime) -> None:
    """A membership that was put aside: with the flags of its last departure."""
    rows = MembershipChange.objects.filter(groupe=groupe, user=user, event=MembershipEvent.DEPARTURE)
    last = rows.order_by("-at").first()
    flags = Flags.of(last) if last is not None else Flags()
    membership = join(
        user, groupe, aidant=flags.is_aidant, instructeur=flags.is_instructeur, responsable=flags.is_responsable
    )
    remember(membership, MembershipEvent.RETURN, by=actor.user_id, at=now)
    _tell(actor, REACTIVATED, Person(user, [membership]), now)


def _tell(actor: Actor, event: str, person: Person, now: datetime, *, reason: str = "") -> None:
    """The journal's line; the person and the responsables of each groupe are told, not who did it."""
    codes: dict[str, str | int | bool] = {"raison": reason} if reason else {}
    journal.write(actor, event, kind="compte", thing_id=person.user_id, codes=codes)
    told = {person.user_id}
    for groupe_id in [membership.groupe_id for membership in person.memberships]:
        told |= managers.responsables(groupe_id)
    codes |= {"personne": str(person.user_id)}
    tell(act_id=uuid4(), event=event, at=now, people=told - {actor.user_id}, codes=codes)


def _require(is_allowed: bool) -> None:  # noqa: FBT001  said by a decision
    if not is_allowed:
        raise NotAllowed
