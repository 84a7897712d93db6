"""The end of a mandat: its notices, its end, and the demande archived thirty days later (demandes.md §8)."""

from datetime import datetime
from uuid import UUID

from aplus.core import clock
from aplus.demandes.models import Demande, Mandat
from aplus.demandes.queries import duty
from aplus.demandes.rules import mandat as rules
from aplus.demandes.rules.life import DemandeEvent, DemandeState
from aplus.demandes.rules.mandat import MandatStep
from aplus.demandes.services import stepping, telling
from aplus.demandes.services.acting import Act, acting
from aplus.policy import decisions
from aplus.policy.actor import SYSTEM

# Why, in the history and in the mails.
MANDAT = "mandat"


def make_steps(demande_id: UUID, mandat_id: UUID) -> None:
    """Make the steps of a mandat whose moment has come; its demande is held.

    An archived demande has none: reopened, it begins again. Nothing is archived while the author's side has nobody
    who could renew.
    """
    demande = Demande.objects.select_related("mandat").get(pk=demande_id)
    if demande.state == DemandeState.ARCHIVED:
        _plan(mandat_id, "", None)
    elif demande.mandat.next_step == MandatStep.ARCHIVE and not duty.active_aidants(demande):
        _plan(mandat_id, MandatStep.ARCHIVE, clock.now() + rules.TOLD_BEFORE_ARCHIVING)
    else:
        journal_act = "archivage" if demande.mandat.next_step == MandatStep.ARCHIVE else "fin-du-mandat"
        with acting(SYSTEM, demande_id, decisions.may_keep_time, key=None, journal_act=journal_act) as act:
            _go_on(act)


def _plan(mandat_id: UUID, step: str, at: datetime | None) -> None:
    Mandat.objects.filter(pk=mandat_id).update(next_step=step, next_step_at=at)


def _go_on(act: Act) -> None:
    """Every step whose moment has come, the last one said; a stopped worker catches up, but never archives untold."""
    mandat, made = act.demande.mandat, None
    while mandat.next_step and mandat.next_step_at is not None and mandat.next_step_at <= act.at:
        step = MandatStep(mandat.next_step)
        if stepping.note(act.demande, step, round_=mandat.ends_on.toordinal(), at=act.at):
            made = step
        planned = rules.step_following(step, mandat.ends_on, act.demande.territoire.calendar, act.at)
        mandat.next_step, mandat.next_step_at = planned or ("", None)
    mandat.save(update_fields=["next_step", "next_step_at"])
    if made is MandatStep.ARCHIVE:
        act.set_state(DemandeEvent.ARCHIVE, DemandeState.ARCHIVED, code=MANDAT)
        both = telling.author_side(act) | telling.followers_else_groupes(act, act.parts)
        telling.tell(act, "archivage", both, why=MANDAT)
    elif made is MandatStep.END:
        act.record(DemandeEvent.END_MANDAT)
        telling.tell(act, "fin-du-mandat", telling.author_side(act), day=mandat.ends_on)
    elif made is not None:
        act.record(DemandeEvent.NOTICE, day=mandat.ends_on, code=MANDAT)
        telling.tell(act, "echeance-du-mandat", telling.author_side(act), day=mandat.ends_on)
