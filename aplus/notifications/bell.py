"""The bell: which events people read in the application, and how many of them somebody has not read.

The apps that word events say here which of them the bell shows, and whom one still concerns. What the counter reads
comes with the session, in its query; the right is asked again in Python, as when a mail leaves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateTimeField, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, JSONObject
from django.db.models.lookups import LessThan

from aplus.notifications.models import Notification
from aplus.policy.actor import Actor
from aplus.policy.facts import PlaceFacts

COLUMN = "bell"
NEVER = Value(datetime(1900, 1, 1, tzinfo=UTC), DateTimeField())
# One more than what is said as "more than": beyond it nothing more is learnt.
COUNTED_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Unread:
    """An unread line, as far as the counter reads it; `demande`: the facts of `DemandeColumns`."""

    event: str
    codes: Mapping[str, Any]
    demande: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Said:
    """One event as the bell says it: a plain sentence, then a link with what is to be said of it.

    `is_of_demande`: opening the page of the demande, where the link leads, is what marks it read.
    """

    sentence: str
    label: str
    url: str
    about: str = ""
    is_of_demande: bool = False


@dataclass(frozen=True, slots=True)
class DemandeColumns:
    """Of a row of lines: when its person last opened its demande, and the facts that `Concerns` reads of it."""

    opened_at: Callable[[], Any]
    facts: Callable[[], Any]


class Place(PlaceFacts, Protocol):
    """A groupe that a line names."""

    @property
    def name(self) -> str: ...
    @property
    def is_open(self) -> bool: ...


class Names(Protocol):
    """The people and groupes that lines name by their codes; None for who or what is no more.

    `is_led`: this person is in a groupe that the reader is responsable of.
    """

    def person(self, line: Notification, code: str) -> str | None: ...
    def is_led(self, line: Notification, code: str) -> bool: ...
    def place(self, line: Notification, code: str) -> Place | None: ...


Concerns = Callable[[Actor, Unread], bool]
# The words of these lines for this reader, all at once; a line they have no right to any more has none.
Teller = Callable[[Actor, Sequence[Notification], Names], Mapping[UUID, Said]]


@dataclass(frozen=True, slots=True)
class _Shown:
    concerns: Concerns
    teller: Teller


_shown: dict[str, _Shown] = {}
_of_demandes: list[DemandeColumns] = []


def show(event: str, *, concerns: Concerns, teller: Teller) -> None:
    """Have the bell show this event; to be called from AppConfig.ready()."""
    if _shown.setdefault(event, _Shown(concerns, teller)) != _Shown(concerns, teller):
        raise ValueError(f"{event} is already shown")


def read_of_demandes(columns: DemandeColumns) -> None:
    """Say what is read of the demande of a line; called once, by the app that has them."""
    _of_demandes[:] = [columns]


def is_shown(event: str) -> bool:
    """Whether people read this event in the application."""
    return event in _shown


def shown() -> list[str]:
    """The events that people read in the application."""
    return sorted(_shown)


def tell(actor: Actor, lines: Sequence[Notification], names: Names) -> dict[UUID, Said]:
    """The words of each line that this person may still read, by id; a fixed number of queries."""
    by_teller: dict[Teller, list[Notification]] = {}
    for line in lines:
        if line.event in _shown:
            by_teller.setdefault(_shown[line.event].teller, []).append(line)
    return {key: said for teller, some in by_teller.items() for key, said in teller(actor, some, names).items()}


def unread() -> Q:
    """The lines that nobody has read: not marked, their demande not opened since.

    Each line looks its own mark up: asked whether one exists, PostgreSQL would compare all of a person's, line by line.
    """
    return Q(read_at=None) & Q(LessThan(Coalesce(_of_demandes[0].opened_at(), NEVER), F("at")))


def columns() -> dict[str, Any]:
    """What the session's query reads beside the session, whose person is `user`: the newest unread lines."""
    lines = Notification.objects.filter(unread(), person=OuterRef("user_id")).order_by("-at")
    line = JSONObject(event="event", codes="codes", demande=_of_demandes[0].facts())
    return {COLUMN: ArraySubquery(lines.values(line=line)[:COUNTED_AT_MOST])}


def count(actor: Actor, found: Sequence[Mapping[str, Any]]) -> int:
    """How many of the lines of `columns` still concern this person."""
    lines = (Unread(one["event"], one["codes"], one["demande"]) for one in found)
    return sum(line.event in _shown and _shown[line.event].concerns(actor, line) for line in lines)
