"""Reading the second factors of a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q

from aplus.accounts.models import Passkey, RecoveryCode, TotpDevice
from aplus.accounts.rules import factors as rules
from aplus.core import clock


@dataclass(frozen=True)
class Factors:
    """What this person can prove themselves with, after the means of entering."""

    totp: TotpDevice | None
    passkeys: list[Passkey]
    codes_left: int
    codes_made_at: datetime | None

    @property
    def has_one(self) -> bool:
        """Recovery codes alone are no factor."""
        return self.totp is not None or bool(self.passkeys)

    @property
    def has_few_codes(self) -> bool:
        """Time to make others."""
        return self.has_one and self.codes_left <= rules.FEW_CODES


def factors_of(user_id: UUID) -> Factors:
    """The factors in force: three queries."""
    codes = RecoveryCode.objects.filter(user=user_id).aggregate(
        left=Count("pk", filter=Q(used_at=None)), made_at=Max("created_at")
    )
    return Factors(
        totp=TotpDevice.objects.filter(user=user_id, confirmed_at__isnull=False).first(),
        passkeys=list(Passkey.objects.filter(user=user_id)),
        codes_left=codes["left"],
        codes_made_at=codes["made_at"],
    )


def has_factor(user_id: UUID) -> bool:
    """Whether a second factor is to be asked of this person."""
    confirmed = TotpDevice.objects.filter(user=user_id, confirmed_at__isnull=False)
    return confirmed.exists() or Passkey.objects.filter(user=user_id).exists()


def begun_totp(user_id: UUID) -> TotpDevice | None:
    """The application being set up, as long as its first code is waited for."""
    since = clock.now() - rules.SETUP_LASTS
    return TotpDevice.objects.filter(user=user_id, confirmed_at=None, created_at__gt=since).first()
