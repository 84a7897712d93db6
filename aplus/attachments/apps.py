"""Registration of the app."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "aplus.attachments"
    label = "attachments"
