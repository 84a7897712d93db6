"""Registration of the app and of the mails of its acts."""

from django.apps import AppConfig


class DemandesConfig(AppConfig):
    name = "aplus.demandes"
    label = "demandes"

    def ready(self) -> None:
        """Tell the sender of mail what each act says."""
        from aplus.demandes import mails  # noqa: PLC0415  models exist only once apps are ready

        mails.register_all()
