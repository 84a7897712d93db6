"""The mail that holds a sign-in link, written when it is sent: the token is nowhere before."""

from django.conf import settings
from django.urls import reverse

from aplus.accounts.models import SignInLink
from aplus.accounts.rules import LinkState
from aplus.accounts.services import token_of
from aplus.core import clock
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed
from aplus.ui.views import waiting_time


def sign_in_link(notification: Notification) -> Composed | None:
    """The link's mail; none when the link is over, or the account closed or moved to another address."""
    link = SignInLink.objects.filter(pk=notification.act_id).first()
    user = notification.person
    if link is None or user is None or not user.is_active or user.email != link.email:
        return None
    if link.state(clock.now()) is not LinkState.LIVE:
        return None
    return Composed(
        to=user.email,
        subject="Votre lien de connexion",
        title="Votre lien de connexion à Administration+",
        paragraphs=[
            f"Ce lien a été demandé depuis {link.browser}.",
            f"Il est personnel, valable {waiting_time(settings.LOGIN_LINK_SECONDS)} et ne sert qu’une fois.",
            "Ne le transmettez à personne. Si vous ne l’avez pas demandé, ignorez cet e-mail.",
        ],
        links=[("Me connecter à Administration+", reverse("accounts:enter", args=[token_of(link)]))],
    )
