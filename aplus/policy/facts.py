"""What a decision reads of a demande: shapes only, so that policy knows no table."""

from collections.abc import Sequence
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


class FileFacts(Protocol):
    """A file that was loaded inside what the actor may see; of no demande when it is of one's own draft."""

    @property
    def demande(self) -> DemandeFacts | None: ...
