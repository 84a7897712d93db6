"""The start-up checks: without usable keys the product does not start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from aplus.vault import blind, keks


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


def check_search_key(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """One error when the search key cannot be used; it never shows it."""
    try:
        blind.parse(settings.SEARCH_KEY)
    except blind.SearchKeyError as problem:
        return [Error(f"APLUS_SEARCH_KEY: {problem}", hint="Write the base64 of 32 random bytes.", id="vault.E002")]
    return []
