"""Archiving, reopening, still blocked, news: what ends a demande and what brings it back."""

from uuid import UUID

from aplus.demandes.content import Said
from aplus.demandes.rules.life import DemandeEvent, DemandeState, PartEvent, PartState, demande_state
from aplus.demandes.services import reply_drafts, telling
from aplus.demandes.services.acting import NOT_ARCHIVED, acting, require_state
from aplus.demandes.services.mandat import require_in_force, schedule
from aplus.policy import decisions
from aplus.policy.actor import Actor


def archive(actor: Actor, demande_id: UUID, *, unblocked: str, remark: str, key: UUID) -> None:
    """Close the demande; `unblocked` is "oui", "en_partie" or "non"."""
    with acting(actor, demande_id, decisions.may_archive, key=key, journal_act="archivage") as act:
        require_state(act, *NOT_ARCHIVED)
        act.demande.is_unblocked = unblocked
        act.set_state(DemandeEvent.ARCHIVE, DemandeState.ARCHIVED, code=unblocked, reason=remark)
        reply_drafts.erase_all(demande_id)
        telling.tell(act, "archivage", telling.followers_else_groupes(act, act.parts))


def say_still_blocked(actor: Actor, demande_id: UUID, *, text: str, key: UUID) -> None:
    """Send a processed demande back to the groupes that had processed it."""
    with acting(actor, demande_id, decisions.may_say_still_blocked, key=key, journal_act="toujours-bloque") as act:
        require_in_force(act)
        require_state(act, DemandeState.PROCESSED)
        act.write(Said(text))
        for part in act.parts:
            if part.state == PartState.PROCESSED:
                act.move(part, PartEvent.STILL_BLOCKED)
        telling.tell(act, "toujours-bloque", telling.followers_else_groupes(act, act.parts))


def reopen(actor: Actor, demande_id: UUID, *, text: str, key: UUID) -> None:
    """Open an archived demande again."""
    with acting(actor, demande_id, decisions.may_reopen, key=key, journal_act="reouverture") as act:
        require_in_force(act)
        require_state(act, DemandeState.ARCHIVED)
        act.write(Said(text))
        for part in act.parts:
            if part.state != PartState.NOT_COMPETENT:
                act.move(part, PartEvent.REOPEN)
        act.set_state(DemandeEvent.REOPEN, demande_state(PartState(part.state) for part in act.parts))
        act.demande.is_unblocked = ""
        schedule(act.demande.mandat, act.demande, act.at)
        act.demande.mandat.save()
        telling.tell(act, "reouverture", telling.followers_else_groupes(act, act.parts))


def bring_news(actor: Actor, demande_id: UUID, *, text: str, key: UUID) -> None:
    """One line to the author's side of an archived demande."""
    with acting(actor, demande_id, decisions.may_bring_news, key=key, journal_act="nouveau") as act:
        require_in_force(act)
        require_state(act, DemandeState.ARCHIVED)
        act.write(Said(text))
        act.record(DemandeEvent.NEWS)
        telling.tell(act, "nouveau", telling.author_side(act))
