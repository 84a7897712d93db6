"""Registration of the app."""

from django.apps import AppConfig


class HelpConfig(AppConfig):
    name = "aplus.help"
    label = "help"

    def ready(self) -> None:
        from aplus.help import mails  # noqa: PLC0415  models exist only once apps are ready

        mails.register_all()
