"""Saying that one is away, or that a member of one's groupe is; and coming back earlier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction

from aplus.access.keys import use_key
from aplus.accounts.models import Absence, Membership, StandIn, User
from aplus.core import clock
from aplus.core.errors import Overtaken, Refused, Unknown
from aplus.demandes.queries import absences
from aplus.demandes.rules.absences import problems_of
from aplus.demandes.services import standing_in
from aplus.demandes.services.as_chosen import Recipients
from aplus.journal import services as journal
from aplus.policy.actor import Actor

SET_BY_OTHER, CANCELLED_BY_OTHER = "posee", "annulee"
OVERLAPS = "Une absence est déjà prévue sur une partie de ces jours\u00a0: mettez-y fin d’abord."


@dataclass(frozen=True)
class Days:
    """Both days are days away; `colleagues` names who stands in, by structure."""

    first: date
    last: date
    colleagues: Mapping[UUID, UUID] = field(default_factory=dict)


def plan_own(actor: Actor, days: Days, *, key: UUID, location: str) -> None:
    """One's own absence."""
    _plan(actor, actor.person_id, days, key=key, location=location)


def plan_for(actor: Actor, groupe_id: UUID, member_id: UUID, days: Days, *, key: UUID, location: str) -> None:
    """The absence of an active member of one's groupe; the stand-in is for this groupe only. The member is told.

    Never oneself: who stands in reads the demandes, and nobody gives themselves those of somebody else (product.md §5).
    """
    member = Membership.objects.filter(user_id=member_id, groupe_id=groupe_id, user__is_active=True)
    if not member.exists() or set(days.colleagues) - {groupe_id} or actor.user_id in days.colleagues.values():
        raise Unknown
    _plan(actor, member_id, days, key=key, location=location)


def _plan(actor: Actor, person_id: UUID, days: Days, *, key: UUID, location: str) -> None:
    """Write it, and start it at once when its first day has come; raises Refused, Unknown, AlreadyDone."""
    with transaction.atomic():
        # One absence at a time for one person, whoever writes it.
        User.objects.select_for_update().get(pk=person_id)
        use_key(actor, key, location)
        if problems := problems_of(days.first, days.last, absences.today_of(person_id)):
            raise Refused(problems)
        if absences.overlaps(person_id, days.first, days.last):
            raise Refused.because(OVERLAPS, "du")
        _require_colleagues(person_id, days)
        absence = Absence.objects.create(
            user_id=person_id,
            from_date=days.first,
            until_date=days.last,
            set_by_id=actor.user_id,
            created_at=clock.now(),
        )
        StandIn.objects.bulk_create(
            StandIn(absence=absence, groupe_id=groupe_id, colleague_id=colleague_id)
            for groupe_id, colleague_id in days.colleagues.items()
        )
        _leave_trail(actor, absence, "absence", SET_BY_OTHER)
    standing_in.start(absence)


def _require_colleagues(person_id: UUID, days: Days) -> None:
    """Each named colleague is another active aidant of a structure where the absent person is an aidant."""
    known = {(one.groupe_id, one.user_id) for one in absences.aidants_beside(person_id)}
    if not known.issuperset(days.colleagues.items()):
        raise Unknown


def finish_early(actor: Actor, absence: Absence, *, key: UUID, location: str) -> None:
    """Cancel a coming absence, or end one that runs; raises Overtaken when it is over already."""
    with transaction.atomic():
        use_key(actor, key, location)
        if not Absence.objects.select_for_update().filter(pk=absence.pk, ended_at=None).exists():
            raise Overtaken("Cette absence est déjà finie.")
        _leave_trail(actor, absence, "fin-d-absence", CANCELLED_BY_OTHER)
    standing_in.end(absence)


def _leave_trail(actor: Actor, absence: Absence, act: str, told: str) -> None:
    journal.write(actor, act, kind="absence", thing_id=absence.pk, codes={"pour": str(absence.user_id)})
    if actor.user_id != absence.user_id:
        standing_in.tell(absence, told, Recipients(people={absence.user_id}), by_id=actor.person_id)
