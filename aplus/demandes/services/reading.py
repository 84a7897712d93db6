"""What opening a demande marks as read, how many one may open in an hour (accounts.md §1), masked identifiers."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from aplus.access.keys import use_key
from aplus.core import clock
from aplus.core.errors import TooMany
from aplus.demandes.models import Demande, Reading
from aplus.journal import services as journal
from aplus.notifications.models import Notification
from aplus.policy.actor import Actor

PER_HOUR = 600
HOUR = timedelta(hours=1)

# One statement on the most read page: the mark, unless this person opened too many demandes within the hour.
MARK = """
WITH before AS (SELECT last_at FROM reading WHERE user_id = %(user_id)s AND demande_id = %(demande_id)s)
INSERT INTO reading (user_id, demande_id, first_at, last_at)
SELECT %(user_id)s, %(demande_id)s, %(now)s, %(now)s
WHERE %(most)s > (
    SELECT count(*) FROM journal_line WHERE actor_id = %(user_id)s AND act = 'lecture' AND at > %(since)s
)
ON CONFLICT (user_id, demande_id) DO UPDATE SET last_at = EXCLUDED.last_at
RETURNING (SELECT last_at FROM before)
"""


def mark_read(actor: Actor, demande: Demande) -> datetime | None:
    """Remember that this person reads the demande now; when they last did (None: never).

    Raises TooMany, and marks nothing, beyond the hour's limit.
    """
    now = clock.now()
    values = {
        "user_id": actor.user_id,
        "demande_id": demande.id,
        "now": now,
        "since": now - HOUR,
        "most": PER_HOUR,
    }
    with connection.cursor() as cursor:
        cursor.execute(MARK, values)
        marked = cursor.fetchone()
    if marked is None:
        journal.write_once(actor, "limite", demande_id=demande.id, within=HOUR)
        raise TooMany(retry_after=int(HOUR.total_seconds()) // 4)
    before: datetime | None = marked[0]
    return before


def settle_told() -> None:
    """What was read by opening its demande is marked as such, so that counting what is unread stays short."""
    marks = Reading.objects.filter(
        user=OuterRef("person_id"), demande=OuterRef("demande_id"), last_at__gte=OuterRef("at")
    )
    read = Notification.objects.filter(Exists(marks), person__isnull=False, read_at=None)
    read.update(read_at=Subquery(marks.values("last_at")))


def ask_identifier(actor: Actor, demande: Demande, field: str, *, key: UUID) -> None:
    """Leave the line of an identifier asked for in clear; raises AlreadyDone."""
    with transaction.atomic():
        use_key(actor, key, reverse("demandes:page", args=[demande.id]))
        journal.write(actor, "identifiant", kind="demande", demande_id=demande.id, codes={"champ": field})
