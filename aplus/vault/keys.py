"""The opened secret of one demande: what seals and opens its texts, each bound to its place."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, TypeAlias
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aplus.vault.rules import Unreadable, open_bytes, seal_bytes

__all__ = ["JSON", "DossierKey", "Erased", "Place", "Unreadable"]

JSON: TypeAlias = "str | int | float | bool | Sequence[JSON] | Mapping[str, JSON] | None"


class Erased(Exception):
    """This demande has no secret any more: its content cannot be read by anyone."""


class Place(NamedTuple):
    """What a ciphertext is bound to: copied to another row or column, it no longer opens."""

    table: str
    column: str
    row_id: UUID

    def as_bytes(self) -> bytes:
        """The additional data that AES-GCM authenticates."""
        return f"{self.table}|{self.column}|{self.row_id}".encode()


class DossierKey:
    """The opened secret of one demande, or of one draft. Lives as long as a request; never written, never shown."""

    __slots__ = ("_cipher", "dossier_id")

    def __init__(self, dossier_id: UUID, secret: bytes) -> None:
        self.dossier_id = dossier_id
        self._cipher = AESGCM(secret)

    def seal(self, place: Place, text: str) -> bytes:
        """The text, encrypted for this place only."""
        return seal_bytes(self._cipher, text.encode(), place.as_bytes())

    def open(self, place: Place, sealed: bytes | memoryview) -> str:
        """The text sealed at this place; raises Unreadable."""
        return open_bytes(self._cipher, bytes(sealed), place.as_bytes()).decode()

    def seal_json(self, place: Place, value: JSON) -> bytes:
        """A structure, encrypted for this place only."""
        return self.seal(place, json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def open_json(self, place: Place, sealed: bytes | memoryview) -> Any:
        """The structure sealed at this place; raises Unreadable."""
        return json.loads(self.open(place, sealed))

    def __repr__(self) -> str:
        return f"<DossierKey of {self.dossier_id}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an opened secret is never written: no cache, no queue, no session")
