"""Pure rules of second factors: codes of applications (RFC 6238), how long a proof is fresh, recovery codes."""

from base64 import b32encode
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES = 20
DIGITS = 6
STEP = 30
# How many steps the clock of a telephone may be early or late.
DRIFT = 1

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


def code_at(secret: bytes, now: datetime) -> str:
    """The code that an application with this secret shows at that moment."""
    return _totp(secret).generate(int(now.timestamp())).decode()


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303  what every application makes its codes with
