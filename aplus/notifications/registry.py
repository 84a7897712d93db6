"""What apps above register: who writes the mail of each event, who hears what mail servers say of an address."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from aplus.notifications.models import Notification
from aplus.notifications.rules import Delivery


@dataclass(frozen=True)
class Item:
    """One of the things that a grouped mail lists: what, who, and a path of this site."""

    title: str
    sentence: str
    url: str


@dataclass(frozen=True)
class Composed:
    """What one recipient reads. Plain text everywhere: no markup, no personal data of an usager, no subject.

    `to` is one address; `subject` comes without the « [A+] » prefix; `facts` are short lines read together, after the
    paragraphs; a link is (label, path of this site or address that begins with BASE_URL), the first one is what the
    mail asks for; `number` is the demande's, when the line does not carry it already.
    """

    to: str
    subject: str
    title: str
    paragraphs: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    number: int | None = None
    items: list[Item] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


# Returns None when the recipient has no right to it any more: rights are asked again when sending.
Composer = Callable[[Notification], Composed | None]


class UnknownEventError(LookupError):
    """No app registered a composer for this event: a mistake in the code, never a silent drop."""


_composers: dict[str, Composer] = {}


def register(event: str, composer: Composer) -> None:
    """Declare the composer of one event (the word of X-Aplus-Evenement); to be called from AppConfig.ready()."""
    if _composers.setdefault(event, composer) is not composer:
        raise ValueError(f"{event} already has a composer")


def composer_of(event: str) -> Composer:
    """The composer of the event, or UnknownEventError."""
    try:
        return _composers[event]
    except KeyError:
        raise UnknownEventError(event) from None


@dataclass(frozen=True)
class Heard:
    """What the mail servers said of the address of one recipient: a person, a groupe's mailbox or an invitation."""

    person_id: UUID | None
    groupe_id: UUID | None
    invitation_id: UUID | None
    address: str
    delivery: Delivery
    at: datetime


Listener = Callable[[Heard], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Declare who notes it, in the same transaction; to be called from AppConfig.ready()."""
    if listener not in _listeners:
        _listeners.append(listener)


def listeners() -> list[Listener]:
    """Who hears."""
    return list(_listeners)
