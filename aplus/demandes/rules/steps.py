"""The four steps of a new demande: their order, and how what was typed in them is read (contract.md §3)."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")
Raw: TypeAlias = Mapping[str, str | Sequence[str]]

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
_MOMENTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


class Step(StrEnum):
    """In the order of the third seed."""

    ORGANISMES = "organismes"
    USAGER = "usager"
    BLOCAGE = "blocage"
    ENVOI = "envoi"

    @property
    def number(self) -> int:
        """From 1 to 4."""
        return ORDER.index(self) + 1

    @property
    def label(self) -> str:
        """As the screen says it."""
        return LABELS[self]

    @property
    def following(self) -> "Step | None":
        """The next one; None after the last."""
        return ORDER[self.number] if self.number < len(ORDER) else None

    @property
    def preceding(self) -> "Step | None":
        """The one before; None before the first."""
        return ORDER[self.number - 2] if self.number > 1 else None


ORDER = tuple(Step)
LABELS = {
    Step.ORGANISMES: "Organismes concernés",
    Step.USAGER: "Sujet, usager et mandat",
    Step.BLOCAGE: "Informations et description du blocage",
    Step.ENVOI: "Collègues, vérification et envoi",
}


@dataclass
class Problems:
    """What to correct, by field of contract.md, in French."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, text: str) -> None:
        """One more problem on a field."""
        self.found.setdefault(name, []).append(text)


@dataclass(frozen=True)
class Checked(Generic[T]):
    """A step once checked: its value when nothing is to be corrected, else the problems."""

    value: T | None
    problems: dict[str, list[str]]
    notices: tuple[str, ...] = ()


class Typed:
    """What was typed in one step, read field by field; a field repeated where one is meant counts by its last value."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw

    def all(self, name: str) -> list[str]:
        """Every value of a repeated field, as typed."""
        value = self.raw.get(name, [])
        return [value] if isinstance(value, str) else list(value)

    def last(self, name: str) -> str:
        """The only value of a field, as typed; '' when absent."""
        values = self.all(name)
        return values[-1] if values else ""

    def line(self, name: str) -> str:
        """One line: no control character, spaces made single."""
        return one_line(self.last(name))

    def text(self, name: str) -> str:
        """Several lines, their breaks kept."""
        return many_lines(self.last(name))

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.last(name).strip().lower() in {"1", "on", "true"}

    def day(self, name: str) -> date | None:
        """A day `aaaa-mm-jj`; None when empty; ValueError when it is something else."""
        text = self.line(name)
        return _sensible(date.fromisoformat(text)) if text else None

    def moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """A moment `aaaa-mm-jjThh:mm` in this zone; None when empty; ValueError when it is something else."""
        text = self.line(name)
        if not text:
            return None
        for pattern in _MOMENTS:
            try:
                moment = datetime.strptime(text, pattern)  # noqa: DTZ007  the zone is put below
            except ValueError:
                continue
            _sensible(moment.date())
            return moment.replace(tzinfo=zone)
        raise ValueError(text)


def _sensible(day: date) -> date:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError(day)
    return day


def one_line(text: str) -> str:
    """The text without control characters, on one line, spaces made single."""
    return " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text).split())


def many_lines(text: str) -> str:
    """The text without control characters but for its line breaks, whatever system they come from."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in unified if sign in "\n\t" or unicodedata.category(sign) != "Cc").strip()
