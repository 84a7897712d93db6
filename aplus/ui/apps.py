"""Registration of the app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "aplus.ui"
    label = "ui"
