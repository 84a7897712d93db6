"""What came back of a mail, as Mailjet's events say it, and which of two facts is the newer one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID


class Delivery(StrEnum):
    """What the mail servers said; of two facts of the same second, the later one here holds."""

    DEFERRED = "differe"
    DELIVERED = "remis"
    REFUSED = "refuse"
    COMPLAINED = "plainte"

    @property
    def is_refusal(self) -> bool:
        """Nothing more arrives at an address of which this was said last."""
        return self in {Delivery.REFUSED, Delivery.COMPLAINED}


RANK = {delivery: rank for rank, delivery in enumerate(Delivery)}
Fact = tuple[Delivery, datetime]


def is_newer(fact: Fact, known: Fact | None) -> bool:
    """Whether a fact replaces the one that is known: the order in which facts arrive, or twice, changes nothing."""
    return known is None or (fact[1], RANK[fact[0]]) > (known[1], RANK[known[0]])


@dataclass(frozen=True)
class Event:
    """What became of the mail of one line; `address` is '' when that says nothing of the recipient's address."""

    line_id: UUID
    delivery: Delivery
    at: datetime
    address: str = ""


class MalformedError(ValueError):
    """What was received is not what Mailjet sends."""


# A clock may be a little ahead of ours.
AHEAD = timedelta(minutes=5)
EVENTS_AT_MOST = 2000
# By `error_related_to`: what is the address's own fault, and not that of what was sent or of a network.
OF_THE_ADDRESS = frozenset({"", "recipient", "domain"})
# Said of Mailjet, but because the address refused or complained before.
KNOWN_BEFORE = "preblocked"
COMPLAINT = "spam reporter"
TWICE = "duplicate in campaign"


def read(payload: Any, now: datetime) -> list[Event]:
    """The events of one call, grouped or alone; what is not about a mail of ours, or only counts readers, is left out.

    Raises MalformedError.
    """
    found = payload if isinstance(payload, list) else [payload]
    if len(found) > EVENTS_AT_MOST:
        raise MalformedError("too many events")
    return list(_events(found, now))


def _events(found: list[Any], now: datetime) -> Iterator[Event]:
    for one in found:
        if not isinstance(one, dict):
            raise MalformedError("an event is an object")
        word, custom_id, address = _text(one, "event"), _text(one, "CustomID"), _text(one, "email")
        if not word:
            raise MalformedError("an event has a name")
        line_id, said = _line_id(custom_id), _said(word, one)
        at = _moment(one.get("time"), now)
        if line_id is not None and said is not None:
            delivery, is_of_address = said
            yield Event(line_id, delivery, at, address.strip().lower() if is_of_address else "")


def _said(word: str, one: dict[str, Any]) -> tuple[Delivery, bool] | None:
    """What it is, and whether of the address; None for what says nothing of delivery."""
    error, related = _text(one, "error"), _text(one, "error_related_to")
    is_of_address = related in OF_THE_ADDRESS or error == KNOWN_BEFORE
    if word == "sent":
        return Delivery.DELIVERED, True
    if word in {"spam", "unsub"}:
        return Delivery.COMPLAINED, True
    if word == "bounce" and one.get("hard_bounce") is not True:
        return Delivery.DEFERRED, False
    if word not in {"bounce", "blocked"} or error == TWICE:
        return None
    return (Delivery.COMPLAINED, True) if error == COMPLAINT else (Delivery.REFUSED, is_of_address)


def _text(one: dict[str, Any], name: str) -> str:
    value = one.get(name)
    if value is not None and not isinstance(value, str):
        raise MalformedError(f"{name} is a text")
    return value or ""


def _line_id(text: str) -> UUID | None:
    """The account may send other mails than ours."""
    try:
        return UUID(hex=text) if len(text) == len(UUID(int=0).hex) else None
    except ValueError:
        return None


def _moment(value: Any, now: datetime) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise MalformedError("time is a number of seconds")
    if value > (now + AHEAD).timestamp():
        raise MalformedError("an event has happened")
    return datetime.fromtimestamp(value, UTC)
