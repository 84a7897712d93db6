"""Reading invitations and proposals, and what adding addresses to a groupe would do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from aplus.accounts.models import Invitation, Membership, Proposal, User
from aplus.accounts.rules.inviting import InvitationState, Outcome, is_address, state_of
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.policy.actor import Actor


@dataclass(frozen=True)
class Planned:
    """One address, what adding it would do, and the account that has it."""

    email: str
    outcome: Outcome
    user: User | None = None


def plan(actor: Actor, groupe: Groupe, emails: Iterable[str]) -> list[Planned]:
    """What adding these addresses (in lower case) to the groupe would do now, in their order. Three queries."""
    wanted = list(emails)
    asked = [email for email in wanted if is_address(email)]
    users = {user.email: user for user in User.objects.filter(email__in=asked)}
    members = Membership.objects.filter(groupe=groupe, user__in=users.values())
    held = set(members.values_list("user_id", flat=True))
    pending = {one.email: one for one in _pending(groupe.pk).filter(email__in=asked)}
    now = clock.now()
    return [_planned(actor, email, users.get(email), held, pending.get(email), now) for email in wanted]


def _planned(
    actor: Actor, email: str, user: User | None, held: set[UUID], pending: Invitation | None, now: datetime
) -> Planned:
    if not is_address(email):
        return Planned(email, Outcome.MALFORMED)
    if user is not None:
        # Oneself last: a responsable who pastes the whole team is simply a member already.
        found = (
            (not user.is_active, Outcome.DEACTIVATED),
            (user.pk in held, Outcome.MEMBER),
            (user.pk == actor.user_id, Outcome.ONESELF),
        )
        return Planned(email, next((outcome for is_so, outcome in found if is_so), Outcome.ATTACHED), user)
    if pending is None:
        return Planned(email, Outcome.INVITED)
    return Planned(email, Outcome.PENDING if now < pending.expires_at else Outcome.INVITED_AGAIN)


def by_token(token_hash: bytes) -> Invitation | None:
    """The invitation under this hash, as long as it is kept."""
    rows = Invitation.objects.select_related("groupe__organisme", "invited_by")
    return rows.filter(token_hash=token_hash).first()


def invitation_state(invitation: Invitation, now: datetime) -> InvitationState:
    """What it is worth now."""
    return state_of(
        accepted_at=invitation.accepted_at,
        withdrawn_at=invitation.withdrawn_at,
        closed_at=invitation.groupe.closed_at,
        expires_at=invitation.expires_at,
        now=now,
    )


def live_of(email: str, now: datetime) -> list[Invitation]:
    """Every invitation that this address can accept now, by groupe."""
    rows = Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    return list(rows.filter(groupe__closed_at=None).select_related("groupe__organisme").order_by("groupe_id"))


def pending_of(groupe: Groupe) -> list[Invitation]:
    """The invitations that nobody accepted or withdrew, the last sent first; those that expired are among them."""
    return list(_pending(groupe.pk).select_related("invited_by").order_by("-sent_at", "pk"))


def proposals_of(groupe: Groupe) -> list[Proposal]:
    """What waits for an answer, the oldest first."""
    rows = Proposal.objects.filter(groupe=groupe, decided_at=None).select_related("person", "proposed_by")
    return list(rows.order_by("created_at", "pk"))


def _pending(groupe_id: UUID) -> QuerySet[Invitation]:
    return Invitation.objects.filter(groupe_id=groupe_id, accepted_at=None, withdrawn_at=None)
