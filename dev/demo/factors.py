"""The second factors of the demo: an application for whoever must have one, whose secret `var/demo.json` tells."""

from aplus.accounts.models import TotpDevice, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.queries.factors import has_factor
from aplus.accounts.rules import factors as rules
from aplus.accounts.services import totp
from aplus.core import clock
from dev.demo.people import PERSONAS


def give_factors() -> None:
    """Set an application up for each persona who must have a factor and has none; those of an older demo too."""
    for user in _personas():
        if rules.must_have_one(actor_for(user.pk)) and not has_factor(user.pk):
            device = totp.new_device(user.pk)
            device.confirmed_at = clock.now()
            device.save(update_fields=["confirmed_at"])


def secrets() -> dict[str, str]:
    """What an application makes codes from, in base32, by address."""
    users = {user.pk: user for user in _personas()}
    devices = TotpDevice.objects.filter(user__in=users, confirmed_at__isnull=False)
    return {users[device.user_id].email: rules.base32(totp.secret_of(device)) for device in devices}


def _personas() -> list[User]:
    return list(User.objects.filter(email__in=[persona.email for persona in PERSONAS]).order_by("email"))
