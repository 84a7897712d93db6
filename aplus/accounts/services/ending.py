"""Ending sessions before their time."""

from uuid import UUID

from aplus.accounts.models import Session


def end_sessions(user_id: UUID, *, keep: UUID | None = None) -> int:
    """End the sessions of a person, but the one to keep; how many."""
    rows = Session.objects.filter(user_id=user_id)
    if keep is not None:
        rows = rows.exclude(id=keep)
    number, _ = rows.delete()
    return number
