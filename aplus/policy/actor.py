"""Who is asking: a frozen value, built once per request from the rows in force at that moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class HeldMembership:
    """One groupe of the actor, with the flags held in it (product.md §4)."""

    groupe_id: UUID
    organisme_id: str
    is_aidant: bool
    is_instructeur: bool
    is_responsable: bool
    instructeur_since: datetime | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a superviseur, an observateur or an expert covers; None means all, an empty set means nothing."""

    territoires: frozenset[str] | None
    organismes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, nobody (`user_id` None), or the system (`is_system`)."""

    user_id: UUID | None = None
    session_id: UUID | None = None
    name: str = ""
    is_administrateur: bool = False
    is_system: bool = False
    memberships: tuple[HeldMembership, ...] = ()
    supervision: Scope | None = None
    observation: Scope | None = None
    expertise: Scope | None = None

    @property
    def is_signed_in(self) -> bool:
        """A person with a live session."""
        return self.user_id is not None

    @property
    def person_id(self) -> UUID:
        """The id of a signed-in person; to ask it of nobody is a mistake in the code."""
        if self.user_id is None:
            raise ValueError("nobody is signed in")
        return self.user_id

    @property
    def aidant_groupe_ids(self) -> frozenset[UUID]:
        """The structures for which this person may create demandes."""
        return frozenset(held.groupe_id for held in self.memberships if held.is_aidant)

    @property
    def instructeur_groupe_ids(self) -> frozenset[UUID]:
        """The groupes whose demandes this person handles."""
        return frozenset(held.groupe_id for held in self.memberships if held.is_instructeur)

    @property
    def responsable_groupe_ids(self) -> frozenset[UUID]:
        """The groupes this person manages."""
        return frozenset(held.groupe_id for held in self.memberships if held.is_responsable)

    @property
    def groupe_ids(self) -> frozenset[UUID]:
        """Every groupe this person belongs to."""
        return frozenset(held.groupe_id for held in self.memberships)

    @property
    def has_pilotage(self) -> bool:
        """Superviseur, observateur or administrateur."""
        return self.is_administrateur or self.supervision is not None or self.observation is not None

    def instructeur_since(self, groupe_id: UUID) -> datetime | None:
        """Since when *instructeur* is held in this groupe; None when it is not."""
        for held in self.memberships:
            if held.groupe_id == groupe_id and held.is_instructeur:
                return held.instructeur_since
        return None


NOBODY = Actor()
SYSTEM = Actor(is_system=True)
