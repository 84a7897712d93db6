"""Who answers for a demande when nobody does: the active people of each side, those above them, in scope, now."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from aplus.accounts.models import Membership, User
from aplus.annuaire.models import Groupe
from aplus.demandes.models import Demande, Participant
from aplus.policy.decisions import AUTHOR_KINDS


def active_aidants(demande: Demande) -> set[UUID]:
    """The author and co-authors who still hold *aidant* in the structure: nobody means that the side is empty."""
    on_it = Participant.objects.filter(demande=demande, until=None, kind__in=AUTHOR_KINDS).values("user_id")
    return set(_held(demande.structure_id).filter(is_aidant=True, user_id__in=on_it).values_list("user_id", flat=True))


def without_active_aidant(rows: QuerySet[Demande]) -> QuerySet[Demande]:
    """Those of these demandes whose author's side is empty."""
    return rows.exclude(aidant_left())


def aidant_left() -> Exists:
    """Of a row of demandes: whether anybody is left on its author's side."""
    held = Membership.objects.filter(
        user=OuterRef("user_id"),
        groupe=OuterRef("demande__structure_id"),
        groupe__closed_at=None,
        is_aidant=True,
        user__is_active=True,
    )
    on_it = Participant.objects.filter(demande=OuterRef("pk"), until=None, kind__in=AUTHOR_KINDS)
    return Exists(on_it.filter(Exists(held)))


def has_active_instructeur(groupe_ids: Iterable[UUID]) -> bool:
    """Whether anybody can handle what is addressed to one of these groupes."""
    rows = Membership.objects.filter(groupe_id__in=list(groupe_ids), is_instructeur=True, user__is_active=True)
    return rows.filter(groupe__closed_at=None).exists()


def responsables(groupe_id: UUID) -> set[UUID]:
    """The active responsables of a groupe."""
    return set(_held(groupe_id).filter(is_responsable=True).values_list("user_id", flat=True))


def superviseurs(demande: Demande, groupe: Groupe) -> set[UUID]:
    """The active superviseurs of this groupe's organisme: of the demande's territoire if it covers it, else of its own.

    A groupe of all France is supervised by those of the demande's territoire: not by all the others.
    """
    covered = {territoire.code for territoire in groupe.territoires.all()}
    is_there = groupe.is_national or not covered or demande.territoire_id in covered
    places = {demande.territoire_id} if is_there else covered
    rows = User.objects.filter(
        Q(supervision__all_organismes=True) | Q(supervision__organismes=groupe.organisme_id),
        Q(supervision__all_territoires=True) | Q(supervision__territoires__in=places),
        is_active=True,
        supervision__isnull=False,
    )
    return set(rows.values_list("pk", flat=True))


def administrateurs() -> set[UUID]:
    """The active administrateurs: the last resort."""
    return set(User.objects.filter(is_administrateur=True, is_active=True).values_list("pk", flat=True))


def _held(groupe_id: UUID) -> QuerySet[Membership]:
    return Membership.objects.filter(groupe_id=groupe_id, groupe__closed_at=None, user__is_active=True)
