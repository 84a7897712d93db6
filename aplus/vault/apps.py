"""Registration of the app and of its start-up checks."""

from django.apps import AppConfig
from django.core.checks import register

from aplus.vault.checks import check_keks, check_search_key


class VaultConfig(AppConfig):
    name = "aplus.vault"
    label = "vault"

    def ready(self) -> None:
        register(check_keks)
        register(check_search_key)
