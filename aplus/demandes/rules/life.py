"""The states of a demande and of its parts, and the one table of what each event does (demandes.md §2)."""

from collections.abc import Iterable
from enum import StrEnum


class DemandeState(StrEnum):
    """A function of the parts, outside ARCHIVED."""

    SENT = "SENT"
    IN_PROGRESS = "IN_PROGRESS"
    PROCESSED = "PROCESSED"
    ARCHIVED = "ARCHIVED"


class PartState(StrEnum):
    """One addressed groupe's share."""

    ADDRESSED = "ADDRESSED"
    OPENED = "OPENED"
    IN_CHARGE = "IN_CHARGE"
    PROCESSED = "PROCESSED"
    NOT_COMPETENT = "NOT_COMPETENT"


OPEN_PARTS = frozenset({PartState.ADDRESSED, PartState.OPENED, PartState.IN_CHARGE})
CLOSED_PARTS = frozenset({PartState.PROCESSED, PartState.NOT_COMPETENT})


class PartEvent(StrEnum):
    """What can happen to a part."""

    ADDRESS = "ADDRESS"
    OPEN_PAGE = "OPEN_PAGE"
    TAKE_CHARGE = "TAKE_CHARGE"
    PROMISE = "PROMISE"
    REPLY = "REPLY"
    ASK_DETAILS = "ASK_DETAILS"
    GIVE = "GIVE"
    AUTHOR_MESSAGE = "AUTHOR_MESSAGE"
    DECLARE_PROCESSED = "DECLARE_PROCESSED"
    CLOSE_BY_TICK = "CLOSE_BY_TICK"
    NOT_COMPETENT = "NOT_COMPETENT"
    STILL_BLOCKED = "STILL_BLOCKED"
    REOPEN = "REOPEN"
    # Of a groupe that closes: another takes the part as it is, or has one already that goes on for both.
    CHANGE_GROUPE = "CHANGE_GROUPE"
    MERGE = "MERGE"
    # Of time, by nobody: they move nothing.
    ESCALATE = "ESCALATE"
    REMIND = "REMIND"


class DemandeEvent(StrEnum):
    """What can happen to the demande as a whole, beside the events of its parts."""

    SEND = "SEND"
    FOLLOW_PARTS = "FOLLOW_PARTS"
    ARCHIVE = "ARCHIVE"
    REOPEN = "REOPEN"
    INVITE_PERSON = "INVITE_PERSON"
    INVITE_EXPERT = "INVITE_EXPERT"
    ADD_CO_AUTHOR = "ADD_CO_AUTHOR"
    HAND_OVER = "HAND_OVER"
    STAND_IN = "STAND_IN"
    END_STAND_IN = "END_STAND_IN"
    LEAVE = "LEAVE"
    NEWS = "NEWS"
    WITHDRAW_MANDAT = "WITHDRAW_MANDAT"
    RENEW_MANDAT = "RENEW_MANDAT"
    END_MANDAT = "END_MANDAT"
    # Of a structure that closes.
    CHANGE_STRUCTURE = "CHANGE_STRUCTURE"
    # Of time, by nobody.
    NOTICE = "NOTICE"
    ASK_HAND_OVER = "ASK_HAND_OVER"
    NOBODY_COMPETENT = "NOBODY_COMPETENT"


class ImpossibleEvent(Exception):
    """The table knows no such move."""


_A, _O, _C = PartState.ADDRESSED, PartState.OPENED, PartState.IN_CHARGE
_P, _N = PartState.PROCESSED, PartState.NOT_COMPETENT


def _all(target: PartState, *sources: PartState) -> dict[PartState | None, PartState]:
    return dict.fromkeys(sources, target)


def _kept(*sources: PartState) -> dict[PartState | None, PartState]:
    return {source: source for source in sources}


# event -> {state before: state after}; a state that is absent cannot have the event.
# A part not followed by anybody goes back to ADDRESSED on STILL_BLOCKED and REOPEN: see `next_part_state`.
PART_TABLE: dict[PartEvent, dict[PartState | None, PartState]] = {
    PartEvent.ADDRESS: {None: _A, _N: _A},
    PartEvent.OPEN_PAGE: {_A: _O},
    PartEvent.TAKE_CHARGE: _all(_C, _A, _O, _C, _P),
    PartEvent.PROMISE: _all(_C, _A, _O, _C, _P),
    PartEvent.REPLY: {**_all(_C, _A, _O, _C), **_kept(_P, _N)},
    PartEvent.ASK_DETAILS: _all(_C, _A, _O, _C),
    PartEvent.GIVE: _kept(_A, _O, _C, _P, _N),
    PartEvent.AUTHOR_MESSAGE: _kept(_A, _O, _C, _P, _N),
    PartEvent.DECLARE_PROCESSED: _all(_P, _A, _O, _C),
    PartEvent.CLOSE_BY_TICK: _all(_P, _A, _O, _C),
    PartEvent.NOT_COMPETENT: _all(_N, _A, _O, _C),
    PartEvent.STILL_BLOCKED: {_P: _C},
    PartEvent.REOPEN: {_P: _C, **_kept(_A, _O, _C)},
    PartEvent.CHANGE_GROUPE: _kept(_A, _O, _C, _P),
    PartEvent.MERGE: _all(_N, _A, _O, _C),
    PartEvent.ESCALATE: _kept(_A, _O, _C),
    PartEvent.REMIND: _kept(_C),
}


def next_part_state(
    state: PartState | None, event: PartEvent, *, is_followed: bool, is_closed_by_tick: bool = False
) -> PartState:
    """The state of a part after an event.

    Raises ImpossibleEvent when the table has no such move. Taking charge reopens a PROCESSED part only when a
    colleague's tick closed it (demandes.md §2).
    """
    try:
        after = PART_TABLE[event][state]
    except KeyError:
        raise ImpossibleEvent(f"{event} on {state}") from None
    if state is _P and event in {PartEvent.TAKE_CHARGE, PartEvent.PROMISE} and not is_closed_by_tick:
        raise ImpossibleEvent(f"{event} on a part its own groupe closed")
    if state is _P and event in {PartEvent.STILL_BLOCKED, PartEvent.REOPEN} and not is_followed:
        return _A
    return after


def demande_state(parts: Iterable[PartState]) -> DemandeState:
    """The state outside ARCHIVED: never chosen, always this function of the parts."""
    states = list(parts)
    if states and all(state is _A for state in states):
        return DemandeState.SENT
    if not any(state in OPEN_PARTS for state in states) and _P in states:
        return DemandeState.PROCESSED
    return DemandeState.IN_PROGRESS
