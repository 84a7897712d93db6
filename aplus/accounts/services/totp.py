"""The application that makes a person's codes: its wrapped secret, set up, proved, removed."""

from aplus.accounts.models import TotpDevice
from aplus.vault.held import Held

# Wrapped by the keys of the settings, as the secrets of demandes are.
SECRETS = Held(TotpDevice, "totp")
