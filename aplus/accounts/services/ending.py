"""Ending the sessions of a person: one, all of them, or all but the one in use."""

from uuid import UUID

from django.db import transaction

from aplus.access.keys import read_key, use_key
from aplus.accounts.models import Session
from aplus.core.errors import Unknown
from aplus.journal import services as journal
from aplus.policy.actor import Actor


def end_sessions(user_id: UUID, *, keep: UUID | None = None) -> int:
    """End the sessions of this person but the one to `keep`, at once; how many.

    In the transaction of what ends them (deactivation, a new address, password or factor), which writes its own line.
    """
    rows = Session.objects.filter(user_id=user_id)
    if keep is not None:
        rows = rows.exclude(id=keep)
    number, _ = rows.delete()
    return number


def end_one(actor: Actor, session_id: UUID, *, key: str, location: str) -> None:
    """End one of one's own sessions. Raises Unknown for another's, or one that is over; AlreadyDone."""
    with transaction.atomic():
        use_key(actor, read_key(key), location)
        ended, _ = Session.objects.filter(id=session_id, user_id=actor.person_id).delete()
        if not ended:
            raise Unknown
        journal.write(actor, "session-fermee", kind="session", thing_id=session_id)


def end_others(actor: Actor, *, key: str, location: str) -> int:
    """End all of one's sessions but this one; how many. Raises AlreadyDone."""
    with transaction.atomic():
        use_key(actor, read_key(key), location)
        number = end_sessions(actor.person_id, keep=actor.session_id)
        codes = {"nombre": number}
        journal.write(actor, "sessions-fermees", kind="compte", thing_id=actor.person_id, codes=codes)
    return number
