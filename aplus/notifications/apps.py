"""Registration of the app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "aplus.notifications"
    label = "notifications"

    def ready(self) -> None:
        from aplus.notifications import digests  # noqa: PLC0415  models exist only once apps are ready

        digests.register_all()
