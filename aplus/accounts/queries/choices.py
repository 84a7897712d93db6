"""Reading what people choose to be told, for those who write to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Subquery

from aplus.accounts.models import MailChoice, User
from aplus.accounts.rules.choices import next_grouped
from aplus.annuaire.models import Territoire
from aplus.core import clock


@dataclass(frozen=True)
class MailPlan:
    """How a person hears of what happens, and when their next grouped mail leaves."""

    choice: MailChoice
    next_grouped: datetime


def mail_plans(people: Iterable[UUID]) -> dict[UUID, MailPlan]:
    """What each of these people chose; in the time of the first territoire of their groupes. One query."""
    now = clock.now()
    places = Territoire.objects.filter(groupes__memberships__user=OuterRef("pk"), groupes__closed_at=None)
    place = places.order_by("groupes__sort_key", "groupes__pk", "code").values("timezone")[:1]
    rows = User.objects.filter(pk__in=list(people)).values_list("pk", "mail_choice", "mail_hours", Subquery(place))
    return {
        person_id: MailPlan(MailChoice(choice), next_grouped(now, hours, timezone or settings.TIME_ZONE))
        for person_id, choice, hours, timezone in rows
    }
