"""Which save comes after which, when what is typed is saved by several pages; and what a page too late had typed."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from aplus.demandes.rules.steps import Raw

# A form sent by its button comes after everything its page saved by itself.
BY_BUTTON = 10**18
# Beyond it the oldest goes: nobody types in six tabs at once.
MOST_ASIDE = 5


@dataclass(frozen=True, slots=True)
class Written:
    """The last save: the version it made, by which page (the key of its form), the how manieth of that page."""

    version: int
    page: str
    rank: int = BY_BUTTON

    def is_before(self, page: str, rank: int) -> bool:
        """Whether a save of this page and rank comes after this one; always so for another page."""
        return page != self.page or rank > self.rank

    def to_json(self) -> dict[str, Any]:
        """What is sealed."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Aside:
    """What a page that came too late had typed: kept beside until its author chooses."""

    page: str
    version: int
    # ISO 8601, with its offset.
    at: str
    raw: Raw

    def to_json(self) -> dict[str, Any]:
        """What is sealed."""
        return {"page": self.page, "version": self.version, "at": self.at, "raw": dict(self.raw)}


def is_stale(made_from: int | None, page: str, *, current: int, writers: Iterable[Written], first: int = 1) -> bool:
    """Whether a page made from this version did not know what another page wrote since; None: it does not say.

    A page is never late on its own saves. A version that never was (they begin at `first`) is stale.
    """
    if made_from is None:
        return False
    if not first <= made_from <= current:
        return True
    return any(written.version > made_from and written.page != page for written in writers)


def put_aside(asides: Sequence[Aside], new: Aside) -> list[Aside]:
    """The same with one more; a page has one place."""
    return [*(one for one in asides if one.page != new.page), new][-MOST_ASIDE:]


def unseen(asides: Sequence[Aside], version: int | None) -> list[Aside]:
    """Those that a page made from this version could not show."""
    return [one for one in asides if version is None or one.version > version]
