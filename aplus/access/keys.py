"""One form, one act: the hidden field `cle` of every form that writes."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection

from aplus.access.models import FormKey
from aplus.core import clock
from aplus.core.errors import AlreadyDone
from aplus.policy.actor import Actor

FIELD = "cle"
KEPT = timedelta(days=7)


def read_key(value: str | None) -> UUID:
    """The posted key; a missing or malformed one is replaced by a fresh one."""
    try:
        return UUID(value or "")
    except ValueError:
        return uuid4()


def use_key(actor: Actor, key: UUID, location: str) -> None:
    """Mark the key used, inside the act's transaction; raise AlreadyDone when it was.

    A second request with the same key waits here for the first one's transaction, so a double click is one act.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_formkey (user_id, key, location, used_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (user_id, key) DO NOTHING",
            [actor.user_id, key, location, clock.now()],
        )
        if cursor.rowcount == 1:
            return
    refuse_used_key(actor, key)


def refuse_used_key(actor: Actor, key: UUID) -> None:
    """Raise AlreadyDone when the key did its act; it stays good otherwise."""
    used = FormKey.objects.filter(user_id=actor.person_id, key=key).first()
    if used is not None:
        raise AlreadyDone(used.location)


def purge_used_keys() -> int:
    """Forget the keys used more than a week ago; how many."""
    number, _ = FormKey.objects.filter(used_at__lt=clock.now() - KEPT).delete()
    return number
