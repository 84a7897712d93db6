"""Loading one demande inside what the actor may see, with what decisions read of it."""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, cast
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from aplus.accounts.models import Absence
from aplus.annuaire.rules import local_day
from aplus.core import clock
from aplus.core.prepared import Prepared, stand_in
from aplus.demandes.models import Demande, DemandeQuerySet, Part, Participant
from aplus.demandes.queries.reply_drafts import with_the_demande
from aplus.demandes.queries.shapes import SHAPES_KEPT, Shape, actor_of, shape_of, values_of
from aplus.policy.actor import Actor

NEEDED = ("territoire", "thematique", "structure__organisme", "author", "mandat")


@dataclass(frozen=True, slots=True)
class OnIt:
    """A person on a demande by name: the three facts that decisions read."""

    user_id: UUID
    kind: str
    via_groupe_id: UUID | None


def demande(actor: Actor, demande_id: UUID) -> Demande | None:
    """The demande with its parts, its people and its wrapped secret; None when it does not exist for this actor."""
    if not actor.is_signed_in:
        return None
    for found in _one(shape_of(actor)).models(demande=demande_id, **values_of(actor)):
        today = local_day(clock.now(), found.territoire.calendar)
        found.part_list = _its_parts().models(demande=demande_id, today=today)
        found.participant_list = [_fact(value) for value in cast("_Annotated", found).people]
        return found
    return None


@lru_cache(maxsize=SHAPES_KEPT)
def _one(shape: Shape) -> Prepared[Demande]:
    actor, demande_id = actor_of(shape), stand_in("demande")
    people = ArraySubquery(
        Participant.objects.filter(demande=OuterRef("pk"), until=None).values(
            fact=JSONObject(user="user_id", kind="kind", via="via_groupe_id")
        )
    )
    rows = _with_secret(Demande.objects.visible_to(actor)).annotate(people=people, reply_draft=with_the_demande(actor))
    return Prepared(rows.filter(pk=demande_id), {"demande": demande_id, **values_of(actor)})


@cache
def _its_parts() -> Prepared[Part]:
    demande_id, today = stand_in("demande"), date(1901, 1, 1)
    return Prepared(_parts(demande_id, today), {"demande": demande_id, "today": today})


def locked_demande(actor: Actor, demande_id: UUID) -> Demande | None:
    """The same for the writer: its row locked until the end of the transaction, holders read once it is held."""
    rows = Demande.objects.select_for_update(of=("self",))
    if not actor.is_system:
        rows = rows.visible_to(actor)
    found = _with_secret(rows).filter(pk=demande_id).first()
    if found is not None:
        today = local_day(clock.now(), found.territoire.calendar)
        found.part_list = list(_parts(found.pk, today).prefetch_related("groupe__territoires"))
        found.participant_list = list(Participant.objects.filter(demande=found, until=None))
    return found


def follower_away_until(part: Part) -> date | None:
    """The last day away of who follows this part, None when they are not absent today (loaded with the demande)."""
    until: date | None = cast("Any", part).away_until
    return until


class _Annotated:
    people: list[dict[str, str | None]]


def _with_secret(rows: DemandeQuerySet) -> DemandeQuerySet:
    return rows.with_secret().select_related(*NEEDED)


def _parts(demande_id: UUID, today: date) -> QuerySet[Part]:
    """Each with the last day away of who follows it, when they are absent today."""
    away = Absence.objects.filter(
        user=OuterRef("followed_by"), ended_at=None, from_date__lte=today, until_date__gte=today
    )
    rows = Part.objects.filter(demande=demande_id).select_related("groupe__organisme", "followed_by")
    rows = rows.annotate(away_until=Subquery(away.values("until_date")[:1]))
    return rows.order_by("addressed_at", "groupe__sort_key")


def _fact(value: dict[str, str | None]) -> OnIt:
    via = value["via"]
    return OnIt(UUID(str(value["user"])), str(value["kind"]), UUID(via) if via else None)
