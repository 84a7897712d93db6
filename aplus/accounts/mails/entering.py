"""The mails of signing in, written when they are sent: the token of a link is nowhere before."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from aplus.accounts.models import SignInLink
from aplus.accounts.rules.entering import LinkState
from aplus.accounts.services.entering import token_of
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


def new_device(notification: Notification) -> Composed | None:
    """An entry from a browser never seen for this account."""
    user = notification.person
    if user is None or not user.is_active:
        return None
    at = localtime(notification.at)
    return Composed(
        to=user.email,
        subject="Une entrée depuis un nouvel appareil",
        title="Votre compte a été ouvert depuis un nouvel appareil",
        paragraphs=[
            f"Le {date_format(at, 'j F Y')} à {date_format(at, 'H:i')}, depuis {notification.codes['navigateur']}.",
            "C’était vous : il n’y a rien à faire.",
            "Ce n’était pas vous : prévenez-nous tout de suite, quelqu’un lit peut-être votre messagerie.",
        ],
        links=[("Prévenir l’équipe d’Administration+", "/contact/")],
    )
