"""Going through a list demande after demande: where the reader is in it, as the page's address keeps it (`liste`)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from aplus.demandes.models import Demande, Part
from aplus.demandes.queries import search
from aplus.demandes.queries.list_filters import narrowed
from aplus.demandes.queries.list_holders import Tab
from aplus.demandes.queries.list_marks import Mark
from aplus.demandes.queries.list_state import ListState
from aplus.demandes.queries.lists import ARCHIVED_SORTING, SORTINGS, find
from aplus.demandes.rules import turns
from aplus.demandes.rules.life import PartState
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import Side, Standing

LONGEST = 1500
PLACE = "place"


@dataclass(frozen=True, slots=True)
class Walk:
    """The list somebody came from, and the place in it of the demande they read; the first list when nothing says."""

    state: ListState = field(default_factory=ListState)
    place: Mark | None = None

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What an address holds; what makes no sense in it is passed over."""
        if not text or len(text) > LONGEST:
            return cls()
        try:
            query = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
            said = dict(parse_qsl(query, max_num_fields=20))
        except ValueError:
            return cls()
        return cls(ListState.from_query(said), Mark.from_text(said.pop(PLACE, "")))

    def to_text(self) -> str:
        """What the address holds: nothing of anybody, the words of the list's own address; '' for the first list."""
        said = self.state.asked()
        if self.place is not None:
            said[PLACE] = self.place.to_text()
        return urlsafe_b64encode(urlencode(said).encode()).decode().rstrip("=")

    def at(self, actor: Actor, demande: Demande) -> Self:
        """With the place of this demande, unless it is known from before an act moved it.

        In the first list, as it opens, there is no place to keep: what comes first in it is what to do next.
        """
        is_known = self.place is not None and self.place.row_id == demande.id
        if is_known or (self.place is None and not self.state.asked()):
            return self
        return replace(self, place=place_of(actor, demande, self.state))


def following(actor: Actor, walk: Walk, demande_id: UUID, *, now: datetime) -> Walk | None:
    """The next demande of the list, as the walk that goes on from it; None at the end. A query, two in a search."""
    state = walk.state
    typed = search.recall(actor, state.search) if state.search else None
    within = narrowed(actor, state.filters, search.within(actor, typed) if typed is not None else None)
    found = find(actor, state.tab, state.order, now=now, after=walk.place, size=2, within=within)
    other = next((place for place in found.marks if place.row_id != demande_id), None)
    return replace(walk, place=other) if other is not None else None


def place_of(actor: Actor, demande: Demande, state: ListState) -> Mark | None:
    """Where a loaded demande stands in a list of this reader; no query."""
    if state.tab is Tab.DRAFTS:
        return None
    sorting = ARCHIVED_SORTING if state.tab is Tab.ARCHIVED else SORTINGS[state.order]
    capacity = decisions.standing(actor, demande)
    if capacity is Standing.INSTRUCTEUR:
        mine = [part for part in demande.part_list if part.groupe_id in actor.instructeur_groupe_ids]
        key = min((part.rank, part.sort_at) for part in mine)
    else:
        is_author = capacity is not None and capacity.side is Side.AUTHOR
        key = _key_by_name(demande, is_author=is_author)
    if sorting.is_by_rank:
        return sorting.mark(demande.id, *key)
    is_author = capacity is not None and capacity.side is Side.AUTHOR
    values = {
        "activity_at": demande.author_activity_at if is_author else demande.instructeur_activity_at,
        "demande_created_at": demande.created_at,
        "archived_at": demande.archived_at,
    }
    at = values[sorting.column]
    return sorting.mark(demande.id, at) if at is not None else None


def _key_by_name(demande: Demande, *, is_author: bool) -> tuple[int, datetime]:
    """As `services.copies` writes it for a person on the demande by name."""
    since = demande.author_turn_since if is_author else None
    turn = since is not None
    rank = turns.rank(is_urgent=demande.is_urgent, turn=turn)
    due_at = turns.earliest_due([_now(part) for part in demande.part_list])
    return rank, turns.sort_at(due_at, turn=turn, turn_since=since or demande.created_at)


def _now(part: Part) -> turns.PartNow:
    return turns.PartNow(part.groupe_id, PartState(part.state), part.awaited_since is not None, part.due_at)
