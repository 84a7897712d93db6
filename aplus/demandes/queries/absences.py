"""Reading absences: whose day it is, what is planned, who may stand in, what the absent person follows."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet

from aplus.accounts.models import Absence, Membership, StandIn
from aplus.annuaire.models import Groupe, Territoire
from aplus.annuaire.rules import Calendar, local_day
from aplus.core import clock
from aplus.demandes.models import Demande, Participant
from aplus.demandes.rules.life import OPEN_PARTS, DemandeState
from aplus.policy.decisions import AUTHOR_KINDS

# No place is more than a day ahead of the universal day.
AHEAD = timedelta(days=1)


def today_of(person_id: UUID) -> date:
    """The day it is where this person works: the first territoire of their first structure, else of their groupes."""
    places = Territoire.objects.filter(groupes__memberships__user=person_id, groupes__closed_at=None)
    place = places.order_by("-groupes__memberships__is_aidant", "groupes__sort_key", "code").first()
    return local_day(clock.now(), place.calendar if place else Calendar(settings.TIME_ZONE))


def planned(people: Iterable[UUID]) -> list[Absence]:
    """The absences of these people that are not over, soonest first, with who stands in where."""
    named = StandIn.objects.select_related("groupe", "colleague").order_by("groupe__sort_key")
    rows = Absence.objects.filter(user__in=list(people), ended_at=None, until_date__gte=clock.now().date() - AHEAD)
    return list(rows.select_related("user", "set_by").prefetch_related(Prefetch("named", named)).order_by("from_date"))


def overlaps(person_id: UUID, first: date, last: date) -> bool:
    """Whether some of these days are days away already."""
    rows = Absence.objects.filter(user_id=person_id, ended_at=None, from_date__lte=last, until_date__gte=first)
    return rows.exists()


def aidants_beside(person_id: UUID) -> list[Membership]:
    """In each structure where this person holds *aidant*, the other active aidants; by structure, then by name."""
    structures = Membership.objects.filter(user_id=person_id, is_aidant=True, groupe__closed_at=None).values("groupe")
    rows = Membership.objects.filter(groupe__in=structures, is_aidant=True, user__is_active=True)
    rows = rows.exclude(user_id=person_id).select_related("groupe", "user")
    return list(rows.order_by("groupe__sort_key", "groupe_id", "user__sort_key", "user_id"))


def is_aidant(person_id: UUID, groupe_id: UUID) -> bool:
    """An active aidant of this structure, at this moment."""
    rows = Membership.objects.filter(user_id=person_id, groupe_id=groupe_id, groupe__closed_at=None, is_aidant=True)
    return rows.filter(user__is_active=True).exists()


def left_by(person_id: UUID, structure_id: UUID, colleague_id: UUID) -> Sequence[UUID]:
    """The open demandes of a structure where this person is on the author's side, and the colleague is not at all."""
    here = Participant.objects.filter(user_id=colleague_id, until=None).values("demande")
    own = Participant.objects.filter(user_id=person_id, until=None, kind__in=AUTHOR_KINDS)
    rows = own.filter(demande__structure_id=structure_id).exclude(demande_state=DemandeState.ARCHIVED)
    return list(rows.exclude(demande__in=here).order_by("demande_id").values_list("demande_id", flat=True))


def held_by(colleague_id: UUID, absence: Absence, structure_id: UUID) -> list[int]:
    """The numbers of the demandes of a structure that a colleague holds for this absence."""
    rows = Demande.objects.filter(
        participants__user=colleague_id,
        participants__absence=absence,
        participants__until=None,
        structure_id=structure_id,
    )
    return list(rows.order_by("number").values_list("number", flat=True))


def followed_parts(person_id: UUID) -> list[tuple[Groupe, int]]:
    """The groupes where this person is an instructeur, with how many open parts they follow there."""
    rows = Membership.objects.filter(user_id=person_id, is_instructeur=True, groupe__closed_at=None)
    is_open = Q(groupe__parts__followed_by=person_id, groupe__parts__state__in=sorted(OPEN_PARTS))
    is_open &= ~Q(groupe__parts__demande_state=DemandeState.ARCHIVED)
    counted = rows.annotate(number=Count("groupe__parts", filter=is_open)).filter(number__gt=0)
    return [(row.groupe, row.number) for row in counted.select_related("groupe").order_by("groupe_id")]


def to_start() -> QuerySet[Absence]:
    """Those that may have begun somewhere and have no stand-in yet."""
    rows = Absence.objects.filter(started_at=None, ended_at=None, from_date__lte=clock.now().date() + AHEAD)
    return rows.order_by("from_date", "pk")


def to_end() -> QuerySet[Absence]:
    """Those that may be over somewhere."""
    return Absence.objects.filter(ended_at=None, until_date__lte=clock.now().date()).order_by("until_date", "pk")


def not_taken_away(absence_id: UUID | None = None) -> QuerySet[Participant]:
    """The people who still stand in for an absence that is over (this one, or any)."""
    rows = Participant.objects.filter(absence__ended_at__isnull=False, until=None).select_related("absence")
    return rows.order_by("demande_id") if absence_id is None else rows.filter(absence=absence_id).order_by("demande_id")
