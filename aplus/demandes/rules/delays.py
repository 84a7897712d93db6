"""When a part is due (demandes.md §2 and §6): how many business days each event gives."""

from dataclasses import dataclass
from datetime import date

from aplus.demandes.rules.life import PartEvent

TO_TAKE_CHARGE = 3
TO_TAKE_CHARGE_URGENT = 1
TO_REPLY = 15
PROMISE_AT_MOST = 30
KEEPING = frozenset(
    {PartEvent.OPEN_PAGE, PartEvent.GIVE, PartEvent.CHANGE_GROUPE, PartEvent.ESCALATE, PartEvent.REMIND}
)


@dataclass(frozen=True)
class Kept:
    """The due date does not move."""


@dataclass(frozen=True)
class NoDue:
    """Nothing is due."""


@dataclass(frozen=True)
class BusinessDays:
    """Due at the end of the nth business day after the day of the event."""

    number: int


@dataclass(frozen=True)
class EndOf:
    """Due at the end of a promised day."""

    day: date


Due = Kept | NoDue | BusinessDays | EndOf


def first_due(*, is_urgent: bool) -> BusinessDays:
    """The delay to take charge."""
    return BusinessDays(TO_TAKE_CHARGE_URGENT if is_urgent else TO_TAKE_CHARGE)


def due_after_event(
    event: PartEvent,
    *,
    is_urgent: bool,
    was_awaited: bool,
    promised: date | None,
    today: date,
) -> Due:
    """What an event does to the due date of a part that it leaves open; nothing is due on a closed one.

    `promised` is the promise in force after the event, if any; `today` the local day of the event.
    """
    if event is PartEvent.ADDRESS:
        return first_due(is_urgent=is_urgent)
    if event in {PartEvent.TAKE_CHARGE, PartEvent.PROMISE, PartEvent.REPLY}:
        return _promise_or_reply(promised, today)
    if event is PartEvent.AUTHOR_MESSAGE:
        return BusinessDays(TO_REPLY) if was_awaited else Kept()
    if event in {PartEvent.STILL_BLOCKED, PartEvent.REOPEN}:
        return first_due(is_urgent=is_urgent)
    if event in KEEPING:
        return Kept()
    return NoDue()


def _promise_or_reply(promised: date | None, today: date) -> Due:
    if promised is not None and promised >= today:
        return EndOf(promised)
    return BusinessDays(TO_REPLY)
