"""Bringing people into a groupe: attaching accounts, inviting addresses that have none, sending again, withdrawing."""

import base64
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from aplus.access.keys import use_key
from aplus.accounts import limits
from aplus.accounts.models import Invitation, Membership, MembershipEvent, Proposal, ProposalKind, User
from aplus.accounts.queries import actors
from aplus.accounts.queries.inviting import invitation_state
from aplus.accounts.rules import inviting as rules
from aplus.accounts.rules.inviting import InvitationState, Wanted
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import members
from aplus.accounts.services.history import remember
from aplus.accounts.services.people import join
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy import decisions
from aplus.policy.actor import Actor

# The words of X-Aplus-Evenement: to an address without account, to who was attached, to the members of the groupe.
INVITED, ATTACHED, ARRIVED = "inscription", "ajout", "arrivee"
# To the member who had proposed somebody.
ACCEPTED, REFUSED = "proposition-acceptee", "proposition-refusee"
TOKEN_SALT = "aplus.accounts.invitation"  # noqa: S105  a name, not a secret
NONCE_BYTES = 32
CLOSED = "Ce groupe est fermé\u00a0: personne ne peut plus y entrer."
CLOSED_ACCOUNT = "Ce compte est désactivé\u00a0: faites-le réactiver plutôt que de l’ajouter."
OVER = "Cette invitation vient d’être acceptée ou retirée."


