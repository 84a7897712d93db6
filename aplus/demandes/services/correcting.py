"""Correcting and withdrawing one's own message (demandes.md §5)."""

from dataclasses import replace
from uuid import UUID

from aplus.attachments import services as attachments
from aplus.attachments.models import Attachment
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.content import Said
from aplus.demandes.models import Audience, Message, Reading, ReplyAct
from aplus.demandes.queries.messages import message_of
from aplus.demandes.rules.correcting import LastRead, Written, is_fresh
from aplus.demandes.services import telling
from aplus.demandes.services.acting import NOT_ARCHIVED, Act, acting, require_state
from aplus.demandes.services.mandat import require_in_force
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import AUTHOR_KINDS, Side
from aplus.vault.keys import Place

WITHDRAWN = "Ce message est déjà retiré."
TOO_LATE = "Ce message ne se corrige plus : il a été lu, ou il date de plus de quinze minutes. Vous pouvez le retirer."
CORRECTED_MEANWHILE = "Vous avez corrigé ce message entre-temps, dans une autre page : relisez-le."
NOT_EMPTY = "Écrivez votre message, ou retirez-le."
UNCHANGED = "Le texte n’a pas changé."
NEEDS_REASON = "Dites pourquoi vous retirez ce message : qui pouvait le lire verra ce motif."


def correct(actor: Actor, demande_id: UUID, message_id: UUID, text: str, *, seen: str | None, key: UUID) -> None:
    """Replace the text; raises Overtaken (read, too old, withdrawn, corrected meanwhile), Refused, Unknown, NotAllowed.

    `seen`: the correction that the form knew, '' for none; None when it does not say.
    """
    with acting(actor, demande_id, decisions.may_read, key=key, journal_act="correction") as act:
        message = _own(act, message_id)
        require_in_force(act)
        if not _is_fresh(act, message):
            raise Overtaken(TOO_LATE)
        if seen is not None and seen != version_of(message):
            raise Overtaken(CORRECTED_MEANWHILE)
        place = Place("message", "sealed", message.id)
        before = Said.from_json(act.key.open_json(place, bytes(message.sealed)))
        _require_sound(act, message, before, text)
        message.sealed = act.key.seal_json(place, replace(before, text=text).to_json())
        message.corrected_at = act.at
        message.save(update_fields=["sealed", "corrected_at"])
        _show(act, message)


def withdraw(actor: Actor, demande_id: UUID, message_id: UUID, reason: str, *, key: UUID) -> None:
    """Destroy the text and the files; the line stays, with its reason: raises the same.

    A message that nobody has read yet needs no reason: there is nobody to give it to.
    """
    with acting(actor, demande_id, decisions.may_read, key=key, journal_act="retrait") as act:
        message = _own(act, message_id)
        if not reason and not _is_fresh(act, message):
            raise Refused.because(NEEDS_REASON, "motif")
        for file in Attachment.objects.filter(dossier_id=act.demande.id, message_id=message.id):
            attachments.discard(file)
        message.sealed = b""
        message.withdrawn_at = act.at
        message.withdrawn_by_id = actor.user_id
        message.reason_sealed = act.key.seal(Place("message", "reason", message.id), reason) if reason else None
        message.save(update_fields=["sealed", "withdrawn_at", "withdrawn_by", "reason_sealed"])
        _show(act, message)
        is_note = message.audience == Audience.INSTRUCTEURS
        told = telling.told_of(act, message.created_at, is_for_author=not is_note)
        telling.tell(act, "retrait-note" if is_note else "retrait-message", told)


def version_of(message: Message) -> str:
    """Which correction of a message this is, as its form says it."""
    return message.corrected_at.isoformat() if message.corrected_at else ""


def _own(act: Act, message_id: UUID) -> Message:
    found = message_of(act.actor, act.demande, message_id)
    if found is None:
        raise Unknown
    if not decisions.may_change_message(act.actor, found):
        raise NotAllowed
    require_state(act, *NOT_ARCHIVED)
    if found.message.withdrawn_at is not None:
        raise Overtaken(WITHDRAWN)
    return found.message


def _is_fresh(act: Act, message: Message) -> bool:
    """Decided with the reading marks held: who reads at this moment waits, then reads what is left."""
    authors = {person.user_id for person in act.participants if person.kind in AUTHOR_KINDS}
    rows = Reading.objects.select_for_update().filter(demande=act.demande).values_list("user_id", "last_at")
    readings = [LastRead(user_id, at, user_id in authors) for user_id, at in rows]
    return is_fresh(written(message), readings, act.at)


def written(message: Message) -> Written:
    """What the rule reads of a message."""
    return Written(
        message.author_id, message.created_at, message.side == Side.AUTHOR, message.audience == Audience.INSTRUCTEURS
    )


def _require_sound(act: Act, message: Message, before: Said, text: str) -> None:
    has_files = Attachment.objects.filter(dossier_id=act.demande.id, message_id=message.id).exists()
    may_be_empty = (before.infos or before.proposed or has_files) and message.act != ReplyAct.ASK_DETAILS
    if not text and not may_be_empty:
        raise Refused.because(NOT_EMPTY, "message")
    if text == before.text:
        raise Refused.because(UNCHANGED, "message")


def _show(act: Act, message: Message) -> None:
    """What changed is something new for the sides that may read it; the last word stays."""
    if message.audience == Audience.ALL:
        act.is_seen_by_author = True
