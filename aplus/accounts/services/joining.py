"""Accepting invitations: an account is made or is there already, and joins every groupe that invited its address."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aplus.accounts.models import Invitation, Membership, User
from aplus.accounts.queries import inviting as queries
from aplus.accounts.rules.inviting import InvitationState
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import inviting
from aplus.accounts.services.people import create_user
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import DomainError, NotAllowed, Unknown
from aplus.journal import services as journal
from aplus.policy.actor import Actor


class InvitationOver(DomainError):
    """The invitation was good once; `state` says what ended it."""

    def __init__(self, invitation: Invitation, state: InvitationState) -> None:
        super().__init__(state.value)
        self.invitation = invitation
        self.state = state


class HasAccount(DomainError):
    """The invited address is an account's by now: it joins by signing in, if it is active."""

    def __init__(self, invitation: Invitation, user: User) -> None:
        super().__init__("the address has an account")
        self.invitation = invitation
        self.user = user


@dataclass(frozen=True, slots=True)
class Identity:
    """What the newcomer says of themselves."""

    first_name: str
    last_name: str
    function: str


def in_force(token: str) -> Invitation:
    """The live invitation of this token. Raises Unknown, InvitationOver.

    It stays good when who sent it has lost the right since, unless somebody withdraws it; a closed groupe ends it.
    """
    invitation = queries.by_token(inviting.hash_of(token))
    if invitation is None:
        raise Unknown
    state = queries.invitation_state(invitation, clock.now())
    if state is not InvitationState.LIVE:
        raise InvitationOver(invitation, state)
    return invitation


def account_of(invitation: Invitation) -> User | None:
    """The account that has the invited address by now."""
    return User.objects.by_email(invitation.email)


def is_own_work(invitation: Invitation, user: User) -> bool:
    """Sent by the very person who has its address by now: nobody adds themselves to a groupe (product.md §5)."""
    return invitation.invited_by_id == user.pk


def join_as_newcomer(token: str, identity: Identity) -> User:
    """Make the account, with the CGU in force accepted, in every groupe whose live invitation has its address.

    Of two at once, one waits, then finds its invitation used. Raises Unknown, InvitationOver, HasAccount.
    """
    with transaction.atomic():
        invitation, groupes = _locked(token)
        known = account_of(invitation)
        if known is not None:
            raise HasAccount(invitation, known)
        user = create_user(
            invitation.email,
            first_name=identity.first_name,
            last_name=identity.last_name,
            function=identity.function,
            is_welcomed=True,
        )
        actor = Actor(user_id=user.pk)
        journal.write(actor, "compte-cree", kind="compte", thing_id=user.pk)
        journal.write(actor, "cgu", kind="compte", thing_id=user.pk, codes={"version": user.cgu_version})
        _join(actor, user, groupes)
        return user


def join_as_known(actor: Actor, token: str) -> Groupe:
    """Whoever is signed in with the invited address joins; the groupe of this invitation.

    Raises Unknown, InvitationOver, NotAllowed (the invitation is somebody else's, or one's own work).
    """
    with transaction.atomic():
        invitation, groupes = _locked(token)
        user = account_of(invitation)
        if user is None or user.pk != actor.user_id or not user.is_active or is_own_work(invitation, user):
            raise NotAllowed
        _join(actor, user, groupes)
        return invitation.groupe


def _locked(token: str) -> tuple[Invitation, dict[Groupe, Invitation]]:
    """The invitation and all that its address can accept: groupes first, in one order, as who manages them does."""
    found = in_force(token)
    wanted = [one.groupe_id for one in queries.live_of(found.email, clock.now())]
    rows = Groupe.objects.select_for_update(no_key=True).filter(pk__in=wanted, closed_at=None).order_by("pk")
    held = {groupe.pk: groupe for groupe in rows}
    list(Invitation.objects.select_for_update().filter(email=found.email).order_by("pk"))
    invitation = in_force(token)
    live = queries.live_of(invitation.email, clock.now())
    return invitation, {held[one.groupe_id]: one for one in live if one.groupe_id in held}


def _join(actor: Actor, user: User, groupes: dict[Groupe, Invitation]) -> None:
    now = clock.now()
    there = set(Membership.objects.filter(user=user).values_list("groupe_id", flat=True))
    for groupe, invitation in groupes.items():
        if is_own_work(invitation, user):
            continue
        inviting.write_line(actor, "invitation-acceptee", invitation)
        if groupe.pk not in there:
            _enter(actor, user, groupe, invitation, now)
        inviting.settle(actor, groupe.pk, [user.email], now)


def _enter(actor: Actor, user: User, groupe: Groupe, invitation: Invitation, now: datetime) -> None:
    inviting.bring_in(actor, groupe, user, Flags.of(invitation), by=invitation.invited_by_id, at=now)
    inviting.tell_members(actor, groupe, [user.pk], now)
