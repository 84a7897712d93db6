"""Reading the members of a groupe, what changed among them, and one member for those who manage them."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery

from aplus.accounts.models import Absence, Membership, MembershipChange
from aplus.accounts.queries.persons import Member
from aplus.accounts.rules import life
from aplus.annuaire.models import Groupe
from aplus.gestion.queries.groupes import groupe
from aplus.policy import decisions
from aplus.policy.actor import Actor


def members_of(found: Groupe, today: date) -> list[Membership]:
    """Everybody, closed accounts included, by name, with `absent_until`; one query."""
    away = Absence.objects.filter(user=OuterRef("user"), ended_at=None, from_date__lte=today, until_date__gte=today)
    last = away.order_by().values("user").annotate(last=Max("until_date")).values("last")
    rows = Membership.objects.filter(groupe=found, user__deleted_at=None).select_related("user")
    return list(rows.annotate(absent_until=Subquery(last)).order_by("user__sort_key", "user_id"))


def changes_of(found: Groupe, now: datetime) -> list[MembershipChange]:
    """What happened to the members in the last twelve months, newest first; one query."""
    since = life.after_months(now, -life.HISTORY_KEPT)
    rows = MembershipChange.objects.filter(groupe=found, at__gt=since).select_related("user", "by")
    return list(rows.order_by("-at", "pk"))


def member(actor: Actor, groupe_id: UUID, user_id: UUID) -> Member | None:
    """Somebody in a groupe that the actor sees; without membership for who may not manage it (403 in any case)."""
    found = groupe(actor, groupe_id)
    if found is None:
        return None
    if not decisions.may_manage_members(actor, found):
        return Member(user_id, found)
    rows = Membership.objects.filter(groupe=found, user_id=user_id, user__deleted_at=None).select_related("user")
    return Member(user_id, found, rows.first())
