"""Reading changes of address: the pending one of an account, the one of a mailed link, who is told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from aplus.accounts.models import EmailChange, Membership
from aplus.accounts.rules.addresses import KEPT, ChangeState, Dates, Side
from aplus.core import clock


@dataclass(frozen=True)
class MailedLink:
    """A change through one of its two links."""

    change: EmailChange
    side: Side

    @property
    def confirmed_at(self) -> datetime | None:
        """When this link did what it is for."""
        return self.change.old_confirmed_at if self.side is Side.OLD else self.change.new_confirmed_at


def state_of(change: EmailChange) -> ChangeState:
    """What the change is worth now."""
    return Dates(change.expires_at, change.done_at, change.cancelled_at).state(clock.now())


def pending(user_id: UUID) -> EmailChange | None:
    """The change that this person has asked for and that waits for its confirmations."""
    rows = EmailChange.objects.filter(user_id=user_id, done_at=None, cancelled_at=None, expires_at__gt=clock.now())
    return rows.first()


def by_token_hash(token_hash: bytes) -> MailedLink | None:
    """The change whose link, to one side or the other, is kept under this hash; None once it is forgotten."""
    either = Q(old_token_hash=token_hash) | Q(new_token_hash=token_hash)
    change = EmailChange.objects.select_related("user").filter(either, created_at__gt=clock.now() - KEPT).first()
    if change is None:
        return None
    return MailedLink(change, Side.OLD if bytes(change.old_token_hash) == token_hash else Side.NEW)


def responsables_of(user_id: UUID) -> set[UUID]:
    """The active responsables of this person's groupes, but this person."""
    theirs = Membership.objects.filter(user_id=user_id, groupe__closed_at=None).values("groupe")
    rows = Membership.objects.filter(groupe__in=theirs, is_responsable=True, user__is_active=True)
    return set(rows.exclude(user_id=user_id).values_list("user_id", flat=True))
