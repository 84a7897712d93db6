"""The state of a list as its address holds it: tab, order, filters, search, place. Read and written here only.

What is unknown or malformed is left out, as if it had not been said (contract.md §5).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from aplus.demandes.queries.list_holders import Tab
from aplus.demandes.queries.list_marks import Mark
from aplus.demandes.queries.lists import Order

TICKED = "1"
OTHER_THEME = "autre"
# A demande is of our time: other years are slips of the keyboard.
FIRST_YEAR, LAST_YEAR = 2000, 2199

Word = TypeVar("Word", bound=StrEnum)

_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Followed(StrEnum):
    """Whose demandes, by the word in the address."""

    BY_ME = "moi"
    BY_NOBODY = "personne"


def _said(query: Mapping[str, Any], name: str) -> str:
    return str(query.get(name, ""))


def _code(text: str) -> str | None:
    return text if _CODE.fullmatch(text) else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _word(words: type[Word], text: str) -> Word | None:
    return words(text) if text in set(words) else None


def _tick(text: str) -> bool | None:
    return True if text == TICKED else None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to, each by its name in the address; None asks nothing."""

    groupe: UUID | None = None
    organisme: str | None = None
    territoire: str | None = None
    thematique: str | None = None
    suivi: Followed | None = None
    urgent: bool | None = None
    non_lu: bool | None = None
    du: date | None = None
    au: date | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        """The filters of an address."""
        return cls(
            groupe=_id(_said(query, "groupe")),
            organisme=_code(_said(query, "organisme")),
            territoire=_code(_said(query, "territoire")),
            thematique=_code(_said(query, "thematique")),
            suivi=_word(Followed, _said(query, "suivi")),
            urgent=_tick(_said(query, "urgent")),
            non_lu=_tick(_said(query, "non_lu")),
            du=_day(_said(query, "du")),
            au=_day(_said(query, "au")),
        )

    def asked(self) -> dict[str, str]:
        """Those that ask something, as the address says them."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: TICKED if value is True else str(value) for name, value in values.items() if value is not None}

    def without(self, name: str) -> Self:
        """The others."""
        return replace(self, **{name: None})


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class ListState:
    """Which demandes, in which order, from which place on; `search` is the id of a search of this session."""

    tab: Tab = Tab.ALL
    order: Order = Order.DUE
    filters: Filters = NO_FILTERS
    search: UUID | None = None
    after: Mark | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        """The state an address asks for (a QueryDict, or any mapping of words)."""
        return cls(
            tab=_word(Tab, _said(query, "onglet")) or Tab.ALL,
            order=_word(Order, _said(query, "tri")) or Order.DUE,
            filters=Filters.from_query(query),
            search=_id(_said(query, "recherche")),
            after=Mark.from_text(_said(query, "apres")),
        )

    def asked(self) -> dict[str, str]:
        """What the address says, in the order of contract.md §5; what goes without saying is not said."""
        said = {
            "onglet": self.tab.value if self.tab is not Tab.ALL else "",
            "tri": self.order.value if self.order is not Order.DUE else "",
            **self.filters.asked(),
            "recherche": str(self.search or ""),
            "apres": self.after.to_text() if self.after else "",
        }
        return {name: value for name, value in said.items() if value}

    def starting_at(self, after: Mark | None) -> Self:
        """The same list from another place on; None is its beginning."""
        return replace(self, after=after)

    def to_query(self) -> str:
        """The same for an address, without its question mark; empty for the list as it opens."""
        return urlencode(self.asked())
