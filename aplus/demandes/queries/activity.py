"""What a groupe received and sent lately, and how long it took: figures only, by ranges of indexes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from aplus.demandes.rules.life import DemandeState, PartEvent, PartState

WINDOW_DAYS = 90
# A groupe takes charge when it does one of these first; to say that one is not competent is not to take charge.
TAKING = (
    PartEvent.TAKE_CHARGE,
    PartEvent.PROMISE,
    PartEvent.REPLY,
    PartEvent.ASK_DETAILS,
    PartEvent.DECLARE_PROCESSED,
)
# Calendar days, in the time of the demande's territoire. A part that a colleague's tick closed was not processed by
# its groupe; a demande processed once and open again since is not processed.
# LIMIT keeps each lookup one by one, by its index: joined, a groupe with thousands of parts has the whole table read.
FIGURES = """
SELECT 'received', count(*), count(taken), percentile_disc(0.5) WITHIN GROUP (ORDER BY taken),
       count(processed), percentile_disc(0.5) WITHIN GROUP (ORDER BY processed)
FROM (
    SELECT (taking.at AT TIME ZONE territoire.timezone)::date - asked.day AS taken,
           CASE WHEN part.state = %(processed_part)s AND NOT part.is_closed_by_tick
                THEN (part.closed_at AT TIME ZONE territoire.timezone)::date - asked.day END AS processed
    FROM part
    CROSS JOIN LATERAL (SELECT territoire_id FROM demande WHERE id = part.demande_id LIMIT 1) AS demande
    JOIN annuaire_territoire AS territoire ON territoire.code = demande.territoire_id
    CROSS JOIN LATERAL (SELECT (part.addressed_at AT TIME ZONE territoire.timezone)::date AS day) AS asked
    LEFT JOIN LATERAL (
        SELECT at FROM transition
        WHERE part_id = part.id AND at >= part.addressed_at AND event = ANY(%(taking)s)
        ORDER BY id LIMIT 1
    ) AS taking ON true
    WHERE part.groupe_id = %(groupe)s AND part.addressed_at >= %(since)s
) AS received
UNION ALL
SELECT 'sent', count(*), count(taken), percentile_disc(0.5) WITHIN GROUP (ORDER BY taken),
       count(processed), percentile_disc(0.5) WITHIN GROUP (ORDER BY processed)
FROM (
    SELECT (taking.at AT TIME ZONE territoire.timezone)::date - asked.day AS taken,
           CASE WHEN demande.state IN (%(processed)s, %(archived)s)
                THEN (processing.at AT TIME ZONE territoire.timezone)::date - asked.day END AS processed
    FROM demande
    JOIN annuaire_territoire AS territoire ON territoire.code = demande.territoire_id
    CROSS JOIN LATERAL (SELECT (demande.created_at AT TIME ZONE territoire.timezone)::date AS day) AS asked
    LEFT JOIN LATERAL (
        SELECT at FROM transition
        WHERE demande_id = demande.id AND part_id IS NOT NULL AND event = ANY(%(taking)s)
        ORDER BY id LIMIT 1
    ) AS taking ON true
    LEFT JOIN LATERAL (
        SELECT at FROM transition
        WHERE demande_id = demande.id AND part_id IS NULL AND to_state = %(processed)s
        ORDER BY id DESC LIMIT 1
    ) AS processing ON true
    WHERE demande.structure_id = %(groupe)s AND demande.created_at >= %(since)s
) AS sent
"""


@dataclass(frozen=True)
class Figures:
    """How many, how many of them were taken in charge and processed, and the median of the days that took."""

    number: int
    taken: int
    days_to_take: int | None
    processed: int
    days_to_process: int | None


@dataclass(frozen=True)
class Activity:
    """What was addressed to a groupe, and what it sent."""

    received: Figures
    sent: Figures


def activity(groupe_id: UUID, now: datetime) -> Activity:
    """The last ninety days of a groupe, in one query."""
    values: dict[str, UUID | datetime | str | list[str]] = {
        "groupe": groupe_id,
        "since": now - timedelta(days=WINDOW_DAYS),
        "taking": list(TAKING),
        "processed_part": PartState.PROCESSED,
        "processed": DemandeState.PROCESSED,
        "archived": DemandeState.ARCHIVED,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, values)
        found = {name: Figures(*figures) for name, *figures in cursor.fetchall()}
    return Activity(received=found["received"], sent=found["sent"])
