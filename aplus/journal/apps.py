"""Registration of the app."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "aplus.journal"
    label = "journal"
