"""The mail of what was done for a person from the page that helps them."""

from django.urls import reverse

from aplus.accounts.services import support
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register


def register_all() -> None:
    """Declare the composer; called once the apps are ready."""
    register(support.EVENT, sent_out)


def sent_out(line: Notification) -> Composed | None:
    """To the person."""
    reader = line.person
    if reader is None or not reader.is_active:
        return None
    return Composed(
        to=reader.email,
        subject="Vos sessions sont fermées",
        title="Vos sessions dans Administration+ sont fermées",
        paragraphs=[
            "La personne qui gère votre compte a fermé vos sessions sur tous vos appareils.",
            "Votre compte reste actif\u00a0: vous pouvez vous reconnecter dès maintenant.",
        ],
        links=[("Page de connexion", reverse("accounts:sign_in"))],
    )
