"""Pure rules of second factors: codes of applications (RFC 6238), how long a proof is fresh, recovery codes."""

import re
from base64 import b32encode
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import quote, urlencode
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from aplus.policy.actor import Actor

SECRET_BYTES = 20
DIGITS = 6
STEP = 30
# How many steps the clock of a telephone may be early or late.
DRIFT = 1

# How long half a session waits for its second factor, and a secret that was begun for its first code.
HALF_LASTS = timedelta(minutes=10)
SETUP_LASTS = timedelta(hours=1)
# Ten codes of eighty bits, in signs that are not mistaken for one another.
RECOVERY_CODES = 10
RECOVERY_SIGNS = 16
RECOVERY_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans("OIL", "011")
FEW_CODES = 3
PASSKEYS_AT_MOST = 10

# Asked again for role changes and exports (accounts.md §1); the page of a form a little before what it sends.
FRESH_FOR = timedelta(hours=2)
FORM_FRESH_FOR = timedelta(minutes=105)


def is_fresh(proved_at: datetime | None, now: datetime, within: timedelta) -> bool:
    """Whether a factor proved then still counts."""
    return proved_at is not None and now - proved_at < within


def base32(secret: bytes) -> str:
    """The secret as applications take it, without padding."""
    return b32encode(secret).decode().rstrip("=")


def step_of_code(secret: bytes, code: str, *, now: datetime, last_step: int) -> int | None:
    """The step whose code this is, around now and after the last one taken; None when there is none."""
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    totp = _totp(secret)
    current = int(now.timestamp()) // STEP
    for step in range(current - DRIFT, current + DRIFT + 1):
        if step <= last_step:
            continue
        try:
            totp.verify(code.encode(), step * STEP)
        except InvalidToken:
            continue
        return step
    return None


def otpauth(secret: bytes, *, issuer: str, account: str) -> str:
    """The address that an application reads from the QR code."""
    label = quote(f"{issuer}:{account}")
    values = {"secret": base32(secret), "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP}
    return f"otpauth://totp/{label}?{urlencode(values, quote_via=quote)}"


def code_at(secret: bytes, now: datetime) -> str:
    """The code that an application with this secret shows at that moment."""
    return _totp(secret).generate(int(now.timestamp())).decode()


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303  what every application makes its codes with


def must_have_one(actor: Actor) -> bool:
    """Administrateurs and superviseurs enter with a second factor (accounts.md §1)."""
    return actor.is_administrateur or actor.supervision is not None


def as_recovery_code(typed: str) -> str:
    """What was typed as a recovery code is kept, '' for anything else: case, spaces, dashes and look-alikes aside."""
    code = re.sub(r"[\s-]", "", typed.upper()).translate(LOOK_ALIKES)
    return code if len(code) == RECOVERY_SIGNS and set(code) <= set(RECOVERY_ALPHABET) else ""


def hash_of_recovery_code(user_id: UUID, code: str) -> bytes:
    """What the database keeps: eighty random bits need no slow hash."""
    return sha256(f"{user_id}|{code}".encode()).digest()


def in_groups(text: str, size: int = 4, between: str = " ") -> str:
    """The text as people read and type it: in groups of four signs."""
    return between.join(text[start : start + size] for start in range(0, len(text), size))
