"""Copying down what lists sort and filter by, from the demande to its holders, at the end of each act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from aplus.demandes.models import Demande, Part, Participant
from aplus.demandes.rules import turns
from aplus.demandes.rules.life import DemandeState, PartState
from aplus.demandes.services import timing
from aplus.policy.decisions import AUTHOR_KINDS, Side

PART_COLUMNS = (
    "state",
    "followed_by",
    "awaited_since",
    "promised_date",
    "is_closed_by_tick",
    "is_not_relevant",
    "addressed_at",
    "closed_at",
    "next_step",
    "next_step_at",
    "step_round",
    "demarche_sealed",
)
COPIED = ("demande_state", "is_urgent", "due_at", "sort_at", "rank", "activity_at", "archived_at", "erased_at")


@dataclass(frozen=True)
class Change:
    """What an act gave each side to see."""

    at: datetime
    by_id: UUID | None
    is_seen_by_author: bool
    is_word: bool
    is_word_to_author: bool
    is_of_a_person: bool
    side: Side | None


def part_now(part: Part) -> turns.PartNow:
    """What the turn depends on."""
    return turns.PartNow(part.groupe_id, PartState(part.state), part.awaited_since is not None, part.due_at)


def refresh_part(part: Part, demande: Demande, at: datetime) -> None:
    """Set the copied columns of a part; the groupe's turn began at `at` when it has no due date."""
    state = DemandeState(demande.state)
    turn = turns.has_turn(part_now(part), state)
    if state is DemandeState.ARCHIVED:
        part.due_at = part.next_step_at = None
        part.next_step = ""
    _copy(part, demande, demande.instructeur_activity_at)
    part.rank = turns.rank(is_urgent=demande.is_urgent, turn=turn)
    part.sort_at = turns.sort_at(part.due_at, turn=turn, turn_since=at)


def refresh_participant(person: Participant, demande: Demande, parts: Sequence[Part], at: datetime) -> None:
    """Set the copied columns of a person: the first due date of all parts, and the author's side's turn."""
    is_author = person.kind in AUTHOR_KINDS
    turn = is_author and demande.author_turn_since is not None
    person.due_at = turns.earliest_due([part_now(part) for part in parts])
    _copy(person, demande, demande.author_activity_at if is_author else demande.instructeur_activity_at)
    person.rank = turns.rank(is_urgent=demande.is_urgent, turn=turn)
    person.sort_at = turns.sort_at(person.due_at, turn=turn, turn_since=demande.author_turn_since or at)


def _copy(holder: Part | Participant, demande: Demande, activity_at: datetime) -> None:
    holder.demande_state = demande.state
    holder.is_urgent = demande.is_urgent
    holder.activity_at = activity_at
    holder.archived_at = demande.archived_at
    holder.erased_at = demande.erased_at


def write(demande: Demande, parts: Sequence[Part], participants: Sequence[Participant], change: Change) -> None:
    """Write the demande and all its holders after an act."""
    _stamp(demande, change)
    timing.plan_after_act(demande, is_of_a_person=change.is_of_a_person, side=change.side)
    has_turn = turns.author_has_turn(DemandeState(demande.state), [part_now(part) for part in parts])
    if not has_turn:
        demande.author_turn_since = None
    elif demande.author_turn_since is None:
        demande.author_turn_since = change.at
    for part in parts:
        refresh_part(part, demande, change.at)
    for person in participants:
        refresh_participant(person, demande, parts, change.at)
    demande.save()
    Part.objects.bulk_update(parts, [*PART_COLUMNS, *COPIED])
    Participant.objects.bulk_update(participants, COPIED)


def renew_versions(demande_id: UUID, *, for_author: bool) -> None:
    """Something on the page changed that is no act: a file was scanned. Pages that look for news reload it."""
    Demande.objects.filter(pk=demande_id).update(
        instructeur_version=F("instructeur_version") + 1,
        author_version=F("author_version") + int(for_author),
    )


def _stamp(demande: Demande, change: Change) -> None:
    """Last activity, last word and version, for each side that has something new."""
    demande.instructeur_version += 1
    demande.instructeur_activity_at = change.at
    demande.instructeur_activity_by_id = change.by_id
    if change.is_seen_by_author:
        demande.author_version += 1
        demande.author_activity_at = change.at
        demande.author_activity_by_id = change.by_id
    if change.is_word:
        demande.instructeur_word_at = change.at
        demande.instructeur_word_by_id = change.by_id
    if change.is_word_to_author:
        demande.author_word_at = change.at
        demande.author_word_by_id = change.by_id
    if change.is_of_a_person:
        demande.acted_at = change.at
