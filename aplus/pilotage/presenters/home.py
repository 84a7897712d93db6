"""The pages of the section that this reader may open."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from aplus.policy import decisions
from aplus.policy.actor import Actor


@dataclass(frozen=True)
class Entry:
    """A page of the section: who may open it, its route, its name, what one does there in a sentence."""

    decision: Callable[[Actor], bool]
    route: str
    label: str
    text: str


@dataclass(frozen=True)
class Link:
    """An entry as the page shows it."""

    url: str
    label: str
    text: str


# By the heading under which they stand; a heading without an entry for this reader is not shown.
ENTRIES: dict[str, tuple[Entry, ...]] = {
    "Groupes et personnes": (
        Entry(
            decisions.may_see_pilotage,
            "pilotage:directory",
            "Annuaire",
            "Les groupes et les personnes, par territoire et par organisme\u00a0; l’export.",
        ),
        Entry(
            decisions.may_see_people,
            "pilotage:people",
            "Trouver une personne",
            "La page d’une personne pour la dépanner\u00a0: groupes, entrées, e-mails, sessions.",
        ),
        Entry(
            decisions.may_create_groupe,
            "gestion:new_groupe",
            "Créer un groupe",
            "Son organisme, ses territoires, sa présentation\u00a0; ses membres ensuite.",
        ),
        Entry(
            decisions.may_manage_some_members,
            "gestion:import",
            "Importer des personnes",
            "D’un fichier CSV, vérifié ligne par ligne avant d’être enregistré.",
        ),
        Entry(
            decisions.may_administer,
            "pilotage:roles",
            "Qui tient quel rôle",
            "Administrateurs, superviseurs, observateurs et experts, avec ce qu’ils couvrent.",
        ),
    ),
    "Données de référence": (
        Entry(
            decisions.may_administer,
            "pilotage:organismes",
            "Organismes",
            "Leur côté, leurs thématiques, leurs identifiants, ce qu’il faut leur dire et leurs questions guidées.",
        ),
        Entry(
            decisions.may_administer,
            "pilotage:themes",
            "Thématiques",
            "Celles qui sont proposées à qui écrit une demande, et leur ordre.",
        ),
        Entry(
            decisions.may_administer,
            "pilotage:territoires",
            "Territoires",
            "Leur fuseau horaire et leurs jours fériés locaux.",
        ),
    ),
    "Information": (
        Entry(
            decisions.may_administer,
            "pilotage:cgu",
            "Conditions d’utilisation",
            "Préparer une version, savoir combien de personnes ont accepté chacune.",
        ),
        Entry(
            decisions.may_administer,
            "pilotage:banners",
            "Bandeaux",
            "Ce qui est montré au-dessus de toutes les pages, d’une date à une autre.",
        ),
        Entry(
            decisions.may_administer,
            "pilotage:maintenance",
            "Maintenance",
            "Fermer le site à tous, sauf aux administrateurs, et le rouvrir.",
        ),
        Entry(
            decisions.may_administer,
            "pilotage:failed_mails",
            "E-mails en échec",
            "Ceux qui n’ont pas pu partir après le dernier essai\u00a0; les renvoyer.",
        ),
    ),
}


def sections(actor: Actor) -> list[tuple[str, list[Link]]]:
    """The headings with what this reader may open below each."""
    found = [
        (title, [Link(reverse(one.route), one.label, one.text) for one in entries if one.decision(actor)])
        for title, entries in ENTRIES.items()
    ]
    return [(title, links) for title, links in found if links]
