"""The mails that could not leave, with for whom they were; nothing of what they said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aplus.accounts.models import Invitation, User
from aplus.annuaire.models import Groupe
from aplus.notifications.models import Notification, State

SHOWN = 50


@dataclass(frozen=True)
class FailedMail:
    """One mail after its last try: to a person, a groupe's mailbox, somebody invited into a groupe, or the team."""

    id: UUID
    event: str
    at: datetime
    tries: int
    person: User | None
    groupe: Groupe | None
    is_invitation: bool


def failed() -> tuple[list[FailedMail], int]:
    """The newest ones, and how many there are: four queries."""
    rows = Notification.objects.filter(state=State.FAILED)
    shown = list(rows.select_related("person").order_by("-at", "id")[:SHOWN])
    invited = dict(
        Invitation.objects.filter(pk__in=[row.invitation_id for row in shown if row.invitation_id]).values_list(
            "pk", "groupe_id"
        )
    )
    asked = {groupe_id for row in shown if (groupe_id := row.groupe_id)} | set(invited.values())
    groupes = Groupe.objects.in_bulk(asked)
    return [_failed(row, groupes, invited) for row in shown], rows.count()


def _failed(row: Notification, groupes: dict[UUID, Groupe], invited: dict[UUID, UUID]) -> FailedMail:
    groupe_id = row.groupe_id or (invited.get(row.invitation_id) if row.invitation_id else None)
    return FailedMail(
        id=row.pk,
        event=row.event,
        at=row.at,
        tries=row.tries,
        person=row.person,
        groupe=groupes.get(groupe_id) if groupe_id else None,
        is_invitation=row.invitation_id is not None,
    )
