"""What the page of one demande shows, in a fixed number of queries whatever its length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat

from aplus.accounts.models import Expertise, Membership
from aplus.annuaire.models import Groupe
from aplus.attachments.models import Attachment, Purpose
from aplus.core.prepared import Prepared, stand_in
from aplus.core.text import fold
from aplus.demandes.content import Usager
from aplus.demandes.models import Audience, Demande, Message, Participant, Reading, Transition
from aplus.demandes.queries.people import addressable_groupes
from aplus.demandes.queries.search import OtherDemande, other_demande, same_person_rows, tokens_of_person
from aplus.demandes.queries.shapes import SHAPES_KEPT, Shape, actor_of, shape_of, values_of
from aplus.policy import decisions
from aplus.policy.actor import Actor

MEMBER, ON_IT, EXPERT, OTHER = "membre", "nomme", "expert", "autre"
NOBODY = Cast(Value(None), CharField())


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person near the demande: member of a groupe (`role` MEMBER), on it by name (ON_IT), or a possible expert."""

    role: str
    user_id: UUID
    first_name: str
    last_name: str
    groupe_id: UUID | None
    groupe_name: str | None
    # Of a member: "aidant" or "instructeur"; of a person on it by name: the participant's kind.
    kind: str
    read_at: datetime | None
    last_read_at: datetime | None
    # Whom somebody replaces for the time of an absence.
    stands_for: str | None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


def messages(actor: Actor, demande: Demande) -> list[Message]:
    """The thread as this side reads it, oldest first: no note on the author's side."""
    return _messages(decisions.may_read_notes(actor, demande)).models(demande=demande.id)


@cache
def _messages(has_notes: bool) -> Prepared[Message]:  # noqa: FBT001  a shape
    rows = Message.objects.filter(demande=stand_in("demande")).select_related("author", "withdrawn_by").order_by("seq")
    return Prepared(rows if has_notes else rows.filter(audience=Audience.ALL), {"demande": stand_in("demande")})


def attachments(actor: Actor, demande: Demande) -> list[Attachment]:
    """The files this reader may download, and their own files waiting to be sent."""
    prepared = _attachments(decisions.may_read_notes(actor, demande))
    return prepared.models(demande=demande.id, person=actor.person_id)


@cache
def _attachments(has_notes: bool) -> Prepared[Attachment]:  # noqa: FBT001  a shape
    rows = Attachment.objects.filter(dossier_id=stand_in("demande"))
    if not has_notes:
        rows = rows.filter(audience=Audience.ALL)
    rows = rows.filter(~Q(purpose=Purpose.WAITING) | Q(uploader_id=stand_in("person")))
    values = {"demande": stand_in("demande"), "person": stand_in("person")}
    return Prepared(rows.order_by("created_at", "id"), values)


def transitions(demande: Demande) -> list[Transition]:
    """The history, oldest first; nothing in it is a note."""
    return _transitions().models(demande=demande.id)


@cache
def _transitions() -> Prepared[Transition]:
    rows = Transition.objects.filter(demande=stand_in("demande")).select_related("actor", "target")
    return Prepared(rows.order_by("id"), {"demande": stand_in("demande")})


def people(actor: Actor, demande: Demande, usager: Usager | None = None) -> tuple[list[PersonRow], list[OtherDemande]]:
    """Everyone near the demande in one query: both sides with when they read it, and whom one may bring.

    With the usager, the reader's other demandes about this person come in the same query, as rows of a role of theirs.
    """
    handling = sorted({part.groupe_id for part in demande.part_list} | actor.instructeur_groupe_ids)
    tokens = tokens_of_person(actor, usager) if usager is not None else []
    found = _people(shape_of(actor), len(handling), len(tokens)).rows(
        demande=demande.id,
        structure=demande.structure_id,
        territoire=demande.territoire_id,
        **{f"handling{number}": groupe_id for number, groupe_id in enumerate(handling)},
        **{f"token{number}": token for number, token in enumerate(tokens)},
        **(values_of(actor) if tokens else {}),
    )
    near = [PersonRow(*row) for row in found if row[0] != OTHER]
    others = [other_demande(row[1], row[2], row[3], row[5], row[6], row[7]) for row in found if row[0] == OTHER]
    near.sort(key=lambda row: (fold(row.last_name), fold(row.first_name)))
    return near, sorted(others, key=lambda other: other.number, reverse=True)


