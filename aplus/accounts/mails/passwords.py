"""The mails about passwords, written when they are sent."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from aplus.accounts.models import LinkPurpose, SignInLink
from aplus.accounts.rules.entering import LinkState
from aplus.accounts.services import passwords as services
from aplus.accounts.services.entering import FORGOTTEN, lasts, token_of
from aplus.core import clock
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register
from aplus.ui.views import waiting_time

DONE = {
    services.SET: "Un mot de passe a été ajouté à votre compte",
    services.CHANGED: "Le mot de passe de votre compte a été changé",
    services.REMOVED: "Le mot de passe de votre compte a été retiré",
    services.RESET: "Le mot de passe de votre compte a été remplacé par un lien reçu par e-mail",
}


def register_all() -> None:
    """Declare the composers; called once the apps are ready."""
    register(FORGOTTEN, forgotten)
    register(services.EVENT, changed)


def forgotten(notification: Notification) -> Composed | None:
    """The link that sets a password anew; none when it is over, or the account closed or moved to another address."""
    link = SignInLink.objects.filter(pk=notification.act_id, purpose=LinkPurpose.PASSWORD).first()
    user = notification.person
    if link is None or user is None or not user.is_active or user.email != link.email:
        return None
    if link.state(clock.now()) is not LinkState.LIVE:
        return None
    seconds = int(lasts(LinkPurpose.PASSWORD).total_seconds())
    return Composed(
        to=user.email,
        subject="Votre nouveau mot de passe",
        title="Choisir un nouveau mot de passe",
        paragraphs=[
            f"Un nouveau mot de passe a été demandé pour votre compte depuis {link.browser}.",
            f"Le lien ci-dessous est personnel, valable {waiting_time(seconds)} et ne sert qu’une fois.",
            "Ne le transmettez à personne. Si vous n’avez rien demandé, ignorez cet e-mail\u00a0: rien ne change.",
        ],
        links=[("Choisir un nouveau mot de passe", reverse("accounts:new_password", args=[token_of(link)]))],
    )


def changed(notification: Notification) -> Composed | None:
    """Set, changed, removed or set anew: the person is told in any case."""
    user = notification.person
    if user is None or not user.is_active:
        return None
    at, title = localtime(notification.at), DONE[str(notification.codes["geste"])]
    return Composed(
        to=user.email,
        subject="Votre mot de passe",
        title=title,
        paragraphs=[
            f"Le {date_format(at, 'j F Y')} à {date_format(at, 'H:i')}. Vos autres sessions ont été fermées.",
            "C’était vous\u00a0: il n’y a rien à faire.",
            "Ce n’était pas vous\u00a0: prévenez-nous tout de suite, quelqu’un utilise peut-être votre compte.",
        ],
        links=[("Prévenir l’équipe d’Administration+", "/contact/")],
    )
