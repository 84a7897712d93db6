"""What happens to one demande of a world at scale: drawn from its number, always the same."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from aplus.annuaire.rules import due_after
from aplus.demandes.rules.delays import TO_REPLY, first_due
from aplus.demandes.rules.life import CLOSED_PARTS, DemandeState, PartState, demande_state
from dev.bench.places import Place, Places, Team

YEAR = timedelta(days=365)
HALF_A_YEAR = timedelta(days=182)
# Shares of all.
URGENT, WITH_A_COLLEAGUE, ALL_PROCESSED, JUST_SENT = 0.12, 0.35, 0.2, 0.15
COMPETENT, AWAITED, NOTES = 0.9, 0.15, 0.12
# Processed demandes are archived after thirty days.
PROCESSED_MINUTES = 25 * 24 * 60


@dataclass
class PartPlan:
    """One addressed groupe: where it stands, who follows it, what is due."""

    id: UUID
    team: Team
    state: PartState
    followed_by: UUID | None
    is_awaited: bool
    due_at: datetime | None


@dataclass(frozen=True)
class Story:
    """One demande: its people, its parts, when it moved; `messages` are (moment, author, is a note, part or None)."""

    id: UUID
    number: int
    secret: bytes
    place: Place
    thematique: str
    structure: Team
    author: UUID
    colleague: UUID | None
    state: DemandeState
    is_urgent: bool
    created_at: datetime
    acted_at: datetime
    archived_at: datetime | None
    parts: tuple[PartPlan, ...]
    messages: tuple[tuple[datetime, UUID, bool, PartPlan | None], ...]

    def is_erased(self, now: datetime) -> bool:
        """Archived for more than six months: its content is gone."""
        return self.archived_at is not None and self.archived_at < now - HALF_A_YEAR


def uuid(rng: random.Random) -> UUID:
    """The next one."""
    return UUID(int=rng.getrandbits(128), version=4)


def tell(number: int, *, is_archived: bool, places: Places, now: datetime, seed: int) -> Story:
    """The story of the demande of this number."""
    rng = random.Random(seed * 10_000_019 + number)  # noqa: S311  a world that is the same each time
    place = places.draw(rng)
    structure = rng.choice(place.structures)
    author = rng.choice(structure.people)
    is_urgent = rng.random() < URGENT
    shape = rng.random()
    if is_archived:
        archived_at = now - timedelta(minutes=rng.randrange(60, 365 * 24 * 60))
        created_at = archived_at - timedelta(hours=rng.expovariate(1 / 700) + 2)
        acted_at = archived_at
    else:
        archived_at = None
        oldest = PROCESSED_MINUTES if shape < ALL_PROCESSED else 150_000
        acted_at = now - timedelta(minutes=min(rng.expovariate(1 / 11_000), oldest) + 5)
        created_at = acted_at - timedelta(hours=min(rng.expovariate(1 / 260), 2_400))
    teams = rng.sample(place.operateurs, rng.choices((1, 2, 3), cum_weights=(62, 90, 100))[0])
    parts = tuple(
        _part(rng, team, shape, is_archived=is_archived, is_urgent=is_urgent, place=place, at=acted_at)
        for team in teams
    )
    state = DemandeState.ARCHIVED if is_archived else demande_state(part.state for part in parts)
    return Story(
        id=uuid(rng),
        number=200_000 + number,
        secret=rng.randbytes(32),
        place=place,
        thematique=rng.choice(places.thematiques),
        structure=structure,
        author=author,
        colleague=_colleague(rng, structure, author),
        state=state,
        is_urgent=is_urgent,
        created_at=created_at,
        acted_at=acted_at,
        archived_at=archived_at,
        parts=parts,
        messages=_messages(rng, author, parts, created_at, acted_at) if state is not DemandeState.SENT else (),
    )


def _colleague(rng: random.Random, structure: Team, author: UUID) -> UUID | None:
    other = rng.choice(structure.people)
    return other if other != author and rng.random() < WITH_A_COLLEAGUE else None


def _part(
    rng: random.Random, team: Team, shape: float, *, is_archived: bool, is_urgent: bool, place: Place, at: datetime
) -> PartPlan:
    if is_archived or shape < ALL_PROCESSED:
        state = PartState.PROCESSED if rng.random() < COMPETENT else PartState.NOT_COMPETENT
    elif shape < ALL_PROCESSED + JUST_SENT:
        state = PartState.ADDRESSED
    else:
        state = rng.choices(
            (PartState.IN_CHARGE, PartState.OPENED, PartState.ADDRESSED, PartState.PROCESSED, PartState.NOT_COMPETENT),
            cum_weights=(58, 73, 83, 95, 100),
        )[0]
    is_awaited = state is PartState.IN_CHARGE and rng.random() < AWAITED
    is_followed = state in {PartState.IN_CHARGE, PartState.PROCESSED}
    due_at = None
    if state not in CLOSED_PARTS and not is_awaited:
        days = TO_REPLY if state is PartState.IN_CHARGE else first_due(is_urgent=is_urgent).number
        due_at = due_after(at, days, place.calendar)
    return PartPlan(uuid(rng), team, state, rng.choice(team.people) if is_followed else None, is_awaited, due_at)


def _messages(
    rng: random.Random, author: UUID, parts: tuple[PartPlan, ...], created_at: datetime, acted_at: datetime
) -> tuple[tuple[datetime, UUID, bool, PartPlan | None], ...]:
    number = rng.choices((1, 2, 4, 6, 12, 40), cum_weights=(12, 34, 72, 92, 99.5, 100))[0]
    span = (acted_at - created_at) / number
    said: list[tuple[datetime, UUID, bool, PartPlan | None]] = []
    for rank in range(number):
        at = min(created_at + span * (rank + 1), acted_at)
        part = rng.choice(parts)
        if rank % 2 == 0:
            said.append((at, part.followed_by or part.team.people[0], rng.random() < NOTES, part))
        else:
            said.append((at, author, False, None))
    return tuple(said)
