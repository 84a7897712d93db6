"""Marking a demande as read, and the limit on how many one may open in an hour (accounts.md §1)."""

from datetime import timedelta

from django.db import connection

from aplus.core import clock
from aplus.core.errors import TooMany
from aplus.demandes.models import Demande
from aplus.policy.actor import Actor

PER_HOUR = 600
HOUR = timedelta(hours=1)

# One statement on the most read page: the mark, and how many demandes this person opened within the hour.
MARK = """
INSERT INTO reading (user_id, demande_id, first_at, last_at) VALUES (%(user_id)s, %(demande_id)s, %(now)s, %(now)s)
ON CONFLICT (user_id, demande_id) DO UPDATE SET last_at = EXCLUDED.last_at
RETURNING (
    SELECT count(*) FROM journal_line WHERE actor_id = %(user_id)s AND act = 'lecture' AND at > %(since)s
)
"""


def mark_read(actor: Actor, demande: Demande) -> None:
    """Remember that this person reads the demande now; raises TooMany beyond the hour's limit."""
    now = clock.now()
    values = {"user_id": actor.user_id, "demande_id": demande.id, "now": now, "since": now - HOUR}
    with connection.cursor() as cursor:
        cursor.execute(MARK, values)
        (opened,) = cursor.fetchone()
    if opened >= PER_HOUR:
        raise TooMany(retry_after=int(HOUR.total_seconds()) // 4)
