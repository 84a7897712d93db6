"""Who answers for a groupe's members: its responsables, the superviseurs whose scope holds it, the A+ team."""

from uuid import UUID

from django.db.models import Q

from aplus.accounts.models import Membership, Supervision, User
from aplus.annuaire.models import Groupe


def responsables(groupe_id: UUID) -> set[UUID]:
    """The active responsables of a groupe that is not closed."""
    rows = Membership.objects.filter(groupe_id=groupe_id, groupe__closed_at=None, is_responsable=True)
    return set(rows.filter(user__is_active=True).values_list("user_id", flat=True))


def superviseurs(groupe: Groupe) -> set[UUID]:
    """The active superviseurs who may change it: its organisme and all its territoires are in their scope."""
    rows = Supervision.objects.filter(
        Q(all_organismes=True) | Q(organismes=groupe.organisme_id), user__is_active=True
    ).distinct()
    covered = set(groupe.covered_codes)
    if groupe.is_national or not covered:
        return set(rows.filter(all_territoires=True).values_list("user_id", flat=True))
    return {
        row.user_id
        for row in rows.prefetch_related("territoires")
        if row.all_territoires or covered <= {territoire.code for territoire in row.territoires.all()}
    }


def administrateurs() -> set[UUID]:
    """The active administrateurs."""
    return set(User.objects.filter(is_administrateur=True, is_active=True).values_list("pk", flat=True))


def above(groupe: Groupe) -> set[UUID]:
    """Who answers for a groupe without responsable: its superviseurs, else the administrateurs."""
    return superviseurs(groupe) or administrateurs()


def deciders(groupe: Groupe) -> set[UUID]:
    """Who is asked about its members: its responsables, else its superviseurs, else the administrateurs."""
    return responsables(groupe.pk) or above(groupe)
