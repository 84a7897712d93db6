"""Registration of the app and of its mails."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "aplus.accounts"
    label = "accounts"

    def ready(self) -> None:
        from aplus.accounts.mails import addresses as addresses_mails  # noqa: PLC0415  models exist once apps are ready
        from aplus.accounts.mails import entering as mails  # noqa: PLC0415  the same
        from aplus.accounts.mails import factors as factors_mails  # noqa: PLC0415  the same
        from aplus.accounts.mails import groupes as groupes_mails  # noqa: PLC0415  the same
        from aplus.accounts.mails import inviting as inviting_mails  # noqa: PLC0415  the same
        from aplus.accounts.mails import life as life_mails  # noqa: PLC0415  the same
        from aplus.accounts.mails import members as members_mails  # noqa: PLC0415  the same
        from aplus.accounts.mails import passwords as passwords_mails  # noqa: PLC0415  the same
        from aplus.accounts.mails import roles as roles_mails  # noqa: PLC0415  the same
        from aplus.accounts.mails import support as support_mails  # noqa: PLC0415  the same
        from aplus.accounts.mails import told  # noqa: PLC0415  the same
        from aplus.accounts.services import entering as services  # noqa: PLC0415  the same
        from aplus.accounts.services import reaching, totp  # noqa: PLC0415  the same
        from aplus.notifications.registry import listen, register  # noqa: PLC0415  the same
        from aplus.vault.held import declare  # noqa: PLC0415  the same

        declare(totp.SECRETS)
        listen(reaching.hear)
        register(services.EVENT, mails.sign_in_link)
        register(services.NEW_DEVICE, mails.new_device)
        factors_mails.register_all()
        inviting_mails.register_all()
        life_mails.register_all()
        members_mails.register_all()
        addresses_mails.register_all()
        passwords_mails.register_all()
        groupes_mails.register_all()
        roles_mails.register_all()
        support_mails.register_all()
        told.register_all()
