"""Finding pages by words: accents, case and plurals aside; in French that people type in a hurry."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aplus.core.text import fold

# More than this of what was typed is not read.
LONGEST = 200
MOST_WORDS = 12
# A longer word finds those that begin with it.
SHORTEST_BEGINNING = 3
SHORTEST_PLURAL = 4
WORD = re.compile(r"[a-z0-9]+")
_EMPTY = """
a au aux avec c ce ces cette comment d dans de des du elle en est et fait il j je l la le les leur ma me mes mon n ne
nous on ou par pas peut pour pourquoi qu que quel quelle qui quoi s sa se ses si son sur t un une vos votre vous y
"""
EMPTY_WORDS = frozenset(_EMPTY.split())
IN_TITLE, IN_WORDS, IN_HEADINGS, IN_TEXT = 8, 5, 3, 1


@dataclass(frozen=True, slots=True)
class Entry:
    """The words of one page, folded, from the most telling place to the least."""

    slug: str
    title: frozenset[str]
    words: frozenset[str]
    headings: frozenset[str]
    text: frozenset[str]


def words_of(text: str) -> list[str]:
    """Its words in their order, without accents, case or the mark of the plural."""
    return [_singular(word) for word in WORD.findall(fold(text))]


def entry(slug: str, title: str, words: str, headings: str, text: str) -> Entry:
    """One page to be found."""
    return Entry(slug, *(frozenset(words_of(part)) for part in (title, words, headings, text)))


def find(entries: Iterable[Entry], typed: str) -> list[str]:
    """The pages that hold every word typed, or else the most of them; the most telling first."""
    wanted = _wanted(typed)
    if not wanted:
        return []
    scored = [(*_score(one, wanted), one.slug) for one in entries]
    most = max((number for number, _weight, _slug in scored), default=0)
    if not most:
        return []
    found = [(weight, slug) for number, weight, slug in scored if number == most]
    return [slug for _weight, slug in sorted(found, key=lambda one: -one[0])]


def _wanted(typed: str) -> Sequence[str]:
    words = [word for word in WORD.findall(fold(typed[:LONGEST])) if word not in EMPTY_WORDS]
    return list(dict.fromkeys(_singular(word) for word in words))[:MOST_WORDS]


def _score(one: Entry, wanted: Sequence[str]) -> tuple[int, int]:
    """How many of the words it holds, and how well."""
    places = ((one.title, IN_TITLE), (one.words, IN_WORDS), (one.headings, IN_HEADINGS), (one.text, IN_TEXT))
    weights = [sum(weight for place, weight in places if _holds(place, word)) for word in wanted]
    return sum(1 for weight in weights if weight), sum(weights)


def _holds(place: frozenset[str], word: str) -> bool:
    if len(word) < SHORTEST_BEGINNING:
        return word in place
    return any(one.startswith(word) for one in place)


def _singular(word: str) -> str:
    return word[:-1] if len(word) >= SHORTEST_PLURAL and word[-1] in "sx" else word
