"""Reading the trail: the lines of a demande, the acts of the last hour, and whether the seals hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from aplus.core import clock
from aplus.journal import rules
from aplus.journal.models import JournalLine, JournalSeal

# After that, retention drops the months of lines and their seals stay.
KEPT = timedelta(days=365)
PARTITION = re.compile(r"journal_line_(\d{4})_(\d{2})")


def acts_last_hour(actor_id: UUID, act: str) -> int:
    """How many times this person did this act in the last sixty minutes."""
    since = clock.now() - timedelta(hours=1)
    return JournalLine.objects.filter(actor_id=actor_id, act=act, at__gt=since).count()


def line_of(row: JournalLine) -> rules.Line:
    """The line as the seals see it."""
    return rules.Line(
        row.id, row.at, row.actor_id, row.session_id, row.act, row.kind, row.thing_id, row.demande_id, row.codes
    )


def lines_of(demande_id: UUID) -> QuerySet[JournalLine]:
    """The lines about one demande, refusals to strangers included, oldest first."""
    return JournalLine.objects.filter(Q(demande_id=demande_id) | Q(thing_id=demande_id, act=rules.REFUSAL)).order_by(
        "id"
    )


def partitions() -> list[tuple[str, date]]:
    """The monthly partitions, oldest first: name and first day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
            " WHERE inhparent = 'journal_line'::regclass"
        )
        names = sorted(name for (name,) in cursor.fetchall())
    found = [(name, PARTITION.fullmatch(name)) for name in names]
    return [(name, date(int(match[1]), int(match[2]), 1)) for name, match in found if match]


@dataclass
class Verification:
    """What the seals say of the lines."""

    seals: int = 0
    lines: int = 0
    expired: int = 0
    unsealed: int = 0
    last_digest: bytes = rules.FIRST_DIGEST
    late: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def verify() -> Verification:
    """Compute every seal again from its lines and compare; collect the lines that came after their seal."""
    result = Verification()
    old = clock.now() - KEPT
    sealed_id = 0
    for seal in JournalSeal.objects.order_by("id").iterator():
        result.seals += 1
        if bytes(seal.previous_digest) != result.last_digest or seal.last_id <= sealed_id:
            result.problems.append(f"seal {seal.id} does not follow the seal before it")
        _verify_lines(seal, sealed_id, result, may_be_dropped=seal.first_at < old)
        sealed_id, result.last_digest = seal.last_id, bytes(seal.digest)
    result.unsealed = JournalLine.objects.filter(id__gt=sealed_id).count()
    return result


def _verify_lines(seal: JournalSeal, sealed_id: int, result: Verification, *, may_be_dropped: bool) -> None:
    """Compare one seal with the lines that have been there since the seal before it."""
    rows = JournalLine.objects.filter(id__gt=sealed_id, id__lte=seal.last_id).order_by("id")
    found = [line_of(row) for row in rows.iterator()]
    late = [line.id for line in found if rules.is_in_gaps(seal.gaps, line.id)]
    lines = [line for line in found if line.id not in late]
    result.lines += len(found)
    result.late += late
    summary = rules.summarise(sealed_id, bytes(seal.previous_digest), lines)
    if summary == _summary_of(seal):
        return
    if may_be_dropped and len(lines) < seal.number:
        result.expired += 1
    else:
        result.problems.append(
            f"seal {seal.id}: lines {seal.first_id} to {seal.last_id} are not those that were sealed"
        )


def _summary_of(seal: JournalSeal) -> rules.Summary:
    return rules.Summary(
        seal.first_id, seal.last_id, seal.first_at, seal.last_at, seal.number, seal.gaps, bytes(seal.digest)
    )


def readable(rows: QuerySet[JournalLine]) -> Iterator[str]:
    """One text line per row, for a terminal."""
    for row in rows.iterator():
        codes = " ".join(f"{name}={value}" for name, value in sorted(row.codes.items()))
        yield f"{row.id} {row.at:%Y-%m-%dT%H:%M:%SZ} {row.act} actor={row.actor_id} session={row.session_id} {codes}"
