"""Refusals to signed-in people: a line each, at most sixty an hour per session, then one line that counts them."""

import json
import logging
from datetime import timedelta
from uuid import UUID

from django.db import Error, connection, transaction
from django.urls import ResolverMatch

from aplus.core import clock
from aplus.journal import rules
from aplus.journal.models import JournalLine, RefusalCount
from aplus.policy.actor import Actor

logger = logging.getLogger(__name__)

LINES_AN_HOUR = 60
# The hour of a session starts at its first refusal; `close_hours` ends it.
HOUR = timedelta(hours=1)

# One statement: the count and the line stand or fall together, and a refused page costs one query more.
COUNT_AND_WRITE = """
WITH counted AS (
    INSERT INTO journal_refusal_count (session_id, actor_id, since, number)
    VALUES (%(counted_for)s, %(actor_id)s, %(at)s, 1)
    ON CONFLICT (session_id) DO UPDATE SET number = journal_refusal_count.number + 1
    RETURNING number
)
INSERT INTO journal_line (at, actor_id, session_id, act, thing_id, codes)
SELECT %(at)s, %(actor_id)s, %(session_id)s, %(act)s, %(thing_id)s, %(codes)s::jsonb
FROM counted WHERE number <= %(most)s
"""


def record(actor: Actor, status: int, resolver_match: ResolverMatch | None) -> None:
    """Journal one refusal: its status and its route, never its path. Never raises: the answer is already made."""
    route = resolver_match.view_name if resolver_match else ""
    values = {
        "counted_for": actor.session_id or actor.user_id,
        "actor_id": actor.user_id,
        "session_id": actor.session_id,
        "at": clock.now(),
        "act": rules.REFUSAL,
        "thing_id": _thing_id(resolver_match),
        "codes": json.dumps({"status": status, "route": route}),
        "most": LINES_AN_HOUR,
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute(COUNT_AND_WRITE, values)
    except Error:
        logger.exception("refusal not journaled", extra={"status": status, "route": route})


def _thing_id(resolver_match: ResolverMatch | None) -> UUID | None:
    """The first id of the address: the demande of a page below a demande."""
    arguments = resolver_match.kwargs.values() if resolver_match else ()
    return next((value for value in arguments if isinstance(value, UUID)), None)


def close_hours() -> int:
    """End the hours that are over: one line for each session refused more than sixty times; how many hours ended."""
    now = clock.now()
    with transaction.atomic():
        over = list(RefusalCount.objects.select_for_update(skip_locked=True).filter(since__lte=now - HOUR))
        JournalLine.objects.bulk_create(
            JournalLine(
                at=now,
                actor_id=hour.actor_id,
                session_id=hour.session_id,
                act=rules.REFUSAL,
                codes={"number": hour.number - LINES_AN_HOUR},
            )
            for hour in over
            if hour.number > LINES_AN_HOUR
        )
        RefusalCount.objects.filter(session_id__in=[hour.session_id for hour in over]).delete()
    return len(over)
