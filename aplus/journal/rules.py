"""What a line may hold, how lines are written down to be sealed, and which months have partitions. Pure Python."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

Codes: TypeAlias = Mapping[str, str | int | bool | None]

REFUSAL = "refus"
CODE_SIGNS = 60
FIRST_DIGEST = bytes(32)


class Line(NamedTuple):
    """One line of the trail; the order of its fields is the order in which they are sealed."""

    id: int
    at: datetime
    actor_id: UUID | None
    session_id: UUID | None
    act: str
    kind: str
    thing_id: UUID | None
    demande_id: UUID | None
    codes: Codes


@dataclass(frozen=True, slots=True)
class Summary:
    """What a seal says of its lines. `gaps`: the ids without a line since the seal before, as [first, last] pairs."""

    first_id: int
    last_id: int
    first_at: datetime
    last_at: datetime
    number: int
    gaps: list[list[int]]
    digest: bytes


def checked_codes(codes: Codes) -> dict[str, str | int | bool | None]:
    """The codes, if they are codes: short words and numbers. Free text would be content, which is never journaled."""
    for name, value in codes.items():
        if isinstance(value, str) and (len(value) > CODE_SIGNS or not value.isprintable()):
            raise ValueError(f"the code {name} is too long or not printable: content is never journaled")
        if not isinstance(value, str | int | None):
            raise TypeError(f"the code {name} is neither a word nor a whole number")
    return dict(codes)


def canonical(line: Line) -> bytes:
    """The one way to write a line down: a JSON array in ASCII, times in UTC to the microsecond, keys sorted."""
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps((line.id, at, *line[2:]), default=str, sort_keys=True, separators=(",", ":")).encode()


def summarise(sealed_id: int, previous_digest: bytes, lines: Iterable[Line]) -> Summary | None:
    """The seal of the lines that follow `sealed_id`, in the order of ids; None without a line.

    The digest is the SHA-256 of the previous seal's digest, then of each line, one per row.
    """
    digest = hashlib.sha256(previous_digest)
    gaps: list[list[int]] = []
    first_id = number = 0
    last_id = sealed_id
    first_at, last_at = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    for line in lines:
        digest.update(canonical(line) + b"\n")
        if line.id > last_id + 1:
            gaps.append([last_id + 1, line.id - 1])
        first_id, last_id = first_id or line.id, line.id
        first_at, last_at = min(first_at, line.at), max(last_at, line.at)
        number += 1
    return Summary(first_id, last_id, first_at, last_at, number, gaps, digest.digest()) if number else None


def is_in_gaps(gaps: Iterable[Iterable[int]], line_id: int) -> bool:
    """Had this id no line when the seal was made."""
    return any(first <= line_id <= last for first, last in gaps)


def months_from(day: date, ahead: int) -> Iterator[date]:
    """The first day of this month and of the `ahead` next ones."""
    for rank in range(day.month - 1, day.month + ahead):
        yield date(day.year + rank // 12, rank % 12 + 1, 1)
