"""What the page of one demande shows, in a fixed number of queries whatever its length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
from aplus.core.text import fold
from aplus.demandes.content import Usager
from aplus.demandes.models import Audience, Demande, Message, Participant, Reading, Transition
from aplus.demandes.queries.people import addressable_groupes
from aplus.demandes.queries.search import OtherDemande, of_same_person, other_demande
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
    rows = Message.objects.filter(demande=demande).select_related("author", "withdrawn_by").order_by("seq")
    if not decisions.may_read_notes(actor, demande):
        rows = rows.filter(audience=Audience.ALL)
    return list(rows)


def attachments(actor: Actor, demande: Demande) -> list[Attachment]:
    """The files this reader may download, and their own files waiting to be sent."""
    rows = Attachment.objects.filter(dossier_id=demande.id)
    if not decisions.may_read_notes(actor, demande):
        rows = rows.filter(audience=Audience.ALL)
    return list(rows.filter(~Q(purpose=Purpose.WAITING) | Q(uploader_id=actor.user_id)).order_by("created_at", "id"))


def transitions(demande: Demande) -> list[Transition]:
    """The history, oldest first; nothing in it is a note."""
    return list(Transition.objects.filter(demande=demande).select_related("actor", "target").order_by("id"))


def people(actor: Actor, demande: Demande, usager: Usager | None = None) -> tuple[list[PersonRow], list[OtherDemande]]:
    """Everyone near the demande in one query: both sides with when they read it, and whom one may bring.

    With the usager, the reader's other demandes about this person come in the same query, as rows of a role of theirs.
    """
    readings = Reading.objects.filter(demande=demande, user=OuterRef("user_id"))
    read = {
        "row_read": Subquery(readings.values("first_at")[:1]),
        "row_again": Subquery(readings.values("last_at")[:1]),
    }
    members = Membership.objects.filter(user__is_active=True)
    aidants = members.filter(groupe_id=demande.structure_id, is_aidant=True)
    handling = {part.groupe_id for part in demande.part_list} | actor.instructeur_groupe_ids
    covers = Q(all_territoires=True) | Q(territoires=demande.territoire_id)
    absent = Concat("absence__user__first_name", Value(" "), "absence__user__last_name")
    standing = {**read, "row_stands_for": Case(When(absence=None, then=None), default=absent)}
    rows = _columns(
        members.filter(groupe_id__in=handling, is_instructeur=True), MEMBER, Value("instructeur"), "groupe", read
    ).union(
        *_others(actor, demande, usager),
        _columns(aidants, MEMBER, Value("aidant"), "groupe", read),
        _columns(Participant.objects.filter(demande=demande, until=None), ON_IT, F("kind"), "via_groupe", standing),
        _columns(Expertise.objects.filter(covers, user__is_active=True).distinct(), EXPERT, Value("expert"), "", read),
        all=True,
    )
    found = list(rows)
    near = [PersonRow(*row) for row in found if row[0] != OTHER]
    others = [other_demande(row[1], row[2], row[3], row[5], row[6], row[7]) for row in found if row[0] == OTHER]
    near.sort(key=lambda row: (fold(row.last_name), fold(row.first_name)))
    return near, sorted(others, key=lambda other: other.number, reverse=True)


def _others(actor: Actor, demande: Demande, usager: Usager | None) -> list[QuerySet[Any, Any]]:
    """The reader's other demandes about the usager, in the columns of `PersonRow`."""
    rows = of_same_person(actor, usager, demande.id) if usager is not None else None
    if rows is None:
        return []
    nobody = Cast(Value(None), UUIDField())
    again = Cast(Value(None), DateTimeField())
    named = rows.annotate(row_role=Value(OTHER), row_groupe=nobody, row_again=again, row_stands_for=NOBODY)
    return [
        named.values_list(
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
    ]


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
    all_of_them = addressable_groupes(demande.structure)
    rows = all_of_them.covering(territoire_code)
    if proposed:
        rows = rows | all_of_them.filter(pk__in=proposed)
    return sorted(rows, key=lambda groupe: (groupe.organisme.acronym, groupe.sort_key))


def readings(demande: Demande) -> list[Reading]:
    """Who read the demande, first and last time, those who have left included."""
    return list(Reading.objects.filter(demande=demande).select_related("user").order_by("first_at", "user__sort_key"))
