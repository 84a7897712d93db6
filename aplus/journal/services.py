"""Writing the trail (one line per act, in the act's own transaction), sealing it, and adding its partitions."""

import logging
from dataclasses import asdict
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Max
from psycopg import sql
from psycopg.errors import LockNotAvailable

from aplus.core import clock
from aplus.journal import queries, rules
from aplus.journal.models import JournalLine, JournalSeal
from aplus.policy.actor import Actor

logger = logging.getLogger(__name__)

# Lines this old are sealed: no transaction lasts two minutes, so none can still appear below them.
SEAL_AFTER = timedelta(minutes=5)
MONTHS_AHEAD = 3
MONTHS_KEPT = 12
# Any two numbers of our own, so that one process seals at a time.
SEAL_LOCK = (0x4A4F5552, 1)


def write(
    actor: Actor,
    act: str,
    *,
    kind: str = "",
    thing_id: UUID | None = None,
    demande_id: UUID | None = None,
    codes: rules.Codes | None = None,
) -> None:
    """Add one line; `codes` holds small technical values only (states, counts, codes), never content."""
    JournalLine.objects.create(
        at=clock.now(),
        actor_id=actor.user_id,
        session_id=actor.session_id,
        act=act,
        kind=kind,
        thing_id=thing_id,
        demande_id=demande_id,
        codes=rules.checked_codes(codes or {}),
    )


# One statement: the most read page of the product pays one query for its line.
WRITE_ONCE = """
INSERT INTO journal_line (at, actor_id, session_id, act, kind, demande_id)
SELECT %(at)s, %(actor_id)s, %(session_id)s, %(act)s, 'demande', %(demande_id)s
WHERE NOT EXISTS (
    SELECT FROM journal_line
    WHERE actor_id = %(actor_id)s AND act = %(act)s AND at > %(since)s AND demande_id = %(demande_id)s
)
"""


def write_once(actor: Actor, act: str, *, demande_id: UUID, within: timedelta) -> bool:
    """Add one line about a demande, unless this person did the same act on it so recently; was it added."""
    now = clock.now()
    values = {
        "at": now,
        "since": now - within,
        "actor_id": actor.user_id,
        "session_id": actor.session_id,
        "act": act,
        "demande_id": demande_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE_ONCE, values)
        return bool(cursor.rowcount)


def seal_lines() -> JournalSeal | None:
    """Seal the lines old enough, from the last seal on; None when there is nothing to seal or another is sealing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", SEAL_LOCK)
            if not cursor.fetchone()[0]:
                return None
        previous = JournalSeal.objects.last()
        return _seal_after(previous, clock.now() - SEAL_AFTER)


def _seal_after(previous: JournalSeal | None, until: datetime) -> JournalSeal | None:
    """One more seal, over every line between the last sealed id and the last id that is old enough."""
    sealed_id = previous.last_id if previous else 0
    old = JournalLine.objects.filter(id__gt=sealed_id, at__lte=until)
    last_id = old.aggregate(last=Max("id"))["last"] or sealed_id
    previous_digest = bytes(previous.digest) if previous else rules.FIRST_DIGEST
    # In the order of ids and not of times: two acts of the same instant may have them crossed.
    rows = JournalLine.objects.filter(id__gt=sealed_id, id__lte=last_id).order_by("id")
    summary = rules.summarise(sealed_id, previous_digest, (queries.line_of(row) for row in rows.iterator()))
    if summary is None:
        return None
    seal = JournalSeal.objects.create(at=clock.now(), previous_digest=previous_digest, **asdict(summary))
    # Outside the database as well: who rewrites the trail and its seals cannot rewrite the logs.
    transaction.on_commit(
        lambda: logger.info(
            "journal sealed", extra={"seal": seal.id, "last_line": seal.last_id, "digest": summary.digest.hex()}
        )
    )
    return seal


def add_partitions() -> int:
    """Make sure that the current month and the next ones have their partition; how many were made.

    Waits at most three seconds for the table: behind a longer wait every act would queue. Tomorrow is soon enough.
    """
    made = 0
    for month in rules.months_from(clock.now().date(), MONTHS_AHEAD):
        try:
            made += _add_partition(month)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            logger.warning("journal partition postponed: the table is busy", extra={"month": f"{month:%Y-%m}"})
    return made


def drop_old_partitions() -> list[str]:
    """Drop the months whose every line is older than twelve months; their names. Their seals stay.

    A month with a line that no seal covers is kept: something is wrong with the seals. A busy table is left for
    tomorrow.
    """
    dropped = []
    for name, month in queries.partitions():
        *_, kept_until = rules.months_from(month, MONTHS_KEPT + 1)
        if kept_until > clock.now().date():
            continue
        try:
            if _drop_partition(name):
                dropped.append(name)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            logger.warning("journal partition not dropped: the table is busy", extra={"partition": name})
    return dropped


def _drop_partition(name: str) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        cursor.execute("LOCK TABLE journal_line IN ACCESS EXCLUSIVE MODE")
        newest = sql.SQL("SELECT coalesce(max(id), 0) FROM {}").format(sql.Identifier(name))
        cursor.execute(newest)
        last = JournalSeal.objects.last()
        if cursor.fetchone()[0] > (last.last_id if last else 0):
            logger.warning("journal partition kept: some of its lines are not sealed", extra={"partition": name})
            return False
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
    return True


def _add_partition(month: date) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        cursor.execute("SELECT journal_add_partition(%s)", [month])
        return bool(cursor.fetchone()[0])
