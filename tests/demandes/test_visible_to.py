"""`visible_to` (rows) and `decisions.standing` (one loaded demande) say the same, on random worlds in the database."""

import random
from datetime import timedelta

import pytest
from django.db.models import Prefetch

from aplus.accounts.models import Expertise, Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.core import clock
from aplus.demandes.models import Demande, Part, Participant, ParticipantKind
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.queries.demande import locked_demande
from aplus.demandes.rules import turns
from aplus.demandes.rules.life import DemandeState
from aplus.policy import decisions
from aplus.policy.actor import NOBODY, SYSTEM, Actor
from tests.demandes import sent
from tests.personas import World

pytestmark = pytest.mark.django_db
SEEDS = range(12)
DEMANDES, PEOPLE = 6, 8
KINDS = [ParticipantKind.CO_AUTHOR, ParticipantKind.INVITED, ParticipantKind.EXPERT]


def groupes_of(world: World):
    return [world.fs_argenteuil, world.ccas_cergy, world.caf95, world.cpam95, world.msa95]


def people_of(chance: random.Random, world: World) -> list[User]:
    """Persons with any roles in any groupes, some experts, in any order of joining."""
    now = clock.now()
    people = [
        User.objects.create(email=f"hasard{number}@demo.example", first_name="H", created_at=now)
        for number in range(PEOPLE)
    ]
    for person in people:
        for groupe in chance.sample(groupes_of(world), chance.randint(0, 3)):
            is_instructeur = chance.random() < 0.6
            Membership.objects.create(
                user=person,
                groupe=groupe,
                is_aidant=chance.random() < 0.6,
                is_instructeur=is_instructeur,
                is_responsable=chance.random() < 0.2,
                instructeur_since=now + timedelta(days=chance.randint(-9, 9)) if is_instructeur else None,
                created_at=now,
            )
        if chance.random() < 0.3:
            Expertise.objects.create(user=person, all_territoires=True, created_at=now)
    return people


def demandes_of(chance: random.Random, world: World, people: list[User]) -> list[Demande]:
    """Demandes with any participants, some who left, some of whom lost what let them in, some archived."""
    now = clock.now()
    made = []
    for _ in range(DEMANDES):
        structure, *addressed = chance.sample(groupes_of(world), chance.randint(2, 4))
        author, *others = chance.sample(people, chance.randint(1, 5))
        demande = sent.send(author, structure, addressed)
        for person in others:
            kind = chance.choice(KINDS)
            via = {ParticipantKind.CO_AUTHOR: structure, ParticipantKind.EXPERT: None}
            Participant.objects.create(
                demande=demande,
                user=person,
                kind=kind,
                via_groupe=via.get(kind, chance.choice(groupes_of(world))),
                since=now,
                until=now if chance.random() < 0.2 else None,
                sort_at=now,
                rank=turns.NOT_MY_TURN,
                activity_at=now,
                demande_created_at=now,
                demande_state=demande.state,
            )
        if chance.random() < 0.5:
            Demande.objects.filter(pk=demande.pk).update(state=DemandeState.ARCHIVED, archived_at=now)
        made.append(demande)
    return made


def whole() -> list[Demande]:
    """Every demande as decisions read it, loaded without asking who reads."""
    on_it = Prefetch("participants", queryset=Participant.objects.filter(until=None), to_attr="participant_list")
    parts = Prefetch("parts", queryset=Part.objects.select_related("groupe__organisme"), to_attr="part_list")
    return list(Demande.objects.prefetch_related(on_it, parts))


def assert_loaders_agree(actor: Actor, demande: Demande) -> None:
    """The page's loader and the writer's give the demande to who is on it, with what says in which capacity."""
    capacity = decisions.standing(actor, demande)
    for load in (load_demande, locked_demande):
        loaded = load(actor, demande.pk)
        assert (loaded is not None) is (capacity is not None)
        if loaded is not None:
            assert decisions.standing(actor, loaded) is capacity


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_and_decisions_agree_on_a_random_world(world: World, seed: int):
    """They disagreed: mend the one that is not what product.md §4 says. The seed builds the same world again."""
    chance = random.Random(seed)
    people = people_of(chance, world)
    demandes_of(chance, world, people)
    demandes = whole()
    seen = 0
    for actor in [*(actor_for(person.pk) for person in people), NOBODY]:
        on_it = {demande.pk for demande in demandes if decisions.standing(actor, demande) is not None}
        assert set(Demande.objects.visible_to(actor).values_list("pk", flat=True)) == on_it
        assert_loaders_agree(actor, chance.choice(demandes))
        seen += len(on_it)
    # A world where everybody, or nobody, sees everything would prove nothing.
    assert 0 < seen < len(demandes) * len(people)


def test_nobody_sees_nothing(world: World):
    """A deactivated account is nobody to the jobs: a mail that was waiting for it is dropped, not tried for ever."""
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    User.objects.filter(pk=world.ines.pk).update(is_active=False)
    for actor in (NOBODY, actor_for(world.ines.pk), SYSTEM):
        assert not Demande.objects.visible_to(actor).exists()
    assert load_demande(NOBODY, demande.pk) is None
    assert locked_demande(NOBODY, demande.pk) is None
    assert locked_demande(SYSTEM, demande.pk) == demande


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1050))
def test_the_same_on_more_worlds(world: World, seed: int):
    test_rows_and_decisions_agree_on_a_random_world(world, seed)


def test_rows_come_once_whatever_the_ways_in(world: World):
    """Two groupes and an own invitation: still one row."""
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])
    Membership.objects.create(
        user=world.ines,
        groupe=world.cpam95,
        is_instructeur=True,
        instructeur_since=clock.now(),
        created_at=clock.now(),
    )
    assert list(Demande.objects.visible_to(actor_for(world.ines.pk))) == [demande]


def test_who_leaves_the_groupe_loses_the_demande_in_the_same_second(world: World):
    sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    assert Demande.objects.visible_to(actor_for(world.ines.pk)).exists()
    Membership.objects.filter(user=world.ines).delete()
    assert not Demande.objects.visible_to(actor_for(world.ines.pk)).exists()
