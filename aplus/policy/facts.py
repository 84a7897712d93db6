"""What a decision reads of a demande: shapes only, so that policy knows no table."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID


class GroupeFacts(Protocol):
    """An addressed groupe, through its part."""

    @property
    def groupe_id(self) -> UUID: ...

    @property
    def needed_identifiers(self) -> Sequence[str]: ...


class ParticipantFacts(Protocol):
    """A person on a demande by name."""

    @property
    def user_id(self) -> UUID: ...

    @property
    def kind(self) -> str: ...

    @property
    def via_groupe_id(self) -> UUID | None: ...


class DemandeFacts(Protocol):
    """A demande with its parts and its participants still on it."""

    @property
    def structure_id(self) -> UUID: ...

    @property
    def archived_at(self) -> datetime | None: ...

    @property
    def part_list(self) -> Sequence[GroupeFacts]: ...

    @property
    def participant_list(self) -> Sequence[ParticipantFacts]: ...


class GroupeRef(Protocol):
    """Something of one groupe, known by that groupe's id."""

    @property
    def id(self) -> UUID: ...


class PlaceFacts(GroupeRef, Protocol):
    """A groupe with where it works: what the scope of a superviseur is compared with."""

    @property
    def organisme_id(self) -> str: ...

    @property
    def is_national(self) -> bool: ...

    @property
    def covered_codes(self) -> Sequence[str]: ...


class PersonRef(Protocol):
    """An account, known by its id."""

    @property
    def user_id(self) -> UUID: ...


class MemberFacts(Protocol):
    """A person in a groupe, or about to be."""

    @property
    def user_id(self) -> UUID: ...

    @property
    def place(self) -> PlaceFacts: ...


class PersonFacts(Protocol):
    """A person with every groupe they belong to, and whether they hold a role outside groupes."""

    @property
    def user_id(self) -> UUID: ...

    @property
    def places(self) -> Sequence[PlaceFacts]: ...

    @property
    def is_administrateur(self) -> bool: ...

    @property
    def has_scope(self) -> bool: ...


class ManagedFacts(Protocol):
    """A demande as one of its groupes manages it: sent by this groupe, or addressed to it; nothing of its content."""

    @property
    def groupe_id(self) -> UUID: ...

    @property
    def structure_id(self) -> UUID | None: ...

    @property
    def addressed_ids(self) -> Collection[UUID]: ...


class FileFacts(Protocol):
    """A file that was loaded inside what the actor may see; of no demande when it is of one's own draft."""

    @property
    def demande(self) -> DemandeFacts | None: ...


class MessageFacts(Protocol):
    """A message that was loaded inside what the actor may read."""

    @property
    def demande(self) -> DemandeFacts: ...

    @property
    def author_id(self) -> UUID: ...
