"""Loading one mandat: that of one's own draft, or that of a demande the actor sees."""

from dataclasses import dataclass
from uuid import UUID

from aplus.attachments.models import Attachment, FileState, Purpose
from aplus.attachments.services import file_name
from aplus.demandes.models import Demande, Mandat
from aplus.demandes.openers import OpenedDemande
from aplus.demandes.queries import drafts
from aplus.demandes.queries.demande import demande
from aplus.demandes.queries.drafts import OpenedDraft
from aplus.policy.actor import Actor


@dataclass(frozen=True, slots=True)
class ReadableMandat:
    """One of the two is there: the draft it will be sent with, or the demande it was sent with."""

    id: UUID
    draft: OpenedDraft | None = None
    demande: Demande | None = None


def readable_mandat(actor: Actor, mandat_id: UUID) -> ReadableMandat | None:
    """The mandat under this id; None when it does not exist for this actor."""
    demande_id = Mandat.objects.filter(pk=mandat_id).values_list("demande_id", flat=True).first()
    if demande_id is not None:
        found = demande(actor, demande_id)
        return ReadableMandat(mandat_id, demande=found) if found else None
    draft = drafts.own_by_mandat(actor, mandat_id)
    return ReadableMandat(mandat_id, draft=draft) if draft else None


def proofs(opened: OpenedDemande) -> list[drafts.NamedFile]:
    """The proofs of the mandat of a demande that the reader opened."""
    rows = Attachment.objects.filter(dossier_id=opened.demande.id, purpose=Purpose.PROOF).order_by("created_at")
    return [
        drafts.NamedFile(file.id, file_name(opened.key, file), is_proof=True, state=FileState(file.state))
        for file in rows
    ]
