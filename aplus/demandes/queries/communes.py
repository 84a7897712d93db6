"""The territoire of the usager's commune, from what was typed of its name or postcode (demandes.md §4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aplus.annuaire.models import Commune, Territoire
from aplus.annuaire.queries import MAX_COMMUNES, communes_like, is_whole_name

MOST_TERRITOIRES = 10
LONGEST = 200


@dataclass(frozen=True)
class Proposal:
    """The territoires where a commune of this name or postcode is, each with those communes."""

    typed: str
    communes: Mapping[Territoire, Sequence[Commune]]
    is_too_vague: bool

    @property
    def only(self) -> Territoire | None:
        """The territoire to propose, when there is no doubt."""
        return next(iter(self.communes)) if len(self.communes) == 1 and not self.is_too_vague else None


def proposal(text: str) -> Proposal | None:
    """What the typed text leads to; None when nothing was typed."""
    text = text.strip()[:LONGEST]
    if not text:
        return None
    found = communes_like(text, MAX_COMMUNES)
    whole = [commune for commune in found if is_whole_name(commune, text)]
    by_territoire: dict[Territoire, list[Commune]] = {}
    for commune in whole or found:
        by_territoire.setdefault(commune.territoire, []).append(commune)
    is_cut = len(whole or found) == MAX_COMMUNES
    return Proposal(text, by_territoire, is_cut or len(by_territoire) > MOST_TERRITOIRES)


def suggestions(text: str) -> list[Commune]:
    """The few communes to offer while somebody types."""
    return communes_like(text.strip()[:LONGEST], MOST_TERRITOIRES)
