"""The members of a groupe: setting somebody's flags, putting somebody out of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from aplus.access.keys import use_key
from aplus.accounts.models import Membership, MembershipChange, MembershipEvent, Proposal, ProposalKind
from aplus.accounts.queries import actors, managers
from aplus.accounts.queries.persons import Member
from aplus.accounts.rules.members import Flags
from aplus.accounts.services.history import remember
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Unknown
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy import decisions
from aplus.policy.actor import Actor

# The words of X-Aplus-Evenement.
FLAGS_SET, REMOVED, NO_RESPONSABLE = "membre-roles", "membre-depart", "groupe-sans-responsable"
GONE = "Cette personne ne fait plus partie du groupe\u00a0: quelqu’un vient de l’en retirer."
CHANGED = "Quelqu’un vient de changer les rôles de cette personne\u00a0: vérifiez avant d’enregistrer les vôtres."
CLOSED_ACCOUNT = "Le compte de cette personne vient d’être désactivé."


def set_flags(
    actor: Actor,
    member: Member,
    flags: Flags,
    *,
    seen: Flags | None = None,
    key: UUID | None = None,
    location: str = "",
) -> None:
    """Give and take flags; the person is told, and every member when *instructeur* is given.

    `seen` are the flags that the page showed. Raises NotAllowed, Overtaken, AlreadyDone. The same flags do nothing.
    """
    with _writing(actor, member, key, location) as (membership, now):
        held = Flags.of(membership)
        if seen is not None and seen != held:
            raise Overtaken(CHANGED)
        if not membership.user.is_active:
            raise Overtaken(CLOSED_ACCOUNT)
        if flags == held:
            return
        is_given = flags.is_instructeur and not held.is_instructeur
        membership.is_aidant = flags.is_aidant
        membership.is_responsable = flags.is_responsable
        membership.is_instructeur = flags.is_instructeur
        if flags.is_instructeur != held.is_instructeur:
            membership.instructeur_since = now if is_given else None
        membership.save()
        event = MembershipEvent.INSTRUCTEUR if is_given else MembershipEvent.FLAGS
        change = remember(membership, event, by=actor.user_id, at=now)
        write_line(actor, "roles", change, held)
        told = active_members(member.place.pk) if is_given else {member.user_id}
        tell(act_id=change.pk, event=FLAGS_SET, at=now, people=told - {actor.user_id})
        if held.is_responsable and not flags.is_responsable:
            point_out(member.place, now, but=actor.user_id)


def remove(actor: Actor, member: Member, *, key: UUID | None = None, location: str = "") -> None:
    """Put somebody out of the groupe: the rights go with the row; the person and the members are told.

    Raises NotAllowed, Overtaken, AlreadyDone.
    """
    with _writing(actor, member, key, location) as (membership, now):
        held = Flags.of(membership)
        told = active_members(member.place.pk) | {member.user_id}
        put_out(actor, membership, now, told=told - {actor.user_id})
        if held.is_responsable:
            point_out(member.place, now, but=actor.user_id)


def put_out(actor: Actor, membership: Membership, now: datetime, *, told: set[UUID]) -> None:
    """The row away with its line of history and its proposals of departure, in the transaction of the caller."""
    change = remember(membership, MembershipEvent.DEPARTURE, by=actor.user_id, at=now)
    write_line(actor, "membre-retire", change, Flags.of(membership))
    settle(actor, ProposalKind.DEPARTURE, membership.user_id, now, groupe_id=membership.groupe_id)
    membership.delete()
    tell(act_id=change.pk, event=REMOVED, at=now, people=told)


def settle(actor: Actor, kind: ProposalKind, user_id: UUID, now: datetime, *, groupe_id: UUID | None = None) -> None:
    """What was proposed about this person is done: nobody has to decide any more."""
    rows = Proposal.objects.filter(kind=kind, person_id=user_id, decided_at=None)
    if groupe_id is not None:
        rows = rows.filter(groupe_id=groupe_id)
    rows.update(decided_at=now, decided_by_id=actor.user_id, is_accepted=True)


def active_members(groupe_id: UUID) -> set[UUID]:
    """Who is told of what happens to the members of a groupe."""
    rows = Membership.objects.filter(groupe_id=groupe_id, groupe__closed_at=None, user__is_active=True)
    return set(rows.values_list("user_id", flat=True))


def point_out(groupe: Groupe, now: datetime, *, but: UUID | None) -> None:
    """Tell those above when the groupe has no active responsable left; `but` is who did it, and knows."""
    if groupe.closed_at is None and not managers.responsables(groupe.pk):
        people = managers.above(groupe) - {but}
        tell(act_id=uuid4(), event=NO_RESPONSABLE, at=now, people=people, codes={"groupe": str(groupe.pk)})


def write_line(actor: Actor, act: str, change: MembershipChange, held: Flags) -> None:
    """The journal's line of a change: whom, where, which flags before and after."""
    codes: dict[str, str | int | bool] = {
        "groupe": str(change.groupe_id),
        "avant": "+".join(held.words),
        "apres": "" if change.event == MembershipEvent.DEPARTURE else "+".join(Flags.of(change).words),
    }
    journal.write(actor, act, kind="compte", thing_id=change.user_id, codes=codes)


@contextmanager
def _writing(actor: Actor, member: Member, key: UUID | None, location: str) -> Iterator[tuple[Membership, datetime]]:
    """One transaction; the groupe's row is held, so that of two responsables who remove one another one stays."""
    with transaction.atomic():
        groupe = Groupe.objects.select_for_update(no_key=True).filter(pk=member.place.pk).first()
        if groupe is None:
            raise Unknown
        # Where the groupe is now, not where the page found it: it may have left the actor's scope since.
        if not decisions.may_set_flags(actors.as_of_now(actor), Member(member.user_id, groupe)):
            raise NotAllowed
        if key is not None:
            use_key(actor, key, location)
        rows = Membership.objects.select_for_update(of=("self",)).select_related("user")
        membership = rows.filter(groupe=groupe, user_id=member.user_id).first()
        if membership is None:
            raise Overtaken(GONE)
        yield membership, clock.now()
