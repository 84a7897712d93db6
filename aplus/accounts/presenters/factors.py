"""What the screens about second factors show: the secret to photograph or type, the codes to print."""

from dataclasses import dataclass

import segno
from django.utils.safestring import SafeString

from aplus.accounts.models import TotpDevice, User
from aplus.accounts.rules import factors as rules
from aplus.accounts.services import totp

ISSUER = "Administration+"
SCHEME = "otpauth"
PIXELS, MARGIN = 5, 4


@dataclass(frozen=True)
class Setup:
    """The secret of an application being set up, three times: picture, text, address."""

    picture: str
    text: str
    address: str


def setup(device: TotpDevice, user: User) -> Setup:
    """How the application learns the secret."""
    secret = totp.secret_of(device)
    address = rules.otpauth(secret, issuer=ISSUER, account=user.email)
    picture = segno.make(address, error="m").png_data_uri(scale=PIXELS, border=MARGIN)
    return Setup(SafeString(picture), rules.in_groups(rules.base32(secret)), address)


def printed(codes: list[str]) -> list[str]:
    """The recovery codes as people type them."""
    return [rules.in_groups(code, between="-") for code in codes]
