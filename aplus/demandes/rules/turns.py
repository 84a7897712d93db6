"""Whose turn it is and in which order lists show it: computed once, from the parts (demandes.md §9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from aplus.demandes.rules.life import OPEN_PARTS, DemandeState, PartState

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
URGENT_MY_TURN, MY_TURN, NOT_MY_TURN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class PartNow:
    """What the turn depends on, for one part."""

    groupe_id: UUID
    state: PartState
    is_awaited: bool
    due_at: datetime | None


def has_turn(part: PartNow, demande: DemandeState) -> bool:
    """A groupe has it when its part is open and awaits nothing."""
    return demande is not DemandeState.ARCHIVED and part.state in OPEN_PARTS and not part.is_awaited


def author_has_turn(demande: DemandeState, parts: Iterable[PartNow]) -> bool:
    """The author's side has it when all is processed, details are awaited, or nobody is competent."""
    if demande is DemandeState.ARCHIVED:
        return False
    now = list(parts)
    return (
        demande is DemandeState.PROCESSED
        or any(part.is_awaited and part.state in OPEN_PARTS for part in now)
        or all(part.state is PartState.NOT_COMPETENT for part in now)
    )


def rank(*, is_urgent: bool, turn: bool) -> int:
    """The first sorting key: urgent with my turn, then my turn, then the rest."""
    if not turn:
        return NOT_MY_TURN
    return URGENT_MY_TURN if is_urgent else MY_TURN


def sort_at(due_at: datetime | None, *, turn: bool, turn_since: datetime) -> datetime:
    """The second sorting key: what is due first, else since when it is this holder's turn, else the end of time."""
    if due_at is not None:
        return due_at
    return turn_since if turn else NEVER


def earliest_due(parts: Sequence[PartNow]) -> datetime | None:
    """The first due date among the open parts."""
    return min((part.due_at for part in parts if part.due_at is not None and part.state in OPEN_PARTS), default=None)


def turn_words(demande: DemandeState, parts: Sequence[PartNow]) -> str:
    """`data-tour` of contract.md §4: empty, or `auteur`, `instructeurs` with a space between."""
    words = []
    if author_has_turn(demande, parts):
        words.append("auteur")
    if any(has_turn(part, demande) for part in parts):
        words.append("instructeurs")
    return " ".join(words)
