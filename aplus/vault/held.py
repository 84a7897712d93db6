"""Secrets that an app above keeps in a table of its own, wrapped by the same keys: declared here to be re-wrapped."""

from dataclasses import dataclass
from uuid import UUID

from django.db import models

from aplus.vault import keks


@dataclass(frozen=True)
class Held:
    """A table with the columns `kek_id` and `wrapped`; `word` is what its secrets are bound to, with their row."""

    model: type[models.Model]
    word: str

    def wrap(self, row_id: UUID, secret: bytes) -> tuple[str, bytes]:
        """The id of the active key, and the secret encrypted by it for this row only."""
        return keks.wrap(row_id, secret, word=self.word)

    def unwrap(self, row_id: UUID, kek_id: str, wrapped: bytes | memoryview) -> bytes:
        """The secret of this row. Raises Unreadable."""
        return keks.unwrap(row_id, kek_id, wrapped, word=self.word)


_declared: dict[str, Held] = {}


def declare(held: Held) -> None:
    """Have these secrets re-wrapped with the demandes'; to be called from AppConfig.ready()."""
    if _declared.setdefault(held.word, held) != held:
        raise ValueError(f"{held.word} is already declared")


def declared() -> list[Held]:
    """Everything that apps above keep wrapped."""
    return list(_declared.values())
