"""Mails in words, for those who help: what each was about, for whom, what became of it; never what it said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import get_current_timezone_name

from aplus.notifications.models import State
from aplus.notifications.rules import Delivery
from aplus.pilotage.queries.mails import FailedMail
from aplus.ui.dates import moment_label

STATES = {
    State.PENDING: "à envoyer",
    State.GROUPED: "dans un e-mail groupé",
    State.SENT: "envoyé",
    State.FAILED: "échec\u00a0: il n’a pas pu partir",
    State.DROPPED: "non envoyé\u00a0: cette personne n’y avait plus droit",
}
DELIVERIES = {
    Delivery.DEFERRED: "refusé pour l’instant par le serveur de cette adresse, le {}\u00a0: un nouvel essai suit",
    Delivery.DELIVERED: "remis le {}",
    Delivery.REFUSED: "refusé par le serveur de cette adresse, le {}",
    Delivery.COMPLAINED: "signalé comme indésirable, le {}",
}
NEVER = "Jamais"
# What the words of the mails' events do not say by themselves: accents, and whom.
EVENTS = {
    "adresse-changee": "Adresse changée",
    "adresse-demandee": "Changement d’adresse demandé",
    "appel-expert": "Appel à un expert",
    "arrivee": "Arrivée dans un groupe",
    "compte-desactive": "Compte désactivé",
    "compte-reactive": "Compte réactivé",
    "depart": "Départ",
    "echeance": "Échéance",
    "echeance-du-mandat": "Échéance du mandat",
    "fichier-refuse": "Fichier refusé",
    "groupe-boite": "Boîte du groupe",
    "groupe-ferme": "Groupe fermé",
    "incompetence": "Incompétence",
    "membre-depart": "Départ d’un groupe",
    "membre-roles": "Rôles dans un groupe",
    "mot-de-passe-oublie": "Mot de passe oublié",
    "passation-demandee": "Passation demandée",
    "preavis": "Préavis",
    "precisions": "Précisions",
    "rappel-precisions": "Rappel de précisions",
    "reouverture": "Réouverture",
    "reponse": "Réponse",
    "role": "Rôle",
    "sans-competent": "Aucun groupe compétent",
    "sessions-fermees": "Sessions fermées",
    "toujours-bloque": "Toujours bloqué",
}


def event_name(word: str) -> str:
    """The event of a mail, from its word."""
    return EVENTS.get(word) or word.replace("-", " ").capitalize()


def state_words(state: str, delivery: str, delivery_at: datetime | None) -> str:
    """What became of a mail: what came back of it, or whether it left."""
    if delivery and state == State.SENT:
        return DELIVERIES[Delivery(delivery)].format(moment(delivery_at))
    return STATES[State(state)]


def moment(at: datetime | None) -> str:
    """A moment here."""
    return moment_label(at, get_current_timezone_name()) if at else NEVER


@dataclass(frozen=True)
class FailedLine:
    """A mail that could not leave; `url` leads to its recipient, '' when they have no page."""

    id: UUID
    event: str
    at: str
    whom: str
    url: str
    tries: int


def failed_lines(mails: Iterable[FailedMail]) -> list[FailedLine]:
    """One line each."""
    return [FailedLine(one.id, event_name(one.event), moment(one.at), *_whom(one), one.tries) for one in mails]


def _whom(one: FailedMail) -> tuple[str, str]:
    if one.person is not None:
        return one.person.full_name, reverse("pilotage:person", args=[one.person.pk])
    if one.groupe is not None:
        name = f"Une personne invitée, {one.groupe.name}" if one.is_invitation else f"Boîte du groupe {one.groupe.name}"
        return name, reverse("gestion:groupe", args=[one.groupe.pk])
    return ("Une invitation qui n’existe plus" if one.is_invitation else "Équipe d’Administration+"), ""
