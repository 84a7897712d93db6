"""Registration of the app."""

from django.apps import AppConfig


class HelpConfig(AppConfig):
    name = "aplus.help"
    label = "help"
