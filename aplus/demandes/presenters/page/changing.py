"""What the author of a message may still do to it: correct it, withdraw it, and whether a reason is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from aplus.demandes.models import Demande, Message
from aplus.demandes.queries.page import ON_IT, PersonRow
from aplus.demandes.rules.correcting import LastRead, is_fresh
from aplus.demandes.rules.life import DemandeState
from aplus.demandes.services.correcting import version_of, written
from aplus.policy.decisions import AUTHOR_KINDS


@dataclass(frozen=True)
class MayChange:
    """What is offered under one's own message; the two one-time keys are of its forms."""

    correct: bool
    needs_reason: bool
    version: str
    correction_key: UUID = field(default_factory=uuid4)
    key: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Changing:
    """What tells which messages this reader may still change, at this moment."""

    reader_id: UUID | None
    is_open: bool
    now: datetime
    readings: tuple[LastRead, ...]

    def of(self, message: Message) -> MayChange | None:
        """None for somebody else's message, a withdrawn one, and on an archived demande."""
        if message.author_id != self.reader_id or message.withdrawn_at is not None or not self.is_open:
            return None
        fresh = is_fresh(written(message), self.readings, self.now)
        return MayChange(correct=fresh, needs_reason=not fresh, version=version_of(message))


def changing(demande: Demande, people: Sequence[PersonRow], reader_id: UUID | None, now: datetime) -> Changing:
    """From who is near the demande, with when they last read it."""
    authors = {person.user_id for person in people if person.role == ON_IT and person.kind in AUTHOR_KINDS}
    readings = {
        person.user_id: LastRead(person.user_id, person.last_read_at, person.user_id in authors)
        for person in people
        if person.last_read_at is not None
    }
    return Changing(reader_id, demande.state != DemandeState.ARCHIVED, now, tuple(readings.values()))
