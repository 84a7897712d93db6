"""What the screens of groupes say to this reader."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from aplus.annuaire.models import Groupe
from aplus.policy import decisions
from aplus.policy.actor import Actor


@dataclass(frozen=True)
class GroupeLine:
    """A groupe, where it works, and what the reader may do in it."""

    id: UUID
    name: str
    organisme: str
    territoires: str
    roles: str
    description: str
    public_note: str


def groupe_line(actor: Actor, groupe: Groupe) -> GroupeLine:
    """One groupe as this reader sees it."""
    places = "Toute la France" if groupe.is_national else ", ".join(str(one) for one in groupe.territoires.all())
    return GroupeLine(
        id=groupe.pk,
        name=groupe.name,
        organisme=groupe.organisme.name,
        territoires=places or "Aucun territoire",
        roles=roles_in(actor, groupe.pk),
        description=groupe.description,
        public_note=groupe.public_note,
    )


@dataclass(frozen=True)
class GroupePage:
    """A page below the groupe's that this reader may open."""

    label: str
    url: str


def groupe_pages(actor: Actor, groupe: Groupe) -> list[GroupePage]:
    """What the groupe's page leads to."""
    pages = (
        (decisions.may_see_metadata(actor, groupe), "Les demandes du groupe, sans leur contenu", "groupe_demandes"),
        (decisions.may_manage_groupe(actor, groupe), "Les absences des membres", "groupe_absences"),
        (decisions.may_use_models(actor, groupe), "Les modèles de réponse du groupe", "models"),
    )
    return [
        GroupePage(label, reverse(f"gestion:{name}", args=[groupe.pk]))
        for is_allowed, label, name in pages
        if is_allowed
    ]


def roles_in(actor: Actor, groupe_id: UUID) -> str:
    """The flags held in this groupe, in words; '' for who is not a member."""
    held = next((one for one in actor.memberships if one.groupe_id == groupe_id), None)
    if held is None:
        return ""
    flags = (
        (held.is_aidant, "aidant"),
        (held.is_instructeur, "instructeur"),
        (held.is_responsable, "responsable"),
    )
    return ", ".join(name for is_held, name in flags if is_held) or "membre"


def other_roles(actor: Actor) -> list[str]:
    """The roles held outside groupes."""
    roles = (
        (actor.is_administrateur, "administrateur"),
        (actor.supervision is not None, "superviseur"),
        (actor.observation is not None, "observateur"),
        (actor.expertise is not None, "expert"),
    )
    return [name for is_held, name in roles if is_held]
