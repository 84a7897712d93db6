"""What administrateurs type of reference data: local holidays, and the order of a list. Pure Python."""

import re
from collections.abc import Sequence
from datetime import date

from aplus.annuaire.rules import GOOD_FRIDAY

_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
# A year that has a 29 February.
_LEAP = 2024


def read_holidays(text: str) -> tuple[list[str], list[str]]:
    """The holidays typed, one per line or separated by commas, each once in order; and those not understood."""
    found = [word for word in re.split(r"[\s,;]+", text.strip().lower()) if word]
    unknown = [word for word in found if word != GOOD_FRIDAY and not _is_a_day(word)]
    return sorted(set(found) - set(unknown)), unknown


def _is_a_day(word: str) -> bool:
    match = _MONTH_DAY.fullmatch(word)
    if match is None:
        return False
    try:
        date(_LEAP, int(match[1]), int(match[2]))
    except ValueError:
        return False
    return True


def new_ranks(ranks: Sequence[int]) -> list[int]:
    """The same ranks in order, none of them twice: for rows that were put in another order."""
    given: list[int] = []
    for rank in sorted(ranks):
        given.append(max(rank, given[-1] + 1) if given else rank)
    return given
