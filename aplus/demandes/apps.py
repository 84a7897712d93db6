"""Registration of the app, of the mails and the bell of its acts, and of what it does when a file was scanned."""

from django.apps import AppConfig


class DemandesConfig(AppConfig):
    name = "aplus.demandes"
    label = "demandes"

    def ready(self) -> None:
        """Tell the sender of mail what each act says, and the antivirus whom its verdicts are for."""
        from aplus.attachments.scanning import judged  # noqa: PLC0415  models exist only once apps are ready
        from aplus.demandes import absence_mails, bell, mails, weekly_mails  # noqa: PLC0415  the same
        from aplus.demandes.services.judged import after_verdict  # noqa: PLC0415  the same

        mails.register_all()
        absence_mails.register_all()
        weekly_mails.register_all()
        bell.register_all()
        judged.connect(after_verdict, dispatch_uid="demandes.after_verdict")
