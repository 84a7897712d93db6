"""Archiving by itself after its notices, and asking for a hand-over when the author's side is empty (demandes.md §2).

A side left empty never closes anything: nothing is archived by itself while the author's side has no active aidant,
nor for six months without news while no addressed groupe has an active instructeur.
"""

from datetime import datetime
from uuid import UUID

from aplus.annuaire.rules import last_day_of, local_day
from aplus.core import clock
from aplus.demandes.models import Demande
from aplus.demandes.queries import duty
from aplus.demandes.rules import idle
from aplus.demandes.rules.idle import DemandeStep
from aplus.demandes.rules.life import DemandeEvent, DemandeState
from aplus.demandes.services import stepping, telling, timing
from aplus.demandes.services.acting import Act, acting
from aplus.demandes.services.as_chosen import Recipients
from aplus.demandes.services.escalating import LAST_RESORT, NOBODY
from aplus.demandes.services.telling import Role
from aplus.policy import decisions
from aplus.policy.actor import SYSTEM

CHUNK = 1000
# Why a demande is archived by itself: in the history and in the mail.
PROCESSED, IDLE = "traitee", "inactive"


def make_steps(demande_id: UUID, _row_id: UUID) -> None:
    """Make the step of a demande whose moment has come; its row is held."""
    demande = Demande.objects.select_related("territoire").get(pk=demande_id)
    is_empty = not duty.active_aidants(demande)
    if demande.next_step in idle.HAND_OVER:
        _go_on_asking(demande, is_empty=is_empty)
    elif is_empty:
        _ask_hand_over(demande, None)
    elif demande.next_step in idle.IDLE_CHAIN and not _is_handled(demande):
        _postpone(demande, clock.now() + idle.LOOK_AGAIN)
    else:
        _go_on(demande)


def find_left_alone() -> None:
    """Each day: have those who can hand over asked for every open demande whose author's side is empty."""
    open_rows = Demande.objects.exclude(state=DemandeState.ARCHIVED)
    after = None
    while True:
        rows = open_rows if after is None else open_rows.filter(acted_at__gt=after)
        chunk = list(rows.order_by("acted_at").values_list("pk", "acted_at")[:CHUNK])
        if not chunk:
            return
        last = chunk[-1][1]
        # Acts of the same moment are never cut in two.
        within = rows.filter(acted_at__lte=last).exclude(next_step__in=idle.HAND_OVER)
        duty.without_active_aidant(within).update(next_step=DemandeStep.ASK_RESPONSABLES, next_step_at=clock.now())
        after = last


def _is_handled(demande: Demande) -> bool:
    return duty.has_active_instructeur(demande.parts.values_list("groupe_id", flat=True))


def _postpone(demande: Demande, at: datetime) -> None:
    """Look again later, without a line: nothing has happened."""
    Demande.objects.filter(pk=demande.pk).update(next_step_at=at)


def _go_on(demande: Demande) -> None:
    """The notices whose moment has come, the last one told; or archiving."""
    step = DemandeStep(demande.next_step)
    journal_act = "archivage" if step in idle.ARCHIVINGS else "preavis"
    with acting(SYSTEM, demande.id, decisions.may_keep_time, key=None, journal_act=journal_act) as act:
        if step in idle.ARCHIVINGS:
            _archive(act, step)
        else:
            _give_notice(act)


def _note(act: Act, step: DemandeStep) -> bool:
    """Each step once a day at most; its order is kept by `next_step`, under the demande's lock."""
    day = local_day(act.at, act.demande.territoire.calendar)
    return stepping.note(act.demande, step, round_=day.toordinal(), at=act.at)


def _give_notice(act: Act) -> None:
    demande = act.demande
    step, is_new = DemandeStep(demande.next_step), False
    while step in idle.NOTICES and demande.next_step_at is not None and demande.next_step_at <= act.at:
        is_new = _note(act, step) or is_new
        demande.noticed_at = act.at
        timing.plan_demande(demande, done=step)
        step = DemandeStep(demande.next_step)
    if is_new:
        _tell_notice(act)


def _tell_notice(act: Act) -> None:
    demande = act.demande
    day = last_day_of(idle.archiving_at(timing.demande_time(demande), act.at), demande.territoire.calendar)
    is_processed = demande.state == DemandeState.PROCESSED
    act.record(DemandeEvent.NOTICE, day=day, code=PROCESSED if is_processed else IDLE)
    told = telling.author_side(act)
    if not is_processed:
        told |= telling.followers_else_groupes(act, act.parts)
    telling.tell(act, "preavis", told, day=day, why=PROCESSED if is_processed else IDLE)


def _archive(act: Act, step: DemandeStep) -> None:
    why = PROCESSED if step is DemandeStep.PROCESSED_ARCHIVE else IDLE
    _note(act, step)
    act.set_state(DemandeEvent.ARCHIVE, DemandeState.ARCHIVED, code=why)
    both = telling.author_side(act) | telling.followers_else_groupes(act, act.parts)
    telling.tell(act, "archivage", both, why=why)


def _go_on_asking(demande: Demande, *, is_empty: bool) -> None:
    step = DemandeStep(demande.next_step)
    if not is_empty:
        timing.plan_demande(demande, done=None)
        demande.save(update_fields=["next_step", "next_step_at", "noticed_at"])
    elif step is DemandeStep.WAIT:
        _postpone(demande, clock.now() + idle.LOOK_AGAIN)
    else:
        _ask_hand_over(demande, step)


def _ask_hand_over(demande: Demande, step: DemandeStep | None) -> None:
    """Ask the responsables, later the superviseurs; nobody there: the next at once, in the end the administrateurs."""
    with acting(SYSTEM, demande.id, decisions.may_keep_time, key=None, journal_act="passation-demandee") as act:
        asked, people = step or DemandeStep.ASK_RESPONSABLES, set[UUID]()
        while asked is not DemandeStep.WAIT and not people:
            role, people = _ask(act, asked)
            planned = idle.next_hand_over(asked, act.at, act.demande.territoire.calendar, is_anyone_told=bool(people))
            timing.set_planned(act.demande, planned)
            asked = planned.step
        if not people:
            role, people = Role.ADMINISTRATEUR, _of_role(act, Role.ADMINISTRATEUR)
            act.record(DemandeEvent.ASK_HAND_OVER, code=LAST_RESORT)
        telling.tell(act, "passation-demandee", Recipients(people=people), role=role)


def _ask(act: Act, step: DemandeStep) -> tuple[Role, set[UUID]]:
    """Who is asked at this step, its line left."""
    role = Role.RESPONSABLE if step is DemandeStep.ASK_RESPONSABLES else Role.SUPERVISEUR
    people = _of_role(act, role)
    _note(act, step)
    act.record(DemandeEvent.ASK_HAND_OVER, code=f"{role}s" if people else f"{role}s-{NOBODY}")
    return role, people


def _of_role(act: Act, role: Role) -> set[UUID]:
    return telling.of_role(act.demande, act.demande.structure, role)
