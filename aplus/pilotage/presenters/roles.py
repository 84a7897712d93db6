"""The roles held outside groupes, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from aplus.accounts.models import User
from aplus.accounts.rules.roles import Role
from aplus.pilotage.presenters.people import held_role
from aplus.pilotage.queries.places import Places
from aplus.policy.actor import Actor

# Beyond that, a line says how many others there are.
NAMED = 12
TITLES = {
    Role.ADMINISTRATEUR: "Administrateurs",
    Role.SUPERVISION: "Superviseurs",
    Role.OBSERVATION: "Observateurs",
    Role.EXPERTISE: "Experts",
}
WORDS = {
    Role.SUPERVISION: (
        "Un superviseur gère les groupes et les personnes de son périmètre, et lit leurs chiffres. Il ne lit jamais le "
        "contenu des demandes."
    ),
    Role.OBSERVATION: (
        "Un observateur lit les chiffres et l’annuaire des organismes choisis, sans adresse e-mail, et ne change rien."
    ),
    Role.EXPERTISE: (
        "Un expert peut être invité sur une demande bloquée d’un de ses territoires\u00a0: il la lit tant qu’elle est "
        "ouverte."
    ),
    Role.ADMINISTRATEUR: (
        "Un administrateur gère tous les comptes, tous les groupes, les rôles et les données de référence. Il ne lit "
        "jamais le contenu des demandes."
    ),
}


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a role."""

    url: str
    name: str
    email: str
    is_active: bool
    covers: str


def sections(holders: Iterable[tuple[User, Actor]], places: Places) -> list[tuple[str, list[Holder]]]:
    """Each role with who holds it, by name."""
    found: dict[Role, list[Holder]] = {role: [] for role in TITLES}
    for user, actor in holders:
        for role, lines in found.items():
            held = held_role(actor, role, places, NAMED)
            if held.is_held:
                url = reverse("pilotage:person", args=[user.pk])
                lines.append(Holder(url, user.full_name, user.email, user.is_active, held.covers))
    return [(TITLES[role], lines) for role, lines in found.items()]
