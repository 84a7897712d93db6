"""What people leave behind them in their groupes: numbers of demandes, nothing sealed is even read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from aplus.accounts.models import Membership
from aplus.demandes.models import Part, Participant
from aplus.demandes.rules.life import OPEN_PARTS, DemandeState
from aplus.policy.decisions import AUTHOR_KINDS


@dataclass(frozen=True)
class Left:
    """Of one person in one groupe; `others_…` are the active people who stay with that flag."""

    # Demandes addressed to the groupe and not archived: what *instructeur* opens.
    addressed: int = 0
    # Those of them that wait for the groupe, and those that this person follows.
    waiting: int = 0
    followed: int = 0
    # Demandes of the structure where they are an author or co-author, and those where no other aidant is.
    led: int = 0
    alone: int = 0
    others_instructeur: int = 0
    others_responsable: int = 0


def left_by(user_id: UUID, groupe_ids: Iterable[UUID]) -> dict[UUID, Left]:
    """For each of these groupes; three queries however many."""
    ids = list(groupe_ids)
    parts = {row.pop("groupe_id"): row for row in _parts(user_id, ids)}
    led = {row.pop("demande__structure_id"): row for row in _led(user_id, ids)}
    others = {row.pop("groupe_id"): row for row in _others(user_id, ids)}
    return {pk: Left(**parts.get(pk, {}), **led.get(pk, {}), **others.get(pk, {})) for pk in ids}


def _parts(user_id: UUID, groupe_ids: list[UUID]) -> Iterable[Any]:
    rows = Part.objects.filter(groupe_id__in=groupe_ids, erased_at=None).exclude(demande_state=DemandeState.ARCHIVED)
    waits = Q(state__in=sorted(OPEN_PARTS))
    return (
        rows.order_by()
        .values("groupe_id")
        .annotate(
            addressed=Count("pk"),
            waiting=Count("pk", filter=waits),
            followed=Count("pk", filter=waits & Q(followed_by=user_id)),
        )
    )


def _led(user_id: UUID, groupe_ids: list[UUID]) -> Iterable[Any]:
    own = Participant.objects.filter(
        user_id=user_id, until=None, kind__in=AUTHOR_KINDS, demande__structure_id__in=groupe_ids, erased_at=None
    ).exclude(demande_state=DemandeState.ARCHIVED)
    held = Membership.objects.filter(
        user=OuterRef("user_id"), groupe=OuterRef("demande__structure_id"), is_aidant=True, user__is_active=True
    )
    beside = Participant.objects.filter(demande=OuterRef("demande"), until=None, kind__in=AUTHOR_KINDS)
    beside = beside.exclude(user_id=user_id).filter(Exists(held))
    return (
        own.annotate(has_other=Exists(beside))
        .order_by()
        .values("demande__structure_id")
        .annotate(led=Count("pk"), alone=Count("pk", filter=Q(has_other=False)))
    )


def _others(user_id: UUID, groupe_ids: list[UUID]) -> Iterable[Any]:
    rows = Membership.objects.filter(groupe_id__in=groupe_ids, user__is_active=True).exclude(user_id=user_id)
    return (
        rows.order_by()
        .values("groupe_id")
        .annotate(
            others_instructeur=Count("pk", filter=Q(is_instructeur=True)),
            others_responsable=Count("pk", filter=Q(is_responsable=True)),
        )
    )
