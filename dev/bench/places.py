"""Who and where in a world at scale: groupes of every territoire, their people; made first, in a few statements."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any
from uuid import UUID

from aplus.accounts.models import DigestChoice, Membership, User
from aplus.accounts.queries.actors import cgu_in_force
from aplus.annuaire.models import Groupe, Organisme, Territoire, Thematique
from aplus.annuaire.rules import Calendar
from aplus.core.text import fold

STRUCTURES_EACH, OPERATEURS_EACH = 9, 5
STRUCTURES = ("france-services", "ccas", "departement", "association")
OPERATEURS = ("caf", "cpam", "carsat", "ddfip", "france-travail", "msa", "prefecture")
SHARE_OF_AIDANTS = 2 / 3
# The first territoires are the large départements: a groupe of thirty people, a tenth of all demandes.
LARGE_GROUPE = 30
LARGE_TERRITOIRES, LARGE_EACH = 6, 3
# All of them, but in tests.
TERRITOIRES_AT_MOST = 107


@dataclass(frozen=True)
class Team:
    """A groupe and the people who hold its flag."""

    groupe_id: UUID
    organisme_id: str
    people: tuple[UUID, ...]


@dataclass(frozen=True)
class Place:
    """One territoire with the teams of both sides."""

    code: str
    calendar: Calendar
    structures: tuple[Team, ...]
    operateurs: tuple[Team, ...]


@dataclass(frozen=True)
class Places:
    """All of them, the busiest first, and how often each is drawn."""

    places: tuple[Place, ...]
    weights: tuple[float, ...]
    thematiques: tuple[str, ...]

    def draw(self, rng: random.Random) -> Place:
        """One, as often as its weight says."""
        return rng.choices(self.places, cum_weights=self.weights)[0]


def make(users: int, now: datetime, seed: int) -> Places:
    """Write groupes, users and memberships; `users` people in all."""
    rng = random.Random(seed)  # noqa: S311  a world that is the same each time
    territoires = sorted(Territoire.objects.all(), key=lambda each: (len(each.code), each.code))[:TERRITOIRES_AT_MOST]
    known = set(Organisme.objects.values_list("code", flat=True))
    structures = [code for code in STRUCTURES if code in known]
    operateurs = [code for code in OPERATEURS if code in known]
    groupes: list[Groupe] = []
    for territoire in territoires:
        groupes += _groupes(territoire, structures, STRUCTURES_EACH, now)
        groupes += _groupes(territoire, operateurs, OPERATEURS_EACH, now)
    Groupe.objects.bulk_create(groupes, batch_size=1000)
    through: Any = Groupe.territoires.through
    each = STRUCTURES_EACH + OPERATEURS_EACH
    through.objects.bulk_create(
        [through(groupe=groupe, territoire=territoires[number // each]) for number, groupe in enumerate(groupes)],
        batch_size=5000,
    )
    teams = _people(groupes, set(structures), users, now, rng)
    weights = tuple(accumulate(1 / (rank + 3) ** 0.8 for rank in range(len(territoires))))
    places = tuple(
        Place(
            territoire.code,
            territoire.calendar,
            tuple(teams[rank * each : rank * each + STRUCTURES_EACH]),
            tuple(teams[rank * each + STRUCTURES_EACH : (rank + 1) * each]),
        )
        for rank, territoire in enumerate(territoires)
    )
    return Places(places, weights, tuple(Thematique.objects.values_list("code", flat=True)))


def _groupes(territoire: Territoire, organismes: Sequence[str], number: int, now: datetime) -> Iterator[Groupe]:
    for rank in range(number):
        organisme = organismes[rank % len(organismes)]
        name = f"{organisme} {territoire.code} {rank + 1}"
        yield Groupe(
            name=name,
            sort_key=fold(name),
            organisme_id=organisme,
            mailbox=f"boite.{organisme}.{territoire.code}.{rank + 1}@demo.example" if rank % 2 else "",
            created_at=now,
        )


def _people(
    groupes: Sequence[Groupe], structures: set[str], users: int, now: datetime, rng: random.Random
) -> list[Team]:
    """Every groupe has three people at least; the first operateur of each of the six largest territoires has thirty."""
    sizes = [3] * len(groupes)
    each = STRUCTURES_EACH + OPERATEURS_EACH
    for rank in range(min(LARGE_TERRITOIRES, len(groupes) // each)):
        for operateur in range(LARGE_EACH):
            sizes[rank * each + STRUCTURES_EACH + operateur] = LARGE_GROUPE
    aidant_ranks = [rank for rank, groupe in enumerate(groupes) if groupe.organisme_id in structures]
    other_ranks = [rank for rank, groupe in enumerate(groupes) if groupe.organisme_id not in structures]
    for ranks, wanted in (
        (aidant_ranks, int(users * SHARE_OF_AIDANTS)),
        (other_ranks, users - int(users * SHARE_OF_AIDANTS)),
    ):
        for _ in range(max(0, wanted - sum(sizes[rank] for rank in ranks))):
            sizes[rng.choice(ranks)] += 1
    cgu = cgu_in_force()
    people: list[User] = []
    held: list[tuple[int, int]] = []
    for rank, size in enumerate(sizes):
        for _ in range(size):
            number = len(people)
            people.append(
                User(
                    email=f"personne{number}@demo.example",
                    first_name=f"Prénom{number % 211}",
                    last_name=f"Nom{number}",
                    sort_key=fold(f"nom{number} prénom{number % 211}"),
                    cgu_version=cgu,
                    cgu_accepted_at=now,
                    welcomed_at=now,
                    created_at=now,
                    last_active_at=now,
                    password="!",  # noqa: S106  no password: sign-in by mailed link
                )
            )
            held.append((rank, number))
    User.objects.bulk_create(people, batch_size=2000)
    Membership.objects.bulk_create(
        [
            _membership(
                people[number], groupes[rank], now, is_aidant=groupes[rank].organisme_id in structures, rank=number
            )
            for rank, number in held
        ],
        batch_size=2000,
    )
    by_groupe: dict[int, list[UUID]] = {}
    for rank, number in held:
        by_groupe.setdefault(rank, []).append(people[number].pk)
    return [Team(groupe.id, groupe.organisme_id, tuple(by_groupe[rank])) for rank, groupe in enumerate(groupes)]


def _membership(user: User, groupe: Groupe, now: datetime, *, is_aidant: bool, rank: int) -> Membership:
    return Membership(
        user=user,
        groupe=groupe,
        is_aidant=is_aidant,
        is_instructeur=not is_aidant,
        is_responsable=rank % 9 == 0,
        instructeur_since=None if is_aidant else now.replace(year=now.year - 3, day=1),
        new_demandes=DigestChoice.EVERY if rank % 3 else DigestChoice.GROUPED,
        created_at=now,
    )
