"""Registration of the app."""

from django.apps import AppConfig


class PilotageConfig(AppConfig):
    name = "aplus.pilotage"
    label = "pilotage"
