"""Pure rules of the members of a groupe: the three flags, what changes between two sets of them."""

from dataclasses import dataclass
from typing import Protocol, Self


class HoldsFlags(Protocol):
    """A row that holds the flags: a membership, an invitation, a line of history."""

    @property
    def is_aidant(self) -> bool: ...

    @property
    def is_instructeur(self) -> bool: ...

    @property
    def is_responsable(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Flags:
    """What somebody is in a groupe (product.md §4); none of them is a member who only sees the groupe."""

    is_aidant: bool = False
    is_instructeur: bool = False
    is_responsable: bool = False

    @classmethod
    def of(cls, row: HoldsFlags) -> Self:
        """The flags that a row holds."""
        return cls(row.is_aidant, row.is_instructeur, row.is_responsable)

    @property
    def words(self) -> list[str]:
        """The flags held, as they are named in French."""
        named = (
            (self.is_aidant, "aidant"),
            (self.is_instructeur, "instructeur"),
            (self.is_responsable, "responsable"),
        )
        return [word for is_held, word in named if is_held]

    @property
    def label(self) -> str:
        """« aidant, responsable », « membre » without any."""
        return ", ".join(self.words) or "membre"
