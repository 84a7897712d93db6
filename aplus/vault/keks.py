"""The key-encrypting keys, read from the settings: several by id, the first one wraps."""

from base64 import b64decode
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from aplus.vault.rules import KEY_BYTES, Unreadable, open_bytes, seal_bytes

ID_SIGNS = 40


class KekError(ValueError):
    """A key-encrypting key of the settings cannot be used. The message never holds the key."""


def parse(words: Sequence[str]) -> dict[str, AESGCM]:
    """The keys by id, in the order of the settings; raises KekError."""
    keks: dict[str, AESGCM] = {}
    for rank, word in enumerate(words, start=1):
        kek_id, colon, encoded = word.partition(":")
        if not colon or not kek_id or len(kek_id) > ID_SIGNS:
            raise KekError(f"key number {rank} is not written id:base64")
        try:
            secret = b64decode(encoded, validate=True)
        except ValueError:
            raise KekError(f"key {kek_id} is not base64") from None
        if len(secret) != KEY_BYTES:
            raise KekError(f"key {kek_id} has {len(secret)} bytes instead of {KEY_BYTES}")
        if kek_id in keks:
            raise KekError(f"key {kek_id} is given twice")
        keks[kek_id] = AESGCM(secret)
    if not keks:
        raise KekError("there is no key")
    return keks


@lru_cache(maxsize=1)
def _parsed(words: tuple[str, ...]) -> dict[str, AESGCM]:
    return parse(words)


def configured() -> dict[str, AESGCM]:
    """The keys of the settings."""
    return _parsed(tuple(settings.KEY_ENCRYPTING_KEYS))


def active_id() -> str:
    """The id of the key that wraps new secrets."""
    return next(iter(configured()))


def wrap(row_id: UUID, secret: bytes, *, word: str = "secret") -> tuple[str, bytes]:
    """The id of the active key, and the secret encrypted by it for this row only.

    `word` says what the secret is of: "secret" for a demande's, another for what `vault.held` declares.
    """
    kek_id = active_id()
    return kek_id, seal_bytes(configured()[kek_id], secret, _bound_to(word, row_id))


def unwrap(row_id: UUID, kek_id: str, wrapped: bytes | memoryview, *, word: str = "secret") -> bytes:
    """The secret of this row; raises Unreadable when its key is not in the settings, or the bytes not its own."""
    kek = configured().get(kek_id)
    if kek is None:
        raise Unreadable(f"the key-encrypting key {kek_id} is not in the settings")
    return open_bytes(kek, bytes(wrapped), _bound_to(word, row_id))


def _bound_to(word: str, row_id: UUID) -> bytes:
    return f"{word}|{row_id}".encode()
