"""Putting a colleague in the place of somebody absent, and taking them away again (demandes.md §6).

Each demande is an act of its own: a worker killed halfway, or two of them at once, do no harm, the next one goes on.
"""

from collections.abc import Callable, Iterable
from uuid import UUID, uuid5

from django.db import transaction

from aplus.accounts.models import Absence, StandIn
from aplus.core import clock
from aplus.core.errors import DomainError
from aplus.demandes.models import Message, Participant, ParticipantKind, Transition
from aplus.demandes.queries import absences, duty
from aplus.demandes.rules.absences import Moment, moment_of
from aplus.demandes.rules.life import DemandeEvent
from aplus.demandes.services import telling
from aplus.demandes.services.acting import NOT_ARCHIVED, Act, acting, require_state
from aplus.demandes.services.as_chosen import Recipients, as_chosen, as_sent
from aplus.notifications import services as notifications
from aplus.policy import decisions
from aplus.policy.actor import SYSTEM

EVENT = "absence"
# What a mail is about: its composer's words.
REPLACES, GROUPE, NOBODY, FINISHED = "remplacant", "groupe", "sans-remplacant", "fin"
PUT, STAYS, LEAVES = "remplace", "reste", "part"
OF_ABSENCES = (DemandeEvent.STAND_IN, DemandeEvent.END_STAND_IN)


class NothingToDo(DomainError):
    """Somebody else did it, or the demande has changed: this act is not written."""


def make_due() -> None:
    """Start and end what the day brought, and go on with what was left halfway."""
    for absence in absences.to_start():
        start(absence)
    for absence in absences.to_end():
        if moment_of(absence.from_date, absence.until_date, absences.today_of(absence.user_id)) is Moment.OVER:
            end(absence)
    _take_away(absences.not_taken_away())


def start(absence: Absence) -> None:
    """Put the named colleagues on the open demandes once the first day has come; tell them, and the groupes."""
    today = absences.today_of(absence.user_id)
    if moment_of(absence.from_date, absence.until_date, today) is not Moment.RUNNING:
        return
    missing = []
    for named in StandIn.objects.filter(absence=absence).order_by("groupe_id"):
        if not absences.is_aidant(named.colleague_id, named.groupe_id):
            missing.append(named)
            continue
        for demande_id in absences.left_by(absence.user_id, named.groupe_id, named.colleague_id):
            _quietly(_put, absence, named, demande_id)
    with transaction.atomic():
        running = Absence.objects.filter(pk=absence.pk, started_at=None, ended_at=None)
        if running.update(started_at=clock.now()):
            _tell_of_start(absence, missing)


def end(absence: Absence) -> None:
    """Mark it over, tell who stood in, and take them away from where they did nothing."""
    with transaction.atomic():
        now = clock.now()
        if not Absence.objects.filter(pk=absence.pk, ended_at=None).update(ended_at=now):
            return
        standing_in = Participant.objects.filter(absence=absence, until=None).values_list("user_id", flat=True)
        tell(absence, FINISHED, Recipients(people=set(standing_in)))
    _take_away(absences.not_taken_away(absence.pk))


def _take_away(people: Iterable[Participant]) -> None:
    for person in list(people):
        if person.absence is not None:
            _quietly(_remove, person.absence, person, person.demande_id)


def _quietly(one: Callable[..., None], *about: object) -> None:
    try:
        one(*about)
    except DomainError:
        return  # archived, erased, done by another worker meanwhile: nothing is to be written


def _put(absence: Absence, named: StandIn, demande_id: UUID) -> None:
    """Make the colleague a co-author for the time of the absence."""
    with transaction.atomic():
        # Held until the end: an absence cancelled at the same moment sees this row, or stops it.
        if not Absence.objects.select_for_update().filter(pk=absence.pk, ended_at=None).exists():
            raise NothingToDo
        with acting(SYSTEM, demande_id, decisions.may_keep_time, key=None, journal_act="remplacement") as act:
            require_state(act, *NOT_ARCHIVED)
            person = act.join(named.colleague_id, ParticipantKind.CO_AUTHOR, named.groupe_id)
            if person is None or not _is_on_it(act, absence.user_id):
                raise NothingToDo
            person.absence = absence
            person.save(update_fields=["absence"])
            _record(act, DemandeEvent.STAND_IN, absence, person.user_id)
            telling.tell(act, EVENT, telling.author_side_in_app(act), about=person.user_id, why=PUT)


