"""The mail about one's second factor: what changed, and what to do when it was somebody else."""

from aplus.accounts.services.factors import EVENT, Change
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register
from aplus.ui.dates import moment_label

PARIS = "Europe/Paris"
# What happened, and what the reader should know of it.
WORDS = {
    Change.TOTP_ADDED: (
        "Une application de codes a été ajoutée à votre compte",
        "Elle est désormais demandée à chaque entrée. Vos autres sessions sont fermées.",
    ),
    Change.TOTP_REMOVED: (
        "L’application de codes a été retirée de votre compte",
        "Ses codes ne sont plus demandés. Vos autres sessions sont fermées.",
    ),
    Change.PASSKEY_ADDED: (
        "Une clé d’accès a été ajoutée à votre compte",
        "Elle suffit pour entrer dans Administration+. Vos autres sessions sont fermées.",
    ),
    Change.PASSKEY_REMOVED: (
        "Une clé d’accès a été retirée de votre compte",
        "Elle n’ouvre plus rien. Vos autres sessions sont fermées.",
    ),
    Change.CODES_MADE: (
        "De nouveaux codes de secours ont été faits pour votre compte",
        "Les précédents ne sont plus valables. Vos autres sessions sont fermées.",
    ),
    Change.CODE_USED: (
        "Un code de secours de votre compte a servi",
        "Chaque code ne sert qu’une fois\u00a0: pensez à en refaire quand il vous en reste peu.",
    ),
    Change.RESET: (
        "Votre second facteur a été effacé",
        (
            "L’équipe d’Administration+ l’a effacé à la demande de votre responsable. Vos sessions sont fermées\u00a0: "
            "entrez de nouveau, puis mettez en place une application ou une clé d’accès."
        ),
    ),
}


def factor_changed(notification: Notification) -> Composed | None:
    """To the person alone, as long as the account is open."""
    user = notification.person
    if user is None or not user.is_active:
        return None
    title, text = WORDS[Change(notification.codes["quoi"])]
    return Composed(
        to=user.email,
        subject="La sécurité de votre compte",
        title=title,
        paragraphs=[
            f"Le {moment_label(notification.at, PARIS)} (heure de Paris).",
            text,
            "Vous l’avez demandé\u00a0: il n’y a rien à faire. Sinon, prévenez-nous tout de suite.",
        ],
        links=[
            ("Voir la sécurité de mon compte", "/moi/securite/"),
            ("Prévenir l’équipe d’Administration+", "/contact/"),
        ],
    )


def register_all() -> None:
    """Called once, when apps are ready."""
    register(EVENT, factor_changed)
