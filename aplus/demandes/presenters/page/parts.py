"""The top of the page: state, whose turn, one line per addressed groupe, who is near the demande."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from aplus.annuaire.rules import last_day_of, local_day
from aplus.demandes.models import Demande, Part, Transition
from aplus.demandes.presenters.states import part_badge, part_label
from aplus.demandes.queries.demande import follower_away_until
from aplus.demandes.queries.page import MEMBER, ON_IT, PersonRow
from aplus.demandes.rules.life import DemandeState, PartState
from aplus.demandes.rules.turns import PartNow, author_has_turn, has_turn, turn_words
from aplus.policy.actor import Actor
from aplus.policy.decisions import AUTHOR_KINDS, Side, Standing
from aplus.ui.dates import day_label


@dataclass(frozen=True)
class PartLine:
    """« CAF du Val-d'Oise : pris en charge, réponse promise le 9 mars »."""

    groupe_id: UUID
    groupe: str
    state: str
    label: str
    badge: str
    details: str
    is_overdue: bool
    is_mine: bool


@dataclass
class GroupeBox:
    """The people of one groupe: named when they wrote, read or follow; the others counted, named on demand."""

    name: str
    is_structure: bool
    named: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def part_lines(demande: Demande, actor: Actor, now: datetime) -> list[PartLine]:
    """One line per part, in the order they were addressed."""
    return [_part_line(demande, part, actor, now) for part in demande.part_list]


def _part_line(demande: Demande, part: Part, actor: Actor, now: datetime) -> PartLine:
    details = []
    if part.closed_at is not None:
        details.append(f"le {day_label(local_day(part.closed_at, demande.territoire.calendar))}")
    if part.promised_date is not None:
        details.append(f"réponse promise le {day_label(part.promised_date)}")
    elif part.awaited_since is not None:
        details.append("attend des précisions")
    elif part.due_at is not None:
        # In the demande's own time: the groupe's may differ, by hours, for a groupe of another ocean.
        details.append(f"réponse attendue le {day_label(last_day_of(part.due_at, demande.territoire.calendar))}")
    if part.followed_by is not None:
        details.append(f"suivi par {part.followed_by.full_name}")
        if (until := follower_away_until(part)) is not None:
            details.append(f"en absence jusqu’au {day_label(until)}")
    elif part.is_open:
        details.append("sans suivi pour l’instant")
    return PartLine(
        groupe_id=part.groupe_id,
        groupe=part.groupe.name,
        state=part.state,
        label=part_label(part.state),
        badge=part_badge(part.state),
        details=", ".join(details),
        is_overdue=part.is_open and part.due_at is not None and part.due_at < now,
        is_mine=part.groupe_id in actor.instructeur_groupe_ids,
    )


def late_groupes(demande: Demande, now: datetime) -> str:
    """The groupes so late that both sides are offered an expert: the last step of their delay is made."""
    late = [
        part.groupe.name
        for part in demande.part_list
        if part.is_open and part.due_at is not None and part.due_at < now and part.step_round and not part.next_step
    ]
    has_expert = any(person.kind == Standing.EXPERT for person in demande.participant_list)
    return "" if has_expert or not late else _join(late)


def now_of(demande: Demande) -> list[PartNow]:
    """The parts as the rules of turns read them."""
    return [
        PartNow(part.groupe_id, PartState(part.state), part.awaited_since is not None, part.due_at)
        for part in demande.part_list
    ]


def turn_of(demande: Demande) -> str:
    """`data-tour`."""
    return turn_words(DemandeState(demande.state), now_of(demande))


def turn_sentence(demande: Demande, side: Side) -> str:
    """Whose turn it is, said to this side."""
    state, parts = DemandeState(demande.state), now_of(demande)
    if state is DemandeState.ARCHIVED:
        return "Cette demande est archivée : plus personne n’a à agir."
    waiting = [part.groupe.name for part, now in zip(demande.part_list, parts, strict=True) if has_turn(now, state)]
    sentences = []
    if author_has_turn(state, parts):
        sentences.append(_author_sentence(demande, state, parts, side))
    if waiting:
        sentences.append(f"{_join(waiting)} {'doit' if len(waiting) == 1 else 'doivent'} répondre.")
    return " ".join(sentences)


def _author_sentence(demande: Demande, state: DemandeState, parts: Sequence[PartNow], side: Side) -> str:
    subject = "C’est à vous" if side is Side.AUTHOR else f"C’est à {demande.structure.name}"
    if state is DemandeState.PROCESSED:
        return f"{subject} de dire si le blocage est levé, puis d’archiver."
    if all(part.state is PartState.NOT_COMPETENT for part in parts):
        return f"Aucun groupe saisi n’est compétent. {subject} d’inviter un autre groupe."
    return f"{subject} d’apporter les précisions demandées."


def _join(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"


def groupe_boxes(demande: Demande, people: Sequence[PersonRow], transitions: Sequence[Transition]) -> list[GroupeBox]:
    """Who wrote, read or follows, by groupe; the structure first, then the addressed groupes, then who was invited."""
    active = {line.actor_id for line in transitions}
    follows = {part.groupe_id: part.followed_by_id for part in demande.part_list}
    structure = GroupeBox(demande.structure.name, is_structure=True)
    for person in people:
        if person.role == ON_IT and person.kind in AUTHOR_KINDS:
            task = f"remplace {person.stands_for}" if person.stands_for else person.kind
            structure.named.append(f"{person.name} ({task}){_read(person)}")
    boxes = [structure]
    for part in demande.part_list:
        box = GroupeBox(part.groupe.name, is_structure=False)
        for person in people:
            if person.role != MEMBER or person.kind != "instructeur" or person.groupe_id != part.groupe_id:
                continue
            if follows[part.groupe_id] == person.user_id:
                box.named.append(f"{person.name} (suit la demande){_read(person)}")
            elif person.read_at is not None or person.user_id in active:
                box.named.append(f"{person.name}{_read(person)}")
            else:
                box.others.append(person.name)
        boxes.append(box)
    invited = GroupeBox("Personnes invitées", is_structure=False)
    invited.named = [
        f"{person.name} ({'expert' if person.kind == 'expert' else person.groupe_name}){_read(person)}"
        for person in people
        if person.role == ON_IT and person.kind not in AUTHOR_KINDS
    ]
    return [*boxes, invited] if invited.named else boxes


def _read(person: PersonRow) -> str:
    return f", {READ_MARK}" if person.read_at is not None else ""


READ_MARK = "a lu la demande"


@dataclass(frozen=True)
class Reader:
    """« lu par Inès Caron le 3 mars »."""

    name: str
    at: datetime


def readers(people: Sequence[PersonRow], reader_id: UUID | None) -> list[Reader]:
    """Who has read, first readers first; not oneself, nobody twice."""
    found: dict[UUID, Reader] = {}
    for person in people:
        if person.read_at is not None and person.user_id != reader_id:
            found.setdefault(person.user_id, Reader(person.name, person.read_at))
    return sorted(found.values(), key=lambda reader: (reader.at, reader.name))
