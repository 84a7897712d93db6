"""Reading what people choose to be told, for those who write to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from aplus.accounts.models import DigestChoice, MailChoice, Membership, User
from aplus.accounts.rules.choices import next_grouped
from aplus.annuaire.models import Territoire
from aplus.core import clock


@dataclass(frozen=True)
class MailPlan:
    """How a person hears of what happens, and when their next grouped mail leaves."""

    choice: MailChoice
    next_grouped: datetime


def summary_readers() -> QuerySet[User]:
    """Who is told each week what waits (notifications.md §2).

    Those who chose it, and the responsables, unless they chose otherwise or no mail at all.
    """
    manages = Membership.objects.filter(user=OuterRef("pk"), is_responsable=True, groupe__closed_at=None)
    by_default = Q(weekly_summary=None) & ~Q(mail_choice=MailChoice.NONE) & Q(Exists(manages))
    return User.objects.filter(Q(weekly_summary=True) | by_default, is_active=True)


def summary_clocks() -> dict[UUID, str]:
    """The time zone of each of them: of the first territoire of their groupes."""
    clock_there = Coalesce(Subquery(_clock()), Value(settings.TIME_ZONE))
    return dict(summary_readers().order_by().values_list("pk", clock_there))


def mail_plans(people: Iterable[UUID]) -> dict[UUID, MailPlan]:
    """What each of these people chose; in the time of the first territoire of their groupes. One query."""
    now = clock.now()
    rows = User.objects.filter(pk__in=list(people)).values_list("pk", "mail_choice", "mail_hours", Subquery(_clock()))
    return {
        person_id: MailPlan(MailChoice(choice), next_grouped(now, hours, timezone or settings.TIME_ZONE))
        for person_id, choice, hours, timezone in rows
    }


def is_anybody_told(groupe_id: UUID, *, but: UUID | None = None) -> bool:
    """Whether an instructeur of the groupe, another than `but`, hears of its new demandes by mail."""
    there = Membership.objects.filter(groupe=groupe_id, is_instructeur=True, user__is_active=True)
    told = there.exclude(new_demandes=DigestChoice.NONE).exclude(user__mail_choice=MailChoice.NONE)
    return told.exclude(user=but).exists() if but else told.exists()


def _clock() -> QuerySet[Territoire, Any]:
    """The time zone of the first territoire of a person's groupes, for a subquery of their row."""
    places = Territoire.objects.filter(groupes__memberships__user=OuterRef("pk"), groupes__closed_at=None)
    return places.order_by("groupes__sort_key", "groupes__pk", "code").values("timezone")[:1]
