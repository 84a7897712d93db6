"""One message inside what the actor may read."""

from dataclasses import dataclass
from uuid import UUID

from aplus.demandes.models import Audience, Demande, Message
from aplus.demandes.queries.demande import demande as load_demande
from aplus.policy import decisions
from aplus.policy.actor import Actor


@dataclass(frozen=True, slots=True)
class ReadableMessage:
    """A message this reader may see, with its demande."""

    demande: Demande
    message: Message

    @property
    def author_id(self) -> UUID:
        """Who wrote it."""
        return self.message.author_id


def readable_message(actor: Actor, demande_id: UUID, message_id: UUID) -> ReadableMessage | None:
    """The message; None when it does not exist for this actor: out of sight, of another demande, a note."""
    demande = load_demande(actor, demande_id)
    return message_of(actor, demande, message_id) if demande is not None else None


def message_of(actor: Actor, demande: Demande, message_id: UUID) -> ReadableMessage | None:
    """The same, of a demande already loaded."""
    rows = Message.objects.filter(pk=message_id, demande=demande)
    if not decisions.may_read_notes(actor, demande):
        rows = rows.filter(audience=Audience.ALL)
    message = rows.first()
    return ReadableMessage(demande, message) if message is not None else None
