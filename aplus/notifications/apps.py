"""Registration of the app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "aplus.notifications"
    label = "notifications"
