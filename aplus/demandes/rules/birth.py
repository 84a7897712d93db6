"""The usager's date of birth as people know it: a day, a month, a year, or "vers 1956" (demandes.md §4, step 2)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum

MAX_SIGNS = 30
FIRST_YEAR = 1900

_SEPARATOR = r"\s?[/.\- ]\s?"
_DATE = re.compile(
    rf"(?:(?:(?P<day>[0-9]{{1,2}}){_SEPARATOR})?(?P<month>[0-9]{{1,2}}){_SEPARATOR})?(?P<year>[0-9]{{4}})"
)
_YEAR = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_HOW = "Saisissez-la sous la forme jj/mm/aaaa, mm/aaaa ou aaaa."
_FUTURE = f"La date de naissance est dans l'avenir. {_HOW}"
_KEPT = "Nous n'avons pas reconnu de date précise : la date de naissance sera transmise telle que vous l'avez écrite."


class BirthPrecision(Enum):
    """How much of the date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class BirthDate:
    """The text to keep, what it says, and what to tell the person who typed it."""

    text: str
    precision: BirthPrecision
    notice: str | None = None


def check_birth_date(text: str, today: date) -> BirthDate:
    """The date as kept, spaces made single; ValueError, in French, without a year from 1900 on or in the future."""
    kept = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(kept) > MAX_SIGNS:
        raise ValueError(f"La date de naissance compte {MAX_SIGNS} signes au plus. {_HOW}")
    if not kept.isprintable():
        raise ValueError(f"La date de naissance contient un signe illisible. {_HOW}")
    years = [int(year) for year in _YEAR.findall(kept)]
    if not any(FIRST_YEAR <= year <= today.year for year in years):
        if any(year > today.year for year in years):
            raise ValueError(_FUTURE)
        raise ValueError(f"La date de naissance doit contenir une année, en quatre chiffres, depuis 1900. {_HOW}")
    match = _DATE.fullmatch(kept)
    return _read(kept, match, today) if match else BirthDate(kept, BirthPrecision.FREE, _KEPT)


def _read(kept: str, match: re.Match[str], today: date) -> BirthDate:
    """A text of the forms we know; a day no calendar has (31/02, 00/00) is kept with a notice, as papers bear some."""
    year, month, day = int(match["year"]), match["month"], match["day"]
    try:
        first = date(year, int(month or 1), int(day or 1))
    except ValueError:
        return BirthDate(kept, BirthPrecision.FREE, _KEPT)
    if first > today:
        raise ValueError(_FUTURE)
    if day:
        return BirthDate(kept, BirthPrecision.DAY)
    return BirthDate(kept, BirthPrecision.MONTH if month else BirthPrecision.YEAR)


def read_date(text: str) -> str | None:
    """What was typed as aaaa, aaaa-mm or aaaa-mm-jj, whether a calendar has that day or not; None for another form."""
    match = _DATE.fullmatch(" ".join(unicodedata.normalize("NFKC", text).split()))
    if match is None:
        return None
    rest = [piece.zfill(2) for piece in (match["month"], match["day"]) if piece]
    return "-".join([match["year"], *rest])
