"""The form of sealed bytes: one version byte, a 96-bit random nonce, AES-256-GCM of `cryptography`. No invention."""

from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32


class Unreadable(Exception):
    """The sealed bytes were altered, moved from their place, or sealed by another key."""


def seal_bytes(cipher: AESGCM, clear: bytes, bound_to: bytes) -> bytes:
    """Encrypt and authenticate; `bound_to` must be given again to open."""
    nonce = urandom(NONCE_BYTES)
    return VERSION + nonce + cipher.encrypt(nonce, clear, VERSION + bound_to)


def open_bytes(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    """The clear bytes, or Unreadable: nothing in between."""
    start = len(VERSION) + NONCE_BYTES
    if not sealed.startswith(VERSION) or len(sealed) < start:
        raise Unreadable("not in a known form")
    try:
        return cipher.decrypt(sealed[len(VERSION) : start], sealed[start:], VERSION + bound_to)
    except InvalidTag:
        raise Unreadable("altered, moved, or sealed by another key") from None
