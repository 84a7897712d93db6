"""The history of a groupe's members: one line per change, shown twelve months on its page."""

from datetime import datetime
from uuid import UUID

from aplus.accounts.models import Membership, MembershipChange, MembershipEvent


def remember(membership: Membership, event: MembershipEvent, *, by: UUID | None, at: datetime) -> MembershipChange:
    """Write the line, with the flags of the membership as it is now (a departure: as it was until then).

    In the transaction of the act; its id can be the act's for who is told.
    """
    return MembershipChange.objects.create(
        groupe_id=membership.groupe_id,
        user_id=membership.user_id,
        by_id=by,
        event=event,
        is_aidant=membership.is_aidant,
        is_instructeur=membership.is_instructeur,
        is_responsable=membership.is_responsable,
        at=at,
    )
