"""The start-up check: without usable key-encrypting keys the product does not start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from aplus.vault import keks


def check_keks(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """One error when a key cannot be used; it names the key, never shows it."""
    try:
        keks.parse(settings.KEY_ENCRYPTING_KEYS)
    except keks.KekError as problem:
        return [
            Error(
                f"APLUS_KEKS: {problem}",
                hint='Write "id:base64 of 32 bytes", separated by commas, the active one first.',
                id="vault.E001",
            )
        ]
    return []
