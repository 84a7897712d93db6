"""The roles held outside groupes, and over what (product.md §4). Pure Python."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from aplus.policy.actor import Actor, Scope

CODE_SIGNS = 60


class Role(StrEnum):
    """A role outside groupes, by its word in addresses, in the journal and in mails."""

    SUPERVISION = "supervision"
    OBSERVATION = "observation"
    EXPERTISE = "expertise"
    ADMINISTRATEUR = "administrateur"

    @property
    def has_territoires(self) -> bool:
        """Held over territoires."""
        return self in {Role.SUPERVISION, Role.EXPERTISE}

    @property
    def has_organismes(self) -> bool:
        """Held over organismes."""
        return self in {Role.SUPERVISION, Role.OBSERVATION}

    @property
    def asks_factor(self) -> bool:
        """Whoever holds it must have a second factor (accounts.md §1)."""
        return self in {Role.SUPERVISION, Role.ADMINISTRATEUR}


@dataclass(frozen=True)
class Held:
    """Whether a role is held, and over what: None is all, an empty set is nothing."""

    is_held: bool = False
    territoires: frozenset[str] | None = frozenset()
    organismes: frozenset[str] | None = frozenset()

    @property
    def version(self) -> str:
        """What changes each time the role does: what a form says it was opened on."""
        sides = [sorted(side) if side is not None else "*" for side in (self.territoires, self.organismes)]
        return hashlib.sha256(repr((self.is_held, sides)).encode()).hexdigest()[:16]


NOT_HELD = Held()


def held(actor: Actor, role: Role) -> Held:
    """A role as this person has it; a side that the role does not have is nothing."""
    if role is Role.ADMINISTRATEUR:
        return Held(actor.is_administrateur)
    scopes = {
        Role.SUPERVISION: actor.supervision,
        Role.OBSERVATION: actor.observation,
        Role.EXPERTISE: actor.expertise,
    }
    return over(role, scopes[role])


def over(role: Role, scope: Scope | None) -> Held:
    """A role held over this scope."""
    if scope is None:
        return NOT_HELD
    return Held(
        is_held=True,
        territoires=scope.territoires if role.has_territoires else frozenset(),
        organismes=scope.organismes if role.has_organismes else frozenset(),
    )


def codes_of(name: str, codes: Iterable[str] | None) -> dict[str, str]:
    """One side of a role as the journal takes it: short words, as many as it needs."""
    if codes is None:
        return {name: "tous"}
    words = [""]
    for code in sorted(codes):
        longer = f"{words[-1]} {code}".strip()
        if len(longer) <= CODE_SIGNS:
            words[-1] = longer
        else:
            words.append(code)
    return {name if number == 1 else f"{name}_{number}": word for number, word in enumerate(words, start=1)}
