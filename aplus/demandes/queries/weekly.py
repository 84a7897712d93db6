"""What waits in the groupes that somebody manages: numbers of demandes, nothing of any of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from aplus.annuaire.models import Groupe
from aplus.demandes.models import Demande, Part
from aplus.demandes.rules.life import OPEN_PARTS, DemandeState, PartState


@dataclass(frozen=True)
class Waiting:
    """The numbers of one groupe."""

    groupe: Groupe
    # Addressed to it, and nobody has taken them in charge.
    not_taken: int = 0
    overdue: int = 0
    # Sent by it, and processed: its aidants say whether the block is lifted.
    to_archive: int = 0

    @property
    def is_anything(self) -> bool:
        """Whether there is something to say."""
        return bool(self.not_taken or self.overdue or self.to_archive)


def waiting_in(groupe_ids: Collection[UUID], now: datetime) -> list[Waiting]:
    """What waits in each of these groupes, by name. Three queries."""
    is_open = ~Q(demande_state=DemandeState.ARCHIVED) & Q(state__in=sorted(OPEN_PARTS))
    parts = Part.objects.filter(is_open, groupe__in=groupe_ids, erased_at=None).order_by().values_list("groupe_id")
    not_taken = Count("pk", filter=Q(state__in=[PartState.ADDRESSED, PartState.OPENED]))
    overdue = Count("pk", filter=Q(due_at__lt=now))
    received = {pk: (one, two) for pk, one, two in parts.annotate(not_taken=not_taken, overdue=overdue)}
    sent = Demande.objects.filter(structure__in=groupe_ids, state=DemandeState.PROCESSED, erased_at=None)
    to_archive = dict(sent.order_by().values_list("structure_id").annotate(number=Count("pk")))
    groupes = Groupe.objects.filter(pk__in=groupe_ids).order_by("sort_key", "pk")
    return [Waiting(groupe, *received.get(groupe.pk, (0, 0)), to_archive.get(groupe.pk, 0)) for groupe in groupes]
