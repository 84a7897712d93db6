"""Registration of the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "aplus.accounts"
    label = "accounts"
