"""Marking events as read, otherwise than by opening their demande."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from aplus.access.keys import use_key
from aplus.core import clock
from aplus.gestion.queries import bell as queries
from aplus.policy.actor import Actor


def mark_seen(actor: Actor, seen: Collection[UUID]) -> None:
    """These were read on the page of notifications; with them goes what this person has lost the right to."""
    _mark(actor, Q(pk__in=seen) | queries.lost(actor))


def mark_all(actor: Actor, *, until: datetime, key: UUID, location: str) -> None:
    """All that was there at this moment: what came since was not seen. Raises AlreadyDone."""
    with transaction.atomic():
        use_key(actor, key, location)
        _mark(actor, Q(at__lte=until))


def _mark(actor: Actor, which: Q) -> None:
    """A line whose mail is leaving right now is left out: nobody waits here for a mail server."""
    with transaction.atomic(savepoint=False):
        rows = queries.unread(actor).select_for_update(skip_locked=True).filter(which).order_by()
        queries.unread(actor).filter(pk__in=rows.values("pk")).update(read_at=clock.now())
