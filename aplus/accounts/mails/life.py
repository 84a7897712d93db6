"""The mails of accounts that rest, and of who asks to come back."""

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime

from aplus.accounts.models import SignInLink, User
from aplus.accounts.queries import actors
from aplus.accounts.rules.entering import LinkState
from aplus.accounts.services import entering, resting, returning
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register
from aplus.policy import decisions
from aplus.ui.dates import day_label
from aplus.ui.views import waiting_time


def register_all() -> None:
    """Declare the composers; called once the apps are ready."""
    register(entering.CLOSED, closed_link)
    register(resting.NOTICE, notice)
    register(returning.ASKED, asked)


def notice(line: Notification) -> Composed | None:
    """One of the two notices; nothing when the person came back since."""
    user = line.person
    if user is None or not user.is_active or user.inactivity_notices != line.codes["rang"]:
        return None
    on = day_label(localtime(resting.closes_at(user)).date())
    return Composed(
        to=user.email,
        subject="Votre compte ne sert plus",
        title="Utilisez-vous encore Administration+\u00a0?",
        paragraphs=[
            "Vous ne vous êtes pas connecté depuis plusieurs mois.",
            f"Sans connexion de votre part, votre compte sera désactivé à partir du {on}.",
            "Il suffit de vous connecter une fois pour le garder.",
        ],
        links=[("Me connecter", reverse("accounts:sign_in"))],
    )


def closed_link(line: Notification) -> Composed | None:
    """The link asked for by somebody whose account is deactivated: to ask to come back, never to enter."""
    link = SignInLink.objects.filter(pk=line.act_id).first()
    user = line.person
    if link is None or user is None or user.is_active or user.email != link.email:
        return None
    if link.state(clock.now()) is not LinkState.LIVE:
        return None
    return Composed(
        to=user.email,
        subject="Votre compte est désactivé",
        title="Votre compte Administration+ est désactivé",
        paragraphs=[
            f"Une connexion a été demandée depuis {link.browser}, mais ce compte est désactivé.",
            f"Ce lien permet de demander à revenir\u00a0: il est valable {waiting_time(settings.LOGIN_LINK_SECONDS)}.",
            "Si vous n’avez rien demandé, ignorez cet e-mail.",
        ],
        links=[("Demander à revenir", reverse("accounts:enter", args=[entering.token_of(link)]))],
    )


def asked(line: Notification) -> Composed | None:
    """To who decides; nothing once the person is back, or when the reader decides no more."""
    person = User.objects.filter(pk=line.codes["personne"], deleted_at=None, is_active=False).first()
    reader = line.person
    if person is None or reader is None:
        return None
    actor = actors.actor_for(reader.pk)
    groupe = Groupe.objects.filter(pk=line.codes.get("groupe"), closed_at=None).first()
    if groupe is None:
        return _to_the_team(reader, person) if decisions.may_administer(actor) else None
    if not decisions.may_manage_members(actor, groupe):
        return None
    return Composed(
        to=reader.email,
        subject="Une personne demande à revenir",
        title=f"{person.full_name} demande à revenir dans le groupe {groupe.name}",
        paragraphs=["Son compte est désactivé. Rien ne change tant que vous n’avez pas accepté ou refusé."],
        links=[("Voir le groupe", reverse("gestion:groupe", args=[groupe.pk]))],
    )


def _to_the_team(reader: User, person: User) -> Composed:
    return Composed(
        to=reader.email,
        subject="Une personne demande à revenir",
        title=f"{person.full_name} demande à revenir",
        paragraphs=["Son compte est désactivé, et n’a pas de groupe ou a un rôle que seule l’équipe rend."],
        links=[("Réactiver ce compte", reverse("pilotage:reactivate", args=[person.pk]))],
    )
