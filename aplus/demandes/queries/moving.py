"""What a groupe that closes has open, and what is left of it to move: ids and counts, nothing of what is sealed."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from aplus.accounts.models import Membership
from aplus.annuaire.models import Groupe
from aplus.demandes.models import Demande, Part
from aplus.demandes.models.holders import NOT_ARCHIVED, OPEN_PART
from aplus.demandes.rules.life import DemandeState, PartState


@dataclass(frozen=True)
class Weight:
    """What is to be moved when a groupe closes."""

    # Addressed to it and open.
    parts: int
    # Addressed to it, processed, not archived: the author's side may still say that the block remains.
    processed: int
    # Sent by it and not archived.
    sent: int

    @property
    def is_any(self) -> bool:
        """Whether another groupe has to take over."""
        return bool(self.parts or self.processed or self.sent)


def weight(groupe_id: UUID) -> Weight:
    """In three counts, each a range of an index."""
    return Weight(
        parts=Part.objects.filter(OPEN_PART, groupe=groupe_id).count(),
        processed=Part.objects.filter(NOT_ARCHIVED, groupe=groupe_id, state=PartState.PROCESSED).count(),
        sent=_sent().filter(structure=groupe_id).count(),
    )


def left_to_move(groupe_id: UUID, successor_id: UUID, number: int, but: Iterable[UUID]) -> list[UUID]:
    """The next demandes that this groupe still has and its successor should; `but` those that could not be moved."""
    parts = _movable(groupe_id, successor_id).exclude(demande__in=but)
    found = list(parts.order_by("demande_id").values_list("demande_id", flat=True)[:number])
    if len(found) < number:
        sent = _movable_sent(groupe_id, successor_id).exclude(pk__in=but)
        found += sent.order_by("pk").values_list("pk", flat=True)[: number - len(found)]
    return found


def number_left(groupe: Groupe) -> int:
    """How many demandes are still on their way to the successor."""
    if groupe.successor_id is None:
        return 0
    parts = _movable(groupe.pk, groupe.successor_id).count()
    return parts + _movable_sent(groupe.pk, groupe.successor_id).count()


def closed_with_something() -> list[Groupe]:
    """The closed groupes that still have something open, and another to take over: one query each minute."""
    parts = Part.objects.filter(NOT_ARCHIVED, groupe=OuterRef("pk")).exclude(state=PartState.NOT_COMPETENT)
    sent = _sent().filter(structure=OuterRef("pk"))
    rows = Groupe.objects.filter(closed_at__isnull=False, successor__isnull=False)
    return list(rows.filter(Exists(parts) | Exists(sent)).select_related("successor").order_by("closed_at"))


def successor_of(groupe: Groupe) -> Groupe | None:
    """The groupe that takes over, or the one that took over from it, as long as some are closed; None at the end."""
    seen = {groupe.pk}
    found = groupe.successor
    while found is not None and found.closed_at is not None and found.pk not in seen:
        seen.add(found.pk)
        found = found.successor
    return found if found is not None and found.closed_at is None else None


def has_instructeurs(groupe_id: UUID) -> bool:
    """Whether somebody can handle what would be addressed to this groupe."""
    return Membership.objects.filter(groupe=groupe_id, is_instructeur=True, user__is_active=True).exists()


def number_between(groupe_id: UUID, successor_id: UUID) -> int:
    """Open demandes that this groupe sent to that one: a structure cannot address itself."""
    return _sent().filter(_addressed_to(successor_id), structure=groupe_id).count()


def _movable(groupe_id: UUID, successor_id: UUID) -> QuerySet[Part]:
    """Open parts; processed ones too, unless the other groupe has a part of its own there."""
    other = Part.objects.filter(demande=OuterRef("demande"), groupe=successor_id)
    is_processed = Q(state=PartState.PROCESSED) & ~Q(Exists(other)) & ~Q(demande__structure=successor_id)
    return Part.objects.filter(NOT_ARCHIVED, OPEN_PART | is_processed, groupe=groupe_id)


def _movable_sent(groupe_id: UUID, successor_id: UUID) -> QuerySet[Demande]:
    return _sent().filter(~_addressed_to(successor_id), structure=groupe_id)


def _addressed_to(groupe_id: UUID) -> Q:
    return Q(Exists(Part.objects.filter(demande=OuterRef("pk"), groupe=groupe_id)))


def _sent() -> QuerySet[Demande]:
    return Demande.objects.exclude(state=DemandeState.ARCHIVED)
