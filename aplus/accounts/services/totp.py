"""The application that makes a person's codes: its wrapped secret, set up, proved, removed."""

import secrets
from uuid import UUID

from aplus.accounts.models import TotpDevice
from aplus.accounts.rules import factors as rules
from aplus.core import clock
from aplus.vault.held import Held

# Wrapped by the keys of the settings, as the secrets of demandes are.
SECRETS = Held(TotpDevice, "totp")


def secret_of(device: TotpDevice) -> bytes:
    """What the application makes its codes from."""
    return SECRETS.unwrap(device.pk, device.kek_id, device.wrapped)


def new_device(user_id: UUID) -> TotpDevice:
    """An application to be confirmed by its first code, in place of one that never was."""
    TotpDevice.objects.filter(user=user_id, confirmed_at=None).delete()
    device = TotpDevice(user_id=user_id, created_at=clock.now())
    device.kek_id, device.wrapped = SECRETS.wrap(device.pk, secrets.token_bytes(rules.SECRET_BYTES))
    device.save(force_insert=True)
    return device


def take_code(user_id: UUID, typed: str) -> bool:
    """Whether this is a code of the person's application, which is then good no more."""
    device = TotpDevice.objects.select_for_update().filter(user=user_id, confirmed_at__isnull=False).first()
    return device is not None and take_from(device, typed)


def take_from(device: TotpDevice, typed: str) -> bool:
    """The same for a device whose row is locked."""
    code = "".join(typed.split())
    step = rules.step_of_code(secret_of(device), code, now=clock.now(), last_step=device.last_step)
    if step is None:
        return False
    device.last_step = step
    device.save(update_fields=["last_step"])
    return True
