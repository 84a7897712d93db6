"""Registration of the app."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "aplus.vault"
    label = "vault"
