"""Registration of the app."""

from django.apps import AppConfig


class GestionConfig(AppConfig):
    name = "aplus.gestion"
    label = "gestion"
