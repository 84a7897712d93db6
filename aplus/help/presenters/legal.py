"""What the legal pages say that is elsewhere in the code: the inventory of personal data, the sections of a reader."""

from dataclasses import dataclass

from aplus.policy.actor import Actor
from aplus.retention.inventory import INVENTORY, Kind, Rule


@dataclass(frozen=True)
class Category:
    """One table of the page on privacy."""

    anchor: str
    title: str
    about: str
    rules: list[Rule]


_CATEGORIES = (
    (
        Kind.SEALED,
        "usagers",
        "Le contenu des demandes",
        "Ce qui concerne les personnes accompagnées. Tout est chiffré, avec une clé propre à chaque demande.",
    ),
    (
        Kind.AGENT,
        "professionnels",
        "Les professionnels",
        "Ce qui concerne les personnes qui ont un compte, y sont invitées ou écrivent à l’équipe.",
    ),
    (
        Kind.TECHNICAL,
        "technique",
        "Les données techniques",
        "Ce qui fait fonctionner le service et ne dit rien, seul, d’une personne.",
    ),
    (Kind.REFERENCE, "reference", "Les données de référence", "Elles décrivent des organismes et des territoires."),
)


def categories() -> list[Category]:
    """Every rule of the inventory, once, under its kind."""
    rules = list(dict.fromkeys(rule for table in INVENTORY.values() for rule in table))
    return [
        Category(anchor, title, about, [rule for rule in rules if rule.kind is kind])
        for kind, anchor, title, about in _CATEGORIES
    ]


@dataclass(frozen=True)
class Place:
    """One line of the site map."""

    label: str
    url: str


def sections(actor: Actor) -> list[Place]:
    """What this reader has beside the public pages; nothing for whoever is not signed in."""
    if not actor.is_signed_in:
        return []
    found = [Place("Mes demandes", "/demandes/")]
    if actor.aidant_groupe_ids:
        found.append(Place("Nouvelle demande", "/demandes/nouvelle/"))
        found.append(Place("Mandat vierge à imprimer (PDF)", "/mandats/vierge.pdf"))
    found.append(Place("Mes groupes", "/groupes/"))
    if actor.has_pilotage:
        found += [Place("Pilotage", "/pilotage/"), Place("Annuaire", "/pilotage/annuaire/")]
    found += [
        Place("Notifications", "/notifications/"),
        Place("Mon compte", "/moi/"),
        Place("Mes informations", "/moi/informations/"),
        Place("Mes premiers pas", "/moi/premiers-pas/"),
        Place("Mes absences", "/moi/absences/"),
        Place("Mes e-mails", "/moi/notifications/"),
        Place("Sécurité de mon compte", "/moi/securite/"),
        Place("Mes données", "/moi/donnees/"),
    ]
    return found
