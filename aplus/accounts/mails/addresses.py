"""The mails of a change of address. Those to an address that is no account's read it in the change's own row."""

from django.urls import reverse

from aplus.accounts.models import EmailChange, User
from aplus.accounts.queries import addresses as queries
from aplus.accounts.rules.addresses import ChangeState, Side
from aplus.accounts.services.addresses import ASKED, CHANGED, token_of
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register

CONTACT = ("Prévenir l’équipe d’Administration+", "/contact/")
LIVES = "Il est personnel, valable 24 heures et ne sert qu’une fois."


def register_all() -> None:
    """Declare who words each event; called once, at the start."""
    register(ASKED, asked)
    register(CHANGED, changed)


def asked(notification: Notification) -> Composed | None:
    """The link to one of the two addresses; none when the change is over."""
    change = _change(notification)
    if change is None or not change.user.is_active or queries.state_of(change) is not ChangeState.PENDING:
        return None
    if notification.codes["cote"] == Side.OLD:
        return _to_old(change) if change.user.email == change.old_email else None
    # Looked for here and not when it is asked: who asks learns nothing of other accounts.
    if User.objects.filter(email=change.new_email).exists():
        return _to_owner(change)
    return _to_new(change)


def changed(notification: Notification) -> Composed | None:
    """The address has changed: to the old one, to the new one, or to a responsable of the person."""
    change, person = _change(notification), notification.person
    if change is None or person is None:
        return None
    whom = notification.codes["pour"]
    if whom == "responsable":
        return _to_responsable(change, person)
    return _from_old(change) if whom == Side.OLD else _at_new(change, person)


def _change(notification: Notification) -> EmailChange | None:
    rows = EmailChange.objects.select_related("user")
    return rows.filter(pk=notification.codes["changement"]).first()


def _to_old(change: EmailChange) -> Composed:
    return Composed(
        to=change.old_email,
        subject="Confirmez votre changement d’adresse",
        title="Confirmez que votre compte change d’adresse",
        paragraphs=[
            f"Vous avez demandé que votre compte Administration+ utilise l’adresse {change.new_email}.",
            f"Confirmez-le d’ici par ce lien. {LIVES}",
            "Un autre lien a été envoyé à la nouvelle adresse : l’adresse change quand les deux sont confirmés.",
            "Ce n’est pas vous ? Ne confirmez pas, et prévenez-nous : quelqu’un a ouvert votre compte.",
        ],
        links=[("Confirmer depuis cette adresse", _address(change, Side.OLD)), CONTACT],
    )


def _to_new(change: EmailChange) -> Composed:
    return Composed(
        to=change.new_email,
        subject="Confirmez votre nouvelle adresse",
        title="Confirmez que cette adresse devient celle de votre compte",
        paragraphs=[
            "Une personne qui a un compte sur Administration+ a demandé qu’il utilise cette adresse.",
            f"Si c’est vous, confirmez-le par ce lien. {LIVES}",
            "Un autre lien a été envoyé à l’ancienne adresse : l’adresse change quand les deux sont confirmés.",
            "Si ce n’est pas vous, ignorez cet e-mail : sans vous, rien ne change.",
        ],
        links=[("Confirmer depuis cette adresse", _address(change, Side.NEW))],
    )


def _to_owner(change: EmailChange) -> Composed:
    return Composed(
        to=change.new_email,
        subject="Votre adresse a été demandée pour un autre compte",
        title="Votre adresse a été demandée pour un autre compte",
        paragraphs=[
            "Une personne a demandé que son compte Administration+ utilise cette adresse, qui est déjà celle du vôtre.",
            "Rien ne change : une adresse n’est jamais celle de deux comptes, et cette personne n’en a rien su.",
            "C’est vous, et vous avez deux comptes ? Écrivez-nous.",
        ],
        links=[("Écrire à l’équipe d’Administration+", "/contact/")],
    )


def _from_old(change: EmailChange) -> Composed:
    return Composed(
        to=change.old_email,
        subject="Votre compte a changé d’adresse",
        title="Cette adresse n’est plus celle de votre compte Administration+",
        paragraphs=[
            "Votre compte a une nouvelle adresse e-mail : celle-ci ne permet plus d’y entrer.",
            "Toutes les sessions ont été fermées.",
            "Ce n’est pas vous qui l’avez voulu ? Prévenez-nous tout de suite.",
        ],
        links=[CONTACT],
    )


def _at_new(change: EmailChange, person: User) -> Composed | None:
    if not person.is_active or person.email != change.new_email:
        return None
    return Composed(
        to=person.email,
        subject="Votre nouvelle adresse est enregistrée",
        title="Cette adresse est maintenant celle de votre compte Administration+",
        paragraphs=[
            "Connectez-vous désormais avec cette adresse. Toutes les sessions ont été fermées.",
            "Les conditions générales d’utilisation vous seront présentées de nouveau à votre prochaine connexion.",
            "Si vous aviez un second facteur, il reste le même.",
        ],
        links=[("Me connecter à Administration+", reverse("accounts:sign_in"))],
    )


def _to_responsable(change: EmailChange, person: User) -> Composed | None:
    if not person.is_active or person.pk not in queries.responsables_of(change.user_id):
        return None
    return Composed(
        to=person.email,
        subject="Un membre de votre groupe a changé d’adresse",
        title=f"{change.user.full_name} a changé d’adresse e-mail",
        paragraphs=[
            "Sa nouvelle adresse figure parmi les membres du groupe.",
            "Vous ne vous y attendiez pas ? Parlez-en à cette personne, puis prévenez-nous.",
        ],
        links=[("Voir mes groupes", "/groupes/"), CONTACT],
    )


def _address(change: EmailChange, side: Side) -> str:
    return reverse("accounts:confirm_address", args=[token_of(change, side)])