def token_of(invitation: Invitation) -> str:
    """The secret part of the invitation's address, made again from the row and the server's key (256 bits)."""
    digest = salted_hmac(TOKEN_SALT, invitation.pk.bytes + bytes(invitation.nonce), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_of(token: str) -> bytes:
    """What the database keeps of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def hold(actor: Actor, groupe_ids: Iterable[UUID]) -> dict[UUID, Groupe]:
    """Lock these groupes until the end of the caller's transaction, and ask on each whether the actor manages it now.

    Each write below is about a groupe that was held. Raises Unknown, NotAllowed, Overtaken (closed).
    """
    wanted = set(groupe_ids)
    rows = Groupe.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=wanted).order_by("pk")
    held = {groupe.pk: groupe for groupe in rows.select_related("organisme").prefetch_related("territoires")}
    if held.keys() != wanted:
        raise Unknown
    now = actors.as_of_now(actor)
    if not all(decisions.may_manage_members(now, groupe) for groupe in held.values()):
        raise NotAllowed
    if any(groupe.closed_at is not None for groupe in held.values()):
        raise Overtaken(CLOSED)
    return held


def attach(actor: Actor, groupe: Groupe, user: User, flags: Flags) -> Membership:
    """`attach_all` of one account."""
    return attach_all(actor, groupe, [(user, flags)])[0]


def attach_all(actor: Actor, groupe: Groupe, people: Sequence[tuple[User, Flags]]) -> list[Membership]:
    """Put accounts in a groupe that the caller holds (`hold`); each is told, and the groupe's members once for all.

    Raises NotAllowed (oneself), Refused (a closed account, a member already): `queries.inviting.plan` says it before.
    """
    there = set(Membership.objects.filter(groupe=groupe).values_list("user_id", flat=True))
    for user, _ in people:
        if user.pk == actor.user_id:
            raise NotAllowed
        if not user.is_active:
            raise Refused.because(CLOSED_ACCOUNT)
        if user.pk in there:
            raise Refused.because(f"{user.full_name} est déjà membre de ce groupe.")
    now = clock.now()
    memberships = [bring_in(actor, groupe, user, flags, by=actor.user_id, at=now) for user, flags in people]
    newcomers = [user.pk for user, _ in people]
    tell(act_id=uuid4(), event=ATTACHED, at=now, people=newcomers, codes={"groupe": str(groupe.pk)})
    settle(actor, groupe.pk, [user.email for user, _ in people], now)
    tell_members(actor, groupe, newcomers, now)
    return memberships


def invite(
    actor: Actor,
    groupe: Groupe,
    email: str,
    flags: Flags,
    *,
    first_name: str = "",
    last_name: str = "",
    function: str = "",
) -> Invitation:
    """`invite_all` of one address."""
    return invite_all(actor, groupe, [Wanted(email, flags, first_name, last_name, function)])[0]


def invite_all(actor: Actor, groupe: Groupe, wanted: Sequence[Wanted]) -> list[Invitation]:
    """Invite addresses without account (in lower case) to a groupe that the caller holds (`hold`).

    One that waits already is sent again with these flags. A responsable's are counted: raises TooMany.
    """
    now = clock.now()
    emails = [one.email for one in wanted]
    waiting = Invitation.objects.select_for_update().filter(groupe=groupe, email__in=emails)
    pending = {one.email: one for one in waiting.filter(accepted_at=None, withdrawn_at=None).order_by("pk")}
    invitations = []
    for one in wanted:
        count_invitation(actor, groupe)
        invitation = pending.get(one.email) or Invitation(groupe=groupe, email=one.email, created_at=now)
        invitation.is_aidant, invitation.is_instructeur = one.flags.is_aidant, one.flags.is_instructeur
        invitation.is_responsable = one.flags.is_responsable
        invitation.first_name, invitation.last_name = one.first_name, one.last_name
        invitation.function = one.function
        _make_live(actor, invitation, now)
        write_line(actor, "invitation-envoyee", invitation)
        invitations.append(invitation)
    tell(act_id=uuid4(), event=INVITED, at=now, invitations=[one.pk for one in invitations])
    _settle_proposals(actor, groupe.pk, emails, now)
    return invitations


def send_again(actor: Actor, groupe_id: UUID, invitation_id: UUID, *, key: UUID, location: str) -> None:
    """A new link of seven days; the former one stops. Raises NotAllowed, Unknown, Overtaken, TooMany, AlreadyDone."""
    with transaction.atomic():
        groupe = hold(actor, [groupe_id])[groupe_id]
        use_key(actor, key, location)
        invitation = _waiting(groupe, invitation_id)
        if User.objects.by_email(invitation.email) is not None:
            raise Overtaken("Cette personne a désormais un compte\u00a0: ajoutez-la au groupe.")
        count_invitation(actor, groupe)
        now = clock.now()
        _make_live(actor, invitation, now)
        write_line(actor, "invitation-renvoyee", invitation)
        tell(act_id=uuid4(), event=INVITED, at=now, invitations=[invitation.pk])


def withdraw(actor: Actor, groupe_id: UUID, invitation_id: UUID, *, key: UUID, location: str) -> None:
    """End an invitation: its link opens nothing. Raises NotAllowed, Unknown, Overtaken, AlreadyDone."""
    with transaction.atomic():
        groupe = hold(actor, [groupe_id])[groupe_id]
        use_key(actor, key, location)
        invitation = _waiting(groupe, invitation_id)
        invitation.withdrawn_at = clock.now()
        invitation.save(update_fields=["withdrawn_at"])
        write_line(actor, "invitation-retiree", invitation)


def count_invitation(actor: Actor, groupe: Groupe) -> None:
    """One more of a responsable's invitations of the day; who may change the groupe itself is not counted."""
    if not decisions.may_edit_groupe(actor, groupe):
        limits.take("invitation", str(actor.person_id), rules.PER_DAY)


def bring_in(actor: Actor, groupe: Groupe, user: User, flags: Flags, *, by: UUID | None, at: datetime) -> Membership:
    """The membership with its lines of history and journal; `by` is who wanted it."""
    membership = join(
        user, groupe, aidant=flags.is_aidant, instructeur=flags.is_instructeur, responsable=flags.is_responsable
    )
    change = remember(membership, MembershipEvent.ARRIVAL, by=by, at=at)
    members.write_line(actor, "membre-ajoute", change, Flags())
    return membership


def settle(actor: Actor, groupe_id: UUID, emails: Sequence[str], now: datetime) -> None:
    """These people are there: nobody has to invite them or decide about them any more."""
    waiting = Invitation.objects.filter(groupe_id=groupe_id, email__in=emails, accepted_at=None, withdrawn_at=None)
    waiting.update(accepted_at=now)
    _settle_proposals(actor, groupe_id, emails, now)


def tell_answer(actor: Actor, proposal: Proposal) -> None:
    """Whoever proposed, or asked to come back, learns what was answered."""
    event = ACCEPTED if proposal.is_accepted else REFUSED
    about = proposal.person_id if proposal.kind == ProposalKind.RETURN else proposal.proposed_by_id
    if about is not None and about != actor.user_id and proposal.decided_at is not None:
        codes: dict[str, str | int | bool] = {"proposition": str(proposal.pk)}
        tell(act_id=uuid4(), event=event, at=proposal.decided_at, people=[about], codes=codes)


def tell_members(actor: Actor, groupe: Groupe, newcomers: Sequence[UUID], now: datetime) -> None:
    """The members who were there learn who came at this moment; who brought them knows."""
    told = members.active_members(groupe.pk) - {actor.user_id, *newcomers}
    tell(act_id=uuid4(), event=ARRIVED, at=now, people=told, codes={"groupe": str(groupe.pk)})


def write_line(actor: Actor, act: str, invitation: Invitation) -> None:
    """The journal's line of an invitation: to which groupe, with which flags."""
    codes: dict[str, str | int | bool] = {
        "groupe": str(invitation.groupe_id),
        "roles": "+".join(Flags.of(invitation).words),
    }
    journal.write(actor, act, kind="invitation", thing_id=invitation.pk, codes=codes)


def _settle_proposals(actor: Actor, groupe_id: UUID, emails: Sequence[str], now: datetime) -> None:
    """Who was added without looking at the proposals was proposed all the same: who did is told."""
    proposed = Proposal.objects.filter(groupe_id=groupe_id, kind=ProposalKind.ARRIVAL, email__in=emails)
    for proposal in proposed.filter(decided_at=None).select_for_update():
        proposal.decided_at, proposal.decided_by_id, proposal.is_accepted = now, actor.user_id, True
        proposal.save(update_fields=["decided_at", "decided_by", "is_accepted"])
        tell_answer(actor, proposal)


def _make_live(actor: Actor, invitation: Invitation, now: datetime) -> None:
    invitation.invited_by_id = actor.user_id
    invitation.nonce = secrets.token_bytes(NONCE_BYTES)
    invitation.token_hash = hash_of(token_of(invitation))
    invitation.sent_at, invitation.expires_at = now, now + rules.LIVES
    invitation.save()


def _waiting(groupe: Groupe, invitation_id: UUID) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("groupe")
    invitation = rows.filter(pk=invitation_id, groupe=groupe).first()
    if invitation is None:
        raise Unknown
    state = invitation_state(invitation, clock.now())
    if state not in {InvitationState.LIVE, InvitationState.EXPIRED}:
        raise Overtaken(OVER)
    return invitation


def purge() -> None:
    """Erase invitations thirty days after their end, however they ended, and proposals ninety days after the answer."""
    now = clock.now()
    before = now - rules.KEPT
    ended = Q(accepted_at__lte=before) | Q(withdrawn_at__lte=before) | Q(expires_at__lte=before, accepted_at=None)
    Invitation.objects.filter(ended).delete()
    Proposal.objects.filter(decided_at__lte=now - rules.PROPOSAL_KEPT).delete()
