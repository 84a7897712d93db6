"""One attachment inside what the actor may read: of a demande, or of one's own draft."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from aplus.attachments.models import Attachment, Audience, Purpose
from aplus.demandes.models import Demande, Draft
from aplus.demandes.openers import key_for
from aplus.demandes.queries.demande import demande as load_demande
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.vault.keys import DossierKey, Erased
from aplus.vault.services import key_of


@dataclass(frozen=True)
class ReadableFile:
    """A file this reader may download, with the key that opens it."""

    file: Attachment
    key: DossierKey
    demande: Demande | None


def readable_file(actor: Actor, file_id: UUID) -> ReadableFile | None:
    """The file; None when it does not exist for this actor: out of sight, of a note, somebody's unsent one, erased."""
    file = Attachment.objects.filter(pk=file_id).first()
    if file is None:
        return None
    try:
        found = load_demande(actor, file.dossier_id)
        if found is not None:
            return ReadableFile(file, key_for(found), found) if _is_for(actor, found, file) else None
        if Draft.objects.filter(pk=file.dossier_id, author_id=actor.user_id).exists():
            return ReadableFile(file, key_of(file.dossier_id), None)
    except Erased:
        return None
    return None


def _is_for(actor: Actor, demande: Demande, file: Attachment) -> bool:
    if file.purpose == Purpose.WAITING:
        return file.uploader_id == actor.user_id
    return file.audience == Audience.ALL or decisions.may_read_notes(actor, demande)


def rank_of(actor: Actor, found: ReadableFile) -> int:
    """The place of a file among those this side reads: what tells two downloads apart, without its name.

    Counting the files of notes would tell the author's side that there are some.
    """
    file = found.file
    rows = Attachment.objects.filter(dossier_id=file.dossier_id, created_at__lte=file.created_at)
    if found.demande is None or not decisions.may_read_notes(actor, found.demande):
        rows = rows.filter(audience=Audience.ALL)
    return rows.filter(~Q(purpose=Purpose.WAITING) | Q(uploader_id=actor.user_id)).count()
