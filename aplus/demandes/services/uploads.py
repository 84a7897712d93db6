"""Files sent with a reply: kept at once, whatever becomes of the reply (demandes.md §7)."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from aplus.access.keys import refuse_used_key, use_key
from aplus.attachments import services as attachments
from aplus.attachments.models import Attachment, Purpose
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.models import Demande
from aplus.demandes.openers import key_for
from aplus.demandes.rules.life import DemandeState
from aplus.demandes.services.acting import TOO_LATE
from aplus.demandes.services.drafts import file_address
from aplus.demandes.services.mandat import is_over, require_not_over
from aplus.policy import decisions
from aplus.policy.actor import Actor


def keep(actor: Actor, demande: Demande, uploads: Sequence[attachments.Upload]) -> tuple[list[UUID], list[str]]:
    """Keep the files that can be taken, waiting for the reply; returns their ids, and why others were refused.

    None is kept on an archived demande, nor once the mandat is over: nobody writes there.
    """
    if not uploads or demande.state == DemandeState.ARCHIVED or is_over(demande, clock.now()):
        return [], []
    if actor.user_id is None or not decisions.may_reply(actor, demande):
        raise NotAllowed
    with transaction.atomic():
        kept, refusals = _accept(actor, demande, uploads)
    return [file.id for file in kept], refusals


def keep_one(actor: Actor, demande: Demande, upload: attachments.Upload, *, key: UUID) -> Attachment:
    """Keep one file sent by itself, waiting for the reply; the same `key` twice is one file.

    Raises Refused (which file and why), Overtaken (archived, or the mandat is over), AlreadyDone, NotAllowed.
    """
    if demande.state == DemandeState.ARCHIVED:
        raise Overtaken(TOO_LATE[DemandeState.ARCHIVED])
    require_not_over(demande, clock.now())
    if not decisions.may_reply(actor, demande):
        raise NotAllowed
    with transaction.atomic():
        refuse_used_key(actor, key)
        kept, refusals = _accept(actor, demande, [upload])
        if refusals:
            raise Refused({"": refusals})
        use_key(actor, key, file_address(kept[0]))
    return kept[0]


def _accept(
    actor: Actor, demande: Demande, uploads: Sequence[attachments.Upload]
) -> tuple[list[Attachment], list[str]]:
    there = list(waiting(actor, demande))
    return attachments.accept_all(actor.person_id, key_for(demande), uploads, there=there, purpose=Purpose.WAITING)


def remove(actor: Actor, demande: Demande, file_id: UUID) -> None:
    """Take away one file of this person that waits. Raises Unknown."""
    file = waiting(actor, demande).filter(pk=file_id).first()
    if file is None:
        raise Unknown
    attachments.discard(file)


def drop(actor: Actor, demande: Demande, file_ids: Sequence[UUID]) -> None:
    """Forget files that were waiting: sent a second time with the same form, or with one that cannot be taken."""
    for file in waiting(actor, demande).filter(pk__in=file_ids):
        attachments.discard(file)


def waiting(actor: Actor, demande: Demande) -> QuerySet[Attachment]:
    """This person's files waiting for a reply on this demande."""
    return Attachment.objects.filter(
        dossier_id=demande.id, uploader_id=actor.person_id, message_id=None, purpose=Purpose.WAITING
    )