def _is_on_it(act: Act, person_id: UUID) -> bool:
    return any(one.user_id == person_id and one.kind in decisions.AUTHOR_KINDS for one in act.participants)


def _record(act: Act, event: DemandeEvent, absence: Absence, colleague_id: UUID, code: str = "") -> None:
    """The line of the thread: the colleague, and whom they stand in for until when."""
    day = absence.until_date if event is DemandeEvent.STAND_IN else None
    act.record(event, target_id=colleague_id, for_id=absence.user_id, day=day, code=code)


def _remove(absence: Absence, standing_in: Participant, demande_id: UUID) -> None:
    """Take the colleague away, unless they acted or nobody else is left; an erased demande has no thread any more."""
    if standing_in.erased_at is not None:
        Participant.objects.filter(pk=standing_in.pk).update(until=clock.now(), absence=None)
        return
    with acting(SYSTEM, demande_id, decisions.may_keep_time, key=None, journal_act="fin-de-remplacement") as act:
        person = next((one for one in act.participants if one.pk == standing_in.pk), None)
        if person is None or person.absence_id != absence.pk:
            raise NothingToDo
        person.absence = None
        stays = _has_acted(person) or not telling.active_authors(act) - {person.user_id}
        if not stays:
            act.participants.remove(person)
            person.until = act.at
        person.save(update_fields=["absence", "until"])
        became = STAYS if stays else LEAVES
        _record(act, DemandeEvent.END_STAND_IN, absence, person.user_id, became)
        telling.tell(act, EVENT, telling.author_side_in_app(act), about=person.user_id, why=became)


def _has_acted(person: Participant) -> bool:
    """A message or a move of theirs since they stand in; reading is no act, nor is being absent in their turn."""
    since = {"demande_id": person.demande_id}
    if Message.objects.filter(author_id=person.user_id, created_at__gte=person.since, **since).exists():
        return True
    moves = Transition.objects.filter(actor_id=person.user_id, at__gte=person.since, **since)
    return moves.exclude(event__in=OF_ABSENCES).exists()


def _tell_of_start(absence: Absence, missing: list[StandIn]) -> None:
    for named in StandIn.objects.filter(absence=absence).exclude(pk__in=[one.pk for one in missing]):
        tell(absence, REPLACES, Recipients(always={named.colleague_id}), groupe_id=named.groupe_id)
    for named in missing:
        tell(absence, NOBODY, Recipients(people=duty.responsables(named.groupe_id)), groupe_id=named.groupe_id)
    for groupe, number in absences.followed_parts(absence.user_id):
        tell(absence, GROUPE, as_sent([groupe], but=[absence.user_id]), groupe_id=groupe.pk, number=number)


def tell(
    absence: Absence,
    what: str,
    recipients: Recipients,
    *,
    groupe_id: UUID | None = None,
    number: int = 0,
    by_id: UUID | None = None,
) -> None:
    """To each as they chose, about the absence and no demande; the same twice is once."""
    told = as_chosen(recipients)
    codes: dict[str, str | int | bool] = {"quoi": what, "absence": str(absence.pk), "nombre": number}
    if groupe_id is not None:
        codes["groupe"] = str(groupe_id)
    if by_id is not None:
        codes["acteur"] = str(by_id)
    notifications.tell(
        act_id=uuid5(absence.pk, f"{what} {groupe_id or ''}"),
        event=EVENT,
        at=clock.now(),
        people=told.people,
        mailboxes=recipients.mailboxes,
        grouped=told.moments,
        in_app=told.in_app,
        codes=codes,
    )
