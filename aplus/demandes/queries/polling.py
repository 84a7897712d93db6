"""What a page asks of its demande every thirty seconds: the right and the version, in the session's own query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from aplus.demandes.models import Demande, Part, Participant
from aplus.demandes.queries.demande import OnIt
from aplus.demandes.rules.life import OPEN_PARTS
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import Side


@dataclass(frozen=True, slots=True)
class PolledPart:
    """What a decision and the validator read of a part."""

    groupe_id: UUID
    is_open: bool
    due_at: datetime | None
    # Nothing is shown in clear here: no decision on identifiers is asked.
    needed_identifiers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Polled:
    """A demande as far as a poll reads it."""

    id: UUID
    structure_id: UUID
    archived_at: datetime | None
    author_version: int
    instructeur_version: int
    part_list: Sequence[PolledPart]
    participant_list: Sequence[OnIt]


def polled_columns(demande_id: UUID) -> dict[str, Any]:
    """The facts of one demande as a column of any row, whoever asks: the policy decides afterwards."""
    parts = Part.objects.filter(demande=OuterRef("pk"))
    people = Participant.objects.filter(demande=OuterRef("pk"), until=None)
    facts = JSONObject(
        id="id",
        structure="structure_id",
        archived="archived_at",
        author="author_version",
        instructeur="instructeur_version",
        parts=ArraySubquery(parts.values(fact=JSONObject(groupe="groupe_id", state="state", due="due_at"))),
        people=ArraySubquery(people.values(fact=JSONObject(user="user_id", kind="kind", via="via_groupe_id"))),
    )
    return {"polled": Subquery(Demande.objects.filter(pk=demande_id).values(facts=facts))}


def polled_demande(actor: Actor, demande_id: UUID, *, polled: dict[str, Any] | None) -> Polled | None:
    """The demande asked for, from what the session's query brought; None when it does not exist for this actor."""
    if polled is None:
        return None
    found = Polled(
        id=demande_id,
        structure_id=UUID(polled["structure"]),
        archived_at=_moment(polled["archived"]),
        author_version=polled["author"],
        instructeur_version=polled["instructeur"],
        part_list=[
            PolledPart(UUID(part["groupe"]), part["state"] in OPEN_PARTS, _moment(part["due"]))
            for part in polled["parts"]
        ],
        participant_list=[
            OnIt(UUID(one["user"]), one["kind"], UUID(one["via"]) if one["via"] else None) for one in polled["people"]
        ],
    )
    return found if decisions.may_read(actor, found) else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class _Part(Protocol):
    @property
    def groupe_id(self) -> UUID: ...
    @property
    def needed_identifiers(self) -> Sequence[str]: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def due_at(self) -> datetime | None: ...


class _Versioned(Protocol):
    @property
    def structure_id(self) -> UUID: ...
    @property
    def archived_at(self) -> datetime | None: ...
    @property
    def author_version(self) -> int: ...
    @property
    def instructeur_version(self) -> int: ...
    @property
    def part_list(self) -> Sequence[_Part]: ...
    @property
    def participant_list(self) -> Sequence[Any]: ...


def validator(actor: Actor, demande: _Versioned, now: datetime) -> str:
    """The ETag of what this reader is shown: their side's version, how many parts are overdue, the day.

    Nothing of a note is in the author's side's. Weak, for the answer may be compressed.
    """
    capacity = decisions.standing(actor, demande)
    is_author = capacity is not None and capacity.side is Side.AUTHOR
    version = demande.author_version if is_author else demande.instructeur_version
    late = sum(part.is_open and part.due_at is not None and part.due_at < now for part in demande.part_list)
    return f'W/"{capacity}-{version}-{late}-{timezone.localdate(now):%Y%m%d}"'
