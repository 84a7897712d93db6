"""Registration of the app."""

from django.apps import AppConfig


class AnnuaireConfig(AppConfig):
    name = "aplus.annuaire"
    label = "annuaire"