@lru_cache(maxsize=SHAPES_KEPT)
def _people(shape: Shape, handling: int, tokens: int) -> Prepared[Any]:
    values: dict[str, Any] = {f"handling{number}": stand_in(f"handling{number}") for number in range(handling)}
    handling_ids = list(values.values())
    demande, structure, territoire = stand_in("demande"), stand_in("structure"), "a territoire"
    values |= {"demande": demande, "structure": structure, "territoire": territoire}
    readings = Reading.objects.filter(demande=demande, user=OuterRef("user_id"))
    read = {
        "row_read": Subquery(readings.values("first_at")[:1]),
        "row_again": Subquery(readings.values("last_at")[:1]),
    }
    absent = Concat("absence__user__first_name", Value(" "), "absence__user__last_name")
    standing = {**read, "row_stands_for": Case(When(absence=None, then=None), default=absent)}
    others = []
    if tokens:
        actor, sought = actor_of(shape), {f"token{number}": -(10**15) - number for number in range(tokens)}
        others = [_others(same_person_rows(actor, list(sought.values()), demande))]
        values |= {**sought, **values_of(actor)}
    members = Membership.objects.filter(user__is_active=True)
    aidants = members.filter(groupe_id=structure, is_aidant=True)
    covers = Q(all_territoires=True) | Q(territoires=territoire)
    rows: QuerySet[Any, Any] = _columns(
        members.filter(groupe_id__in=handling_ids, is_instructeur=True),
        MEMBER,
        Value("instructeur"),
        "groupe",
        read,
    ).union(
        *others,
        _columns(aidants, MEMBER, Value("aidant"), "groupe", read),
        _columns(Participant.objects.filter(demande=demande, until=None), ON_IT, F("kind"), "via_groupe", standing),
        _columns(Expertise.objects.filter(covers, user__is_active=True).distinct(), EXPERT, Value("expert"), "", read),
        all=True,
    )
    return Prepared(rows, values)


def _others(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The reader's other demandes about the usager, in the columns of `PersonRow`."""
    nobody = Cast(Value(None), UUIDField())
    again = Cast(Value(None), DateTimeField())
    named: QuerySet[Any, Any] = rows.annotate(
        row_role=Value(OTHER), row_groupe=nobody, row_again=again, row_stands_for=NOBODY
    ).values_list(
        "row_role",
        "id",
        "row_number",
        "territoire__timezone",
        "row_groupe",
        "state",
        "row_side",
        "created_at",
        "row_again",
        "row_stands_for",
    )
    return named


def _columns(
    rows: QuerySet[Any], role: str, kind: Expression | F, groupe: str, read: Mapping[str, Any]
) -> QuerySet[Any, Any]:
    """The columns of `PersonRow`, from rows that have a `user`, and a groupe under the name `groupe` if any."""
    columns: QuerySet[Any, Any] = rows.annotate(
        row_role=Value(role),
        row_groupe=F(f"{groupe}_id") if groupe else Cast(Value(None), UUIDField()),
        row_groupe_name=F(f"{groupe}__name") if groupe else Cast(Value(None), CharField()),
        row_kind=kind,
        **{"row_stands_for": NOBODY, **read},
    ).values_list(
        "row_role",
        "user_id",
        "user__first_name",
        "user__last_name",
        "row_groupe",
        "row_groupe_name",
        "row_kind",
        "row_read",
        "row_again",
        "row_stands_for",
    )
    return columns


def groupes_to_invite(demande: Demande, territoire_code: str, proposed: Sequence[UUID]) -> list[Groupe]:
    """The groupes of a territoire that the structure may address, and those a colleague proposed; by organisme."""
    rows = _groupes_to_invite(len(proposed)).models(
        structure=demande.structure_id,
        organisme=demande.structure.organisme_id,
        territoire=territoire_code,
        **{f"proposed{number}": groupe_id for number, groupe_id in enumerate(proposed)},
    )
    return sorted(rows, key=lambda groupe: (groupe.organisme.acronym, groupe.sort_key))


@lru_cache(maxsize=SHAPES_KEPT)
def _groupes_to_invite(proposed: int) -> Prepared[Groupe]:
    ids = {f"proposed{number}": stand_in(f"proposed{number}") for number in range(proposed)}
    organisme, territoire = "an organisme", "a territoire"
    structure = Groupe(id=stand_in("structure"), organisme_id=organisme)
    all_of_them = addressable_groupes(structure)
    rows = all_of_them.covering(territoire)
    if ids:
        rows = rows | all_of_them.filter(pk__in=list(ids.values()))
    return Prepared(rows, {"structure": structure.id, "organisme": organisme, "territoire": territoire, **ids})


def readings(demande: Demande) -> list[Reading]:
    """Who read the demande, first and last time, those who have left included."""
    return list(Reading.objects.filter(demande=demande).select_related("user").order_by("first_at", "user__sort_key"))
