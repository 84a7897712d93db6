"""Registration of the app and of its start-up check."""

from django.apps import AppConfig
from django.core.checks import register

from aplus.vault.checks import check_keks


class VaultConfig(AppConfig):
    name = "aplus.vault"
    label = "vault"

    def ready(self) -> None:
        register(check_keks)
