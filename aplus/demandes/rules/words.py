"""What a demande is found by, and what is looked for: text made into words of a few kinds (demandes.md §9).

The same words come out of a text whether it is indexed or typed: accents, case, hyphens and apostrophes do not matter.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from aplus.core.text import fold
from aplus.demandes.content import Usager
from aplus.demandes.rules.birth import read_date
from aplus.demandes.rules.identifiers import PARSERS

SHORTEST_PREFIX = 3
# Longer names are found by their beginning.
LONGEST_PREFIX = 20
MOST_TERMS = 12
MOST_PIECES = 8
MOST_DIGITS = 12

_WORD = re.compile(r"[^\W_]+")
# Signs without width, which come along with copied text.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_LETTERS = str.maketrans({"ı": "i", "·": "", "ʼ": "'"})
_NUMBER_SIGN = re.compile(r"\b[nN]\s?[°º]\s*")
# A piece of an identifier, of a date or of a number: "85", "2A", "12/03/1985", "1234567A", and the lone last letter.
_DIGITS = re.compile(r"[0-9./\-\u2010-\u2015]*[0-9][0-9./\-\u2010-\u2015]*[A-Z]?|[A-Z]", re.IGNORECASE)
_NUMBER = re.compile(rf"[0-9]{{1,{MOST_DIGITS}}}|[0-9]{{1,3}}(?: [0-9]{{3}}){{1,3}}")
_SHORT_FORMS = (("saint", "st"), ("sainte", "ste"))


class Kind(StrEnum):
    """What a word is: the same letters are another word in another kind."""

    NAME = "nom"
    BIRTH = "naissance"
    SUBJECT = "sujet"
    NUMBER = "numero"
    NIR = "nir"
    NUMERO_CAF = "numero_caf"
    NUMERO_FISCAL = "numero_fiscal"
    # Who it is about: by an identifier, or by names and birth date together.
    PERSON = "personne"


class Word(NamedTuple):
    """One thing a demande is found by."""

    kind: Kind
    text: str


# One thing asked for: at least one of the alternatives, each of them whole.
Term: TypeAlias = tuple[frozenset[Word], ...]


def split(text: str) -> list[str]:
    """The words of a text, folded; a lone letter of ours is none ("l'APL" is "apl")."""
    return [word for word in _bare_words(text) if len(word) > 1 or not word.isascii()]


def joined(text: str) -> str:
    """A name as who forgets its hyphens and apostrophes types it: "ndiaye", "jeanpierre"."""
    return "".join(_bare_words(text))


def _bare_words(text: str) -> list[str]:
    """Folded further than names are compared: no dotless i, whose capital is ours, nor Catalan dot inside a word."""
    return _WORD.findall(fold(_INVISIBLE.sub("", text)).translate(_LETTERS))


# What is indexed


def of_demande(usager: Usager, subject: str, number: int, *, identifiers: Collection[str]) -> set[Word]:
    """All that a groupe finds a demande by; of the identifiers, those given (the ones it may read in clear)."""
    found = {Word(Kind.SUBJECT, word) for word in split(subject)}
    found |= {Word(Kind.NUMBER, str(number))}
    for name in (usager.first_name, usager.last_name, usager.birth_name):
        found |= {Word(Kind.NAME, prefix) for prefix in _prefixes(name)}
    found |= {Word(Kind.BIRTH, word) for word in _birth_words(usager.birth_date)}
    found |= {Word(Kind(field), value) for field, value in _known(usager, identifiers)}
    return found | of_person(usager, identifiers=identifiers)


def of_person(usager: Usager, *, identifiers: Collection[str]) -> set[Word]:
    """What two demandes of one person have in common: an identifier, or last name, first name and birth date."""
    found = {Word(Kind.PERSON, f"{field} {value}") for field, value in _known(usager, identifiers)}
    names = [joined(name) for name in (usager.last_name, usager.first_name)]
    birth = read_date(usager.birth_date) or " ".join(split(usager.birth_date))
    if all(names) and birth:
        found.add(Word(Kind.PERSON, ", ".join([*names, birth])))
    return found


def _known(usager: Usager, identifiers: Collection[str]) -> Iterable[tuple[str, str]]:
    return ((field, _bare(field, value)) for field, value in usager.identifiers.items() if field in identifiers)


def _bare(field: str, value: str) -> str:
    """An identifier without what may be left out of it: the last letter of a numéro d'allocataire."""
    return value.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if field == Kind.NUMERO_CAF else value


def _prefixes(name: str) -> set[str]:
    """The beginnings of each word of a name, and of all of them without a gap."""
    words = split(name)
    for pair in _SHORT_FORMS:
        if set(pair) & set(words):
            words += pair
    found = set()
    for word in {*words, joined(name)}:
        found |= {word[:size] for size in range(SHORTEST_PREFIX, min(len(word), LONGEST_PREFIX) + 1)} or {word}
    return found - {""}


def _birth_words(text: str) -> set[str]:
    """A date is found whole, by its month and by its year; any other text by its words."""
    date = read_date(text)
    if date is None:
        return set(split(text))
    pieces = date.split("-")
    return {"-".join(pieces[:size]) for size in range(1, len(pieces) + 1)}


# What is asked for


def asked(text: str) -> list[Term]:
    """The terms of what was typed, all of which are wanted; none when there is nothing to look for in it."""
    pieces = unicodedata.normalize("NFKC", _NUMBER_SIGN.sub(" ", _INVISIBLE.sub("", text))).split()
    terms: list[Term] = []
    start = 0
    while start < len(pieces):
        taken = _taken(pieces, start)
        terms += _terms(pieces[start : start + taken])
        start += taken
    return list(dict.fromkeys(terms))


def number(text: str) -> int | None:
    """The number of a demande, when it is all that was typed: "123456", "123 456", "n° 123456"."""
    typed = " ".join(unicodedata.normalize("NFKC", _NUMBER_SIGN.sub(" ", text)).split())
    return int(typed.replace(" ", "")) if _NUMBER.fullmatch(typed) and typed.isascii() else None


def _taken(pieces: list[str], start: int) -> int:
    """How many pieces, from this one on, make one identifier, date or number: the longest that does."""
    for size in range(min(MOST_PIECES, len(pieces) - start), 1, -1):
        some = pieces[start : start + size]
        if all(_DIGITS.fullmatch(piece) for piece in some) and _recognised(" ".join(some)):
            return size
    return 1


def _terms(pieces: list[str]) -> list[Term]:
    """What one piece (or some that go together) may mean: what it was recognised as, words of one kind, a name."""
    text = " ".join(pieces)
    words = split(text)
    if not words:
        return []
    found = [frozenset({word}) for word in _recognised(text)]
    for kind in (Kind.NAME, Kind.SUBJECT, Kind.BIRTH):
        found.append(frozenset(Word(kind, word[:LONGEST_PREFIX] if kind is Kind.NAME else word) for word in words))
    found.append(frozenset({Word(Kind.NAME, joined(text)[:LONGEST_PREFIX])}))
    return [tuple(dict.fromkeys(found))]


def _recognised(text: str) -> list[Word]:
    """What a text of digits may be: a date, an identifier, the number of a demande."""
    if not any(sign.isdecimal() for sign in text):
        return []
    found = []
    if date := read_date(text):
        found.append(Word(Kind.BIRTH, date))
    for field, parse in PARSERS.items():
        try:
            found.append(Word(Kind(field), _bare(field, parse(text))))
        except ValueError:
            continue
    if (value := number(text)) is not None:
        found.append(Word(Kind.NUMBER, str(value)))
    return found
