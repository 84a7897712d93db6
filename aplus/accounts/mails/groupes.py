"""The mails of what a groupe is: its mailbox, its closing; rights are asked again when they leave."""

from django.urls import reverse

from aplus.accounts.models import Membership, User
from aplus.accounts.queries import actors
from aplus.accounts.services import groupes as services
from aplus.annuaire.models import Groupe
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register
from aplus.policy import decisions

TEAM = "L’équipe d’Administration+"
NOT_FOLLOWED = "Celles qu’aucun de vos aidants ne suivait sont à confier par un responsable."


def register_all() -> None:
    """Declare the composers; called once the apps are ready."""
    register(services.MAILBOX, mailbox)
    register(services.CLOSED, closed)
    register(services.TAKEN_OVER, taken_over)


def mailbox(line: Notification) -> Composed | None:
    """To the responsables, and to the new mailbox itself."""
    groupe = Groupe.objects.filter(pk=line.codes["groupe"], closed_at=None).first()
    if groupe is None:
        return None
    link = [("Voir le groupe", reverse("gestion:groupe", args=[groupe.pk]))]
    if line.person is None:
        return _to_mailbox(line, groupe) if groupe.told_mailbox else None
    if not decisions.may_manage_members(actors.actor_for(line.person.pk), groupe):
        return None
    return Composed(
        to=line.person.email,
        subject="La boîte aux lettres d’un groupe a changé",
        title=f"La boîte aux lettres commune du groupe {groupe.name} a changé",
        paragraphs=[f"{_who(line)} l’a changée. {_now(groupe)}"],
        links=link,
    )


def _now(groupe: Groupe) -> str:
    if not groupe.mailbox:
        return "Le groupe n’en a plus\u00a0: seuls ses membres sont prévenus."
    if not groupe.is_mailbox_told:
        return f"{groupe.mailbox} n’est plus prévenue des demandes\u00a0: seuls les membres le sont."
    return f"{groupe.mailbox} est désormais prévenue des demandes."


def _to_mailbox(line: Notification, groupe: Groupe) -> Composed:
    return Composed(
        to=groupe.mailbox,
        subject="Cette adresse est la boîte d’un groupe",
        title=f"Cette adresse est la boîte aux lettres commune du groupe {groupe.name}",
        paragraphs=[
            f"{_who(line)} l’a indiquée. Elle est désormais prévenue des demandes adressées au groupe.",
            "Si c’est une erreur, prévenez-nous.",
        ],
        links=[("Prévenir l’équipe d’Administration+", "/contact/")],
    )


def closed(line: Notification) -> Composed | None:
    """To those who were its members: where its demandes went."""
    groupe = Groupe.objects.select_related("successor").filter(pk=line.codes["groupe"]).first()
    reader = line.person
    if groupe is None or reader is None or not reader.is_active:
        return None
    if not Membership.objects.filter(user=reader, groupe=groupe).exists():
        return None
    went = (
        f"Ses demandes ouvertes rejoignent le groupe {groupe.successor.name}."
        if groupe.successor is not None
        else "Aucune demande n’y était ouverte."
    )
    return Composed(
        to=reader.email,
        subject="Un de vos groupes est fermé",
        title=f"Le groupe {groupe.name} est fermé",
        paragraphs=[f"{_who(line)} l’a fermé. {went}", "Vous n’avez plus aucun droit dans ce groupe."],
        links=[("Voir mes groupes", reverse("gestion:groupes"))],
    )


def taken_over(line: Notification) -> Composed | None:
    """To the members and the mailbox of the groupe that takes over: how many demandes, from where."""
    groupe = Groupe.objects.select_related("successor").filter(pk=line.codes["groupe"]).first()
    if groupe is None or groupe.successor is None or groupe.successor.closed_at is not None:
        return None
    to = _reader(line, groupe.successor)
    if not to:
        return None
    said = (
        (int(line.codes["parts"]), "Demandes qui lui étaient adressées, désormais à traiter par le vôtre"),
        (int(line.codes["demandes"]), "Demandes qu’il avait envoyées, désormais celles du vôtre"),
    )
    return Composed(
        to=to,
        subject="Votre groupe reprend les demandes d’un autre",
        title=f"Le groupe {groupe.successor.name} reprend les demandes de {groupe.name}",
        paragraphs=[
            f"{_who(line)} a fermé le groupe {groupe.name}.",
            *(f"{words}\u00a0: {number}." for number, words in said if number),
            "Elles arrivent dans les minutes qui suivent, avec leurs échéances.",
            *([NOT_FOLLOWED] if int(line.codes["demandes"]) else []),
        ],
        links=[("Voir le groupe", reverse("gestion:groupe", args=[groupe.successor.pk]))],
    )


def _reader(line: Notification, groupe: Groupe) -> str:
    if line.person is None:
        return groupe.told_mailbox
    held = Membership.objects.filter(user=line.person, user__is_active=True, groupe=groupe)
    return line.person.email if held.exists() else ""


def _who(line: Notification) -> str:
    person = User.objects.filter(pk=line.codes.get("acteur")).first()
    return person.full_name if person is not None else TEAM
