"""The groupes of one person with what waits in each, and what the page of one groupe adds to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from aplus.accounts.models import Membership, Proposal
from aplus.annuaire.models import Groupe, Organisme
from aplus.demandes.models import Part
from aplus.demandes.models.holders import OPEN_PART
from aplus.policy.actor import Actor


@dataclass(frozen=True)
class MyGroupe:
    """One of my groupes, and its counts of now."""

    groupe: Groupe
    members: int
    # Parts of open demandes: that nobody follows, and those whose day is past.
    alone: int
    overdue: int
    # Arrivals, departures and returns that nobody decided yet.
    proposals: int


def mine(actor: Actor, now: datetime) -> list[MyGroupe]:
    """The groupes the actor belongs to, by name, in two queries whatever their number; closed ones give no right."""
    rows = Groupe.objects.filter(pk__in=actor.groupe_ids).select_related("organisme").prefetch_related("territoires")
    held = Membership.objects.filter(groupe=OuterRef("pk"), user__is_active=True)
    waiting = Part.objects.filter(OPEN_PART, groupe=OuterRef("pk"))
    rows = rows.annotate(
        members_now=_count(held),
        alone_now=_count(waiting.filter(followed_by=None)),
        overdue_now=_count(waiting.filter(due_at__lt=now)),
        proposals_now=_count(Proposal.objects.filter(groupe=OuterRef("pk"), decided_at=None)),
    )
    return [
        MyGroupe(groupe, counted.members_now, counted.alone_now, counted.overdue_now, counted.proposals_now)
        for groupe in rows.order_by("sort_key", "pk")
        for counted in [cast("Any", groupe)]
    ]


def accepted_names(groupe: Groupe) -> list[str]:
    """The organismes whose structures alone may address it; none when all may: no query then."""
    if not groupe.accepts:
        return []
    return list(Organisme.objects.filter(pk__in=groupe.accepts).values_list("acronym", flat=True))


def organismes() -> Sequence[Organisme]:
    """All of them, by the name people say."""
    return list(Organisme.objects.all())


def _count(rows: QuerySet[Any]) -> Any:
    """How many of these rows belong to the groupe; each is a range of an index of its own."""
    number = rows.order_by().values("groupe").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)
