"""Until when a message may be corrected, or withdrawn without a word: demandes.md §5."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Written:
    """What counts of a message."""

    by_id: UUID
    at: datetime
    is_by_author_side: bool
    is_note: bool


@dataclass(frozen=True, slots=True)
class LastRead:
    """When a person last read the demande."""

    by_id: UUID
    at: datetime
    is_author_side: bool


def is_fresh(message: Written, readings: Iterable[LastRead], now: datetime) -> bool:
    """Less than fifteen minutes old, and read by nobody it is meant for."""
    return now - message.at < WINDOW and not any(_has_read(reading, message) for reading in readings)


def _has_read(reading: LastRead, message: Written) -> bool:
    """Whether this reading is one of the other side; of a note, of any colleague: it has no other side."""
    if reading.by_id == message.by_id or reading.at < message.at:
        return False
    if message.is_note:
        return not reading.is_author_side
    return reading.is_author_side is not message.is_by_author_side
