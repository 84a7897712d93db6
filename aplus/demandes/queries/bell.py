"""What the bell reads of demandes: whether one was opened since, the facts of the right to it, a page of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from aplus.demandes.models import Demande, Part, Participant, Reading
from aplus.demandes.queries.demande import OnIt
from aplus.demandes.queries.polling import PolledPart
from aplus.policy.actor import Actor


@dataclass(frozen=True, slots=True)
class Known:
    """A demande as far as the right to it is decided."""

    structure_id: UUID
    archived_at: datetime | None
    part_list: list[PolledPart]
    participant_list: list[OnIt]


def opened_at() -> Subquery:
    """Of a line: when its person last opened its demande, none for never."""
    marks = Reading.objects.filter(user=OuterRef("person_id"), demande=OuterRef("demande_id"))
    return Subquery(marks.values("last_at"))


def facts() -> Subquery:
    """Of a line: its demande, as `known` reads it; of the people by name, the one who is told."""
    mine = Participant.objects.filter(demande=OuterRef("pk"), user=OuterRef(OuterRef("person_id")), until=None)
    demande = Demande.objects.filter(pk=OuterRef("demande_id"))
    return Subquery(
        demande.values(
            facts=JSONObject(
                structure="structure_id",
                archived="archived_at",
                groupes=ArraySubquery(Part.objects.filter(demande=OuterRef("pk")).order_by().values("groupe_id")),
                people=ArraySubquery(_on_it(mine)),
            )
        )
    )


def known(found: Mapping[str, Any]) -> Known:
    """The demande, from `facts`."""
    archived = found["archived"]
    return Known(
        structure_id=UUID(found["structure"]),
        archived_at=datetime.fromisoformat(archived) if archived else None,
        part_list=[PolledPart(UUID(groupe_id), is_open=False, due_at=None) for groupe_id in found["groupes"]],
        participant_list=[_fact(one) for one in found["people"]],
    )


def demandes(actor: Actor, ids: Collection[UUID]) -> dict[UUID, Demande]:
    """These demandes with their parts and this person's place on them, whether they may see them or not: one query."""
    parts = Part.objects.filter(demande=OuterRef("pk")).order_by("addressed_at", "groupe__sort_key")
    mine = Participant.objects.filter(demande=OuterRef("pk"), user_id=actor.person_id, until=None)
    rows = Demande.objects.filter(pk__in=ids).select_related("territoire", "structure")
    rows = rows.only("number", "is_urgent", "archived_at", "territoire", "structure__name")
    rows = rows.annotate(
        told_parts=ArraySubquery(parts.values(part=JSONObject(groupe="groupe_id", name="groupe__name"))),
        told_people=ArraySubquery(_on_it(mine)),
    )
    found = {demande.pk: demande for demande in rows}
    for demande in found.values():
        demande.part_list = [Part(groupe_id=UUID(one["groupe"])) for one in cast("Any", demande).told_parts]
        demande.participant_list = [_fact(one) for one in cast("Any", demande).told_people]
    return found


def groupe_names(demande: Demande) -> dict[str, str]:
    """The groupes of a demande of `demandes`: their names by id."""
    return {one["groupe"]: one["name"] for one in cast("Any", demande).told_parts}


def _on_it(people: QuerySet[Participant]) -> QuerySet[Participant, Any]:
    return people.order_by().values(fact=JSONObject(user="user_id", kind="kind", via="via_groupe_id"))


def _fact(value: Mapping[str, str | None]) -> OnIt:
    via = value["via"]
    return OnIt(UUID(str(value["user"])), str(value["kind"]), UUID(via) if via else None)
