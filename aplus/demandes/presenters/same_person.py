"""The other demandes about one person, as the reader may know them: on a page, and before a new one is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from aplus.demandes.content import Usager
from aplus.demandes.presenters.states import demande_label, number_label
from aplus.demandes.queries.search import OtherDemande
from aplus.demandes.services.search import MOST_SIGNS
from aplus.ui.dates import day_label

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One of them."""

    id: UUID
    number: str
    state: str
    sent: str


@dataclass(frozen=True, slots=True)
class SamePerson:
    """The newest ones, how many more there are, and what to search to have them all."""

    lines: list[Line]
    more: int
    search: str


def same_person(others: Sequence[OtherDemande], usager: Usager) -> SamePerson:
    """What is shown of them."""
    lines = [_line(one) for one in others[:SHOWN]]
    search = f"{usager.full_name} {usager.birth_date}"[:MOST_SIGNS].strip()
    return SamePerson(lines, max(0, len(others) - SHOWN), search)


def _line(other: OtherDemande) -> Line:
    day = other.created_at.astimezone(ZoneInfo(other.timezone)).date()
    return Line(other.id, number_label(other.number), demande_label(other.state, other.side), day_label(day))
