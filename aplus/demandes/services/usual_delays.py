"""In how many business days each groupe usually answers, worked out from its transitions (demandes.md §4)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from statistics import median_high
from uuid import UUID

from django.db import connection, transaction

from aplus.annuaire.models import Groupe, Territoire
from aplus.annuaire.rules import Calendar, business_days_between, calendar_of, local_day
from aplus.core import clock
from aplus.demandes.models import UsualDelay
from aplus.demandes.rules.life import PartEvent

WINDOW = timedelta(days=90)
# Fewer answers say nothing about the next one.
AT_LEAST = 5
# What the author's side reads of a groupe; closing by a colleague's tick is not an answer of the groupe.
ANSWERS = (
    PartEvent.TAKE_CHARGE,
    PartEvent.PROMISE,
    PartEvent.REPLY,
    PartEvent.ASK_DETAILS,
    PartEvent.DECLARE_PROCESSED,
    PartEvent.NOT_COMPETENT,
)
AT_ONCE = 500
# The first answer of each part, whatever it waited, when it came within the window: a slow groupe is not left out.
FIRST_ANSWERS = """
SELECT part.groupe_id, demande.territoire_id, first.asked_at, first.answered_at
FROM (
    SELECT part_id, min(at) FILTER (WHERE event = %(address)s) AS asked_at,
           min(at) FILTER (WHERE event = ANY(%(answers)s)) AS answered_at
    FROM transition
    WHERE part_id IS NOT NULL AND (event = %(address)s OR event = ANY(%(answers)s))
    GROUP BY part_id
) AS first
JOIN part ON part.id = first.part_id
JOIN demande ON demande.id = part.demande_id
WHERE first.answered_at >= %(since)s AND first.asked_at IS NOT NULL
ORDER BY part.groupe_id
"""
Row = tuple[UUID, str, datetime, datetime]


def work_out() -> int:
    """Write the usual delay of every groupe that answered enough, forget the others'; how many are known."""
    now = clock.now()
    with transaction.atomic():
        known = [
            UsualDelay(groupe_id=groupe_id, days=median_high(delays), number=len(delays), computed_at=now)
            for groupe_id, delays in _delays(_first_answers(now - WINDOW))
            if len(delays) >= AT_LEAST
        ]
        UsualDelay.objects.bulk_create(
            known,
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=["groupe"],
            update_fields=["days", "number", "computed_at"],
        )
        UsualDelay.objects.exclude(computed_at=now).delete()
    return len(known)


def _first_answers(since: datetime) -> Iterator[Row]:
    """Read a few hundred at a time, in the order of the groupes: the whole is never in memory."""
    values: dict[str, str | list[str] | datetime] = {
        "address": PartEvent.ADDRESS,
        "answers": list(ANSWERS),
        "since": since,
    }
    with connection.chunked_cursor() as cursor:
        cursor.execute(FIRST_ANSWERS, values)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def _delays(rows: Iterable[Row]) -> Iterator[tuple[UUID, list[int]]]:
    calendars = {one.code: one.calendar for one in Territoire.objects.all()}
    covered = _covered(calendars)
    for groupe_id, answers in groupby(rows, key=itemgetter(0)):
        delays = []
        for _, code, asked_at, answered_at in answers:
            calendar = calendar_of(code, covered.get(groupe_id, {}), calendars[code])
            delays.append(_days(asked_at, answered_at, calendar))
        yield groupe_id, delays


def _days(asked_at: datetime, answered_at: datetime, calendar: Calendar) -> int:
    return business_days_between(local_day(asked_at, calendar), local_day(answered_at, calendar), calendar)


def _covered(calendars: dict[str, Calendar]) -> dict[UUID, dict[str, Calendar]]:
    """The calendars of the territoires of each groupe; none for a groupe of all France, whose own do not count."""
    through = Groupe.territoires.through.objects.filter(groupe__is_national=False)
    found: dict[UUID, dict[str, Calendar]] = {}
    for groupe_id, code in through.values_list("groupe_id", "territoire_id"):
        found.setdefault(groupe_id, {})[code] = calendars[code]
    return found
