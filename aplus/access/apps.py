"""Registration of the app and of its start-up check."""

from django.apps import AppConfig
from django.core.checks import register


class AccessConfig(AppConfig):
    name = "aplus.access"
    label = "access"

    def ready(self) -> None:
        from aplus.access.checks import check_rules  # noqa: PLC0415  URLs exist only once apps are ready

        register(check_rules)
