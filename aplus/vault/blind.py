"""The search key, kept outside the database: hashes of what demandes are found by, and what a session searched."""

from base64 import b64decode
from functools import lru_cache
from hashlib import sha256
from hmac import digest
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from aplus.vault.rules import KEY_BYTES, open_bytes, seal_bytes

TOKEN_BYTES = 8


class SearchKeyError(ValueError):
    """The search key of the settings cannot be used. The message never holds the key."""


def parse(text: str) -> bytes:
    """The key written in base64; raises SearchKeyError."""
    try:
        key = b64decode(text, validate=True)
    except ValueError:
        raise SearchKeyError("it is not base64") from None
    if len(key) != KEY_BYTES:
        raise SearchKeyError(f"it has {len(key)} bytes instead of {KEY_BYTES}")
    return key


@lru_cache(maxsize=1)
def _parsed(text: str) -> bytes:
    return parse(text)


def token(groupe_id: UUID, kind: str, word: str) -> int:
    """What a groupe finds a word by: the same word has another value in another groupe, or of another kind."""
    hashed = digest(_parsed(settings.SEARCH_KEY), f"{groupe_id}|{kind}|{word}".encode(), sha256)
    return int.from_bytes(hashed[:TOKEN_BYTES], signed=True)


def seal_search(session_id: UUID, search_id: UUID, text: str) -> bytes:
    """What was typed, for this session and this search only."""
    return seal_bytes(_cipher_of(session_id), text.encode(), _bound_to(search_id))


def open_search(session_id: UUID, search_id: UUID, sealed: bytes | memoryview) -> str:
    """What was typed; raises Unreadable for another session, another search or after a change of key."""
    return open_bytes(_cipher_of(session_id), bytes(sealed), _bound_to(search_id)).decode()


def _cipher_of(session_id: UUID) -> AESGCM:
    """A key of its own for each session: a groupe's id never begins like this, so no token is one."""
    return AESGCM(digest(_parsed(settings.SEARCH_KEY), f"searches of a session|{session_id}".encode(), sha256))


def _bound_to(search_id: UUID) -> bytes:
    return f"saved_search|sealed|{search_id}".encode()
