"""Loading one demande inside what the actor may see, with what decisions read of it."""

from uuid import UUID

from django.db.models import Prefetch

from aplus.demandes.models import Demande, DemandeQuerySet, Part, Participant
from aplus.policy.actor import Actor


def demande(actor: Actor, demande_id: UUID) -> Demande | None:
    """The demande with its parts, participants and wrapped secret; None when it does not exist for this actor."""
    return _with_holders(Demande.objects.visible_to(actor)).filter(pk=demande_id).first()


def locked_demande(actor: Actor, demande_id: UUID) -> Demande | None:
    """The same, its row locked until the end of the transaction; holders are read after the lock is held."""
    rows = Demande.objects.select_for_update(of=("self",))
    if not actor.is_system:
        rows = rows.visible_to(actor)
    return _with_holders(rows, with_places=True).filter(pk=demande_id).first()


def _with_holders(rows: DemandeQuerySet, *, with_places: bool = False) -> DemandeQuerySet:
    parts = Part.objects.select_related("groupe__organisme", "followed_by")
    if with_places:
        parts = parts.prefetch_related("groupe__territoires")
    participants = Participant.objects.filter(until=None).select_related("user", "via_groupe")
    return (
        rows.with_secret()
        .select_related("territoire", "thematique", "structure", "author", "mandat")
        .prefetch_related(
            Prefetch("parts", queryset=parts, to_attr="part_list"),
            Prefetch("participants", queryset=participants, to_attr="participant_list"),
        )
    )
