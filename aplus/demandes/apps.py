"""Registration of the app."""

from django.apps import AppConfig


class DemandesConfig(AppConfig):
    name = "aplus.demandes"
    label = "demandes"
