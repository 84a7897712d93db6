"""Demandes written row by row, as the writer of `services.acting` would leave them: for lists only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from aplus.accounts.models import User
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.demandes.content import Usager
from aplus.demandes.models import Demande, Part, Participant, ParticipantKind
from aplus.demandes.rules.life import DemandeState, PartState, demande_state
from aplus.demandes.rules.turns import author_has_turn
from aplus.demandes.services import copies
from aplus.vault.keys import Place
from aplus.vault.services import create_secret

_numbers = count(300_001)


@dataclass
class PlannedPart:
    """A groupe's share; `due_in` from now, nothing due without it."""

    groupe: Groupe
    state: PartState = PartState.ADDRESSED
    due_in: timedelta | None = None
    followed_by: User | None = None
    is_awaited: bool = False


@dataclass
class Planned:
    """A demande to write; `people` are (user, kind, via) besides the author, `gone` those who left."""

    author: User
    structure: Groupe
    parts: Sequence[PlannedPart]
    people: Sequence[tuple[User, ParticipantKind, Groupe | None]] = ()
    gone: Sequence[tuple[User, ParticipantKind, Groupe | None]] = ()
    subject: str = "Situation bloquée"
    usager: Usager = field(default_factory=lambda: Usager("Marie", "Durand"))
    is_urgent: bool = False
    created_ago: timedelta = timedelta(days=2)
    activity_ago: timedelta = timedelta(days=1)
    activity_by: User | None = None
    archived_ago: timedelta | None = None
    is_erased: bool = False
    territoire: str = "95"


def write(planned: Iterable[Planned]) -> list[Demande]:
    """Write them all, in their order, with their copies, and sealed for real."""
    rows = [_rows(plan, clock.now()) for plan in planned]
    Demande.objects.bulk_create([demande for demande, _, _ in rows])
    Part.objects.bulk_create([part for _, parts, _ in rows for part in parts])
    Participant.objects.bulk_create([person for _, _, people in rows for person in people])
    return [demande for demande, _, _ in rows]


def _rows(plan: Planned, now: datetime) -> tuple[Demande, list[Part], list[Participant]]:
    demande = _demande(plan, now)
    parts = [
        Part(
            demande=demande,
            groupe=part.groupe,
            state=part.state,
            followed_by=part.followed_by,
            awaited_since=now if part.is_awaited else None,
            addressed_at=demande.created_at,
            due_at=now + part.due_in if part.due_in is not None else None,
            demande_created_at=demande.created_at,
        )
        for part in plan.parts
    ]
    on_it = [(plan.author, ParticipantKind.AUTHOR, plan.structure), *plan.people]
    if any(user == plan.author for user, _, _ in plan.gone):
        on_it = on_it[1:]
    people = [_person(demande, user, kind, via, None) for user, kind, via in on_it]
    left = [_person(demande, user, kind, via, now) for user, kind, via in plan.gone]
    if author_has_turn(DemandeState(demande.state), [copies.part_now(part) for part in parts]):
        demande.author_turn_since = demande.author_activity_at
    for part in parts:
        copies.refresh_part(part, demande, demande.author_activity_at)
    for person in (*people, *left):
        copies.refresh_participant(person, demande, parts, demande.author_activity_at)
    return demande, parts, [*people, *left]


def _demande(plan: Planned, now: datetime) -> Demande:
    demande_id = uuid4()
    key = create_secret(demande_id)
    state = demande_state(part.state for part in plan.parts)
    activity = {
        f"{side}_{what}_{column}": value
        for side in ("author", "instructeur")
        for what in ("activity", "word")
        for column, value in (("at", now - plan.activity_ago), ("by", plan.activity_by or plan.author))
    }
    values: dict[str, Any] = {
        "state": DemandeState.ARCHIVED if plan.archived_ago is not None else state,
        "archived_at": now - plan.archived_ago if plan.archived_ago is not None else None,
        "erased_at": now if plan.is_erased else None,
        **activity,
    }
    return Demande(
        id=demande_id,
        number=next(_numbers),
        territoire_id=plan.territoire,
        structure=plan.structure,
        author=plan.author,
        is_urgent=plan.is_urgent,
        created_at=now - plan.created_ago,
        attested_at=now - plan.created_ago,
        acted_at=now - plan.activity_ago,
        subject_sealed=key.seal(Place("demande", "subject", demande_id), plan.subject),
        usager_sealed=key.seal_json(Place("demande", "usager", demande_id), plan.usager.to_json()),
        content_sealed=b"",
        **values,
    )


def _person(
    demande: Demande, user: User, kind: ParticipantKind, via: Groupe | None, until: datetime | None
) -> Participant:
    return Participant(
        demande=demande,
        user=user,
        kind=kind,
        via_groupe=via,
        since=demande.created_at,
        until=until,
        demande_created_at=demande.created_at,
    )


def ids(demandes: Iterable[Demande]) -> list[UUID]:
    """Their ids."""
    return [demande.id for demande in demandes]
