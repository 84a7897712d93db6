"""Erasing the content of a demande: its secret, its files, its index, its drafts; what is left opens for nobody."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aplus.attachments import services as attachments
from aplus.attachments.models import Attachment
from aplus.demandes.models import Demande, Message, ReplyDraft
from aplus.demandes.queries.demande import locked_demande
from aplus.demandes.rules.erasure import Reason, erasure_of
from aplus.demandes.services import search
from aplus.demandes.services.acting import Act
from aplus.policy.actor import SYSTEM
from aplus.vault.services import erase_secret


@dataclass(frozen=True)
class Erased:
    """What a certificate says of it: no person, no content."""

    number: int
    reason: Reason
    archived_at: datetime
    messages: int
    files: int


def erase_if_due(demande_id: UUID, now: datetime) -> Erased | None:
    """Erase one demande whose time has come, in the caller's transaction; None when it has not, or is erased already.

    A secret that is gone already (a main dump restored with newer secrets) does not stop the rest. The reasons kept in
    the history, which nothing may change, stay sealed by a key that is no more.
    """
    demande = locked_demande(SYSTEM, demande_id)
    if demande is None or demande.erased_at is not None or demande.archived_at is None:
        return None
    due = erasure_of(demande.archived_at, demande.mandat.withdrawn_at, demande.territoire.calendar)
    if due is None or due.at > now:
        return None
    files = list(Attachment.objects.filter(dossier_id=demande_id))
    for file in files:
        attachments.discard(file)
    erase_secret(demande_id)
    search.forget(demande_id)
    ReplyDraft.objects.filter(demande_id=demande_id).delete()
    messages = Message.objects.filter(demande_id=demande_id).update(sealed=b"", reason_sealed=None)
    _empty(demande, now)
    return Erased(demande.number, due.reason, demande.archived_at, messages, len(files))


def _empty(demande: Demande, now: datetime) -> None:
    """The sealed columns, and the moment copied to all who hold the demande."""
    act = Act(SYSTEM, demande, now)
    demande.subject_sealed = demande.usager_sealed = demande.content_sealed = b""
    demande.erased_at = now
    for part in act.parts:
        part.demarche_sealed = None
    mandat = demande.mandat
    mandat.sealed, mandat.next_step, mandat.next_step_at = b"", "", None
    mandat.save()
    act.finish("effacement")
