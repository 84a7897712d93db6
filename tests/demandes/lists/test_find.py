"""Each tab holds exactly the demandes of `visible_to` that its definition keeps, once, in its order, over all pages."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Q

from aplus.accounts.models import Expertise, Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Groupe, Organisme, Territoire
from aplus.core import clock
from aplus.core.errors import NotAllowed
from aplus.core.text import fold
from aplus.demandes.models import Demande, Part, Participant, ParticipantKind
from aplus.demandes.queries import lists
from aplus.demandes.queries.list_holders import COUNTED, Tab, Within
from aplus.demandes.queries.list_marks import Mark
from aplus.demandes.queries.lists import Order
from aplus.demandes.rules import turns
from aplus.demandes.rules.life import CLOSED_PARTS, OPEN_PARTS, DemandeState, PartState
from aplus.demandes.services.copies import part_now
from aplus.policy.actor import NOBODY, Actor
from aplus.policy.decisions import Side, Standing, standing
from tests.demandes.lists.worlds import Planned, PlannedPart, write

pytestmark = pytest.mark.django_db

LISTED = [tab for tab in Tab if tab is not Tab.DRAFTS]
DAY = timedelta(days=1)


# The definitions of demandes.md §9, said again from the rules, one demande at a time


def mine(actor: Actor, demande: Demande) -> list[Part]:
    """The parts that count for this reader: of their groupes as an instructeur, else all."""
    parts = list(demande.part_list)
    if standing(actor, demande) is Standing.INSTRUCTEUR:
        return [part for part in parts if part.groupe_id in actor.instructeur_groupe_ids]
    return parts


def is_todo(actor: Actor, demande: Demande) -> bool:
    capacity = standing(actor, demande)
    state = DemandeState(demande.state)
    if capacity is Standing.INSTRUCTEUR:
        return any(
            turns.has_turn(part_now(part), state) and part.followed_by_id in {None, actor.user_id}
            for part in mine(actor, demande)
        )
    return capacity in {Standing.AUTHOR, Standing.CO_AUTHOR} and turns.author_has_turn(
        state, [part_now(part) for part in demande.part_list]
    )


def is_in(tab: Tab, actor: Actor, demande: Demande, now: datetime) -> bool:
    state = DemandeState(demande.state)
    if demande.erased_at is not None:
        return False
    if tab is Tab.ARCHIVED or state is DemandeState.ARCHIVED:
        return tab is Tab.ARCHIVED and state is DemandeState.ARCHIVED
    if tab is Tab.ALL:
        return True
    if tab is Tab.TODO:
        return is_todo(actor, demande)
    if tab is Tab.GOING:
        return state in {DemandeState.SENT, DemandeState.IN_PROGRESS} and not is_todo(actor, demande)
    if tab is Tab.OVERDUE:
        return any(
            part.state in OPEN_PARTS and part.due_at is not None and part.due_at < now for part in mine(actor, demande)
        )
    is_own = standing(actor, demande) is Standing.INSTRUCTEUR
    return state is DemandeState.PROCESSED or (
        is_own and any(part.state in CLOSED_PARTS for part in mine(actor, demande))
    )


def place(tab: Tab, order: Order, actor: Actor, demande: Demande, now: datetime) -> tuple[Any, ...]:
    """Where a demande stands in the list of this reader."""
    if tab is Tab.ARCHIVED:
        assert demande.archived_at is not None
        return (-demande.archived_at.timestamp(), demande.id)
    if order is Order.NEWEST:
        return (-demande.created_at.timestamp(), demande.id)
    capacity = standing(actor, demande)
    assert capacity is not None
    if order is Order.ACTIVITY:
        is_author = capacity.side is Side.AUTHOR
        at = demande.author_activity_at if is_author else demande.instructeur_activity_at
        return (-at.timestamp(), demande.id)
    if capacity is Standing.INSTRUCTEUR:
        held = [part for part in mine(actor, demande) if part_is_in(tab, actor, demande, part, now)]
        return (*min((part.rank, part.sort_at) for part in held), demande.id)
    own = next(person for person in demande.participant_list if person.user_id == actor.user_id)
    assert isinstance(own, Participant)
    return (own.rank, own.sort_at, demande.id)


def part_is_in(tab: Tab, actor: Actor, demande: Demande, part: Part, now: datetime) -> bool:
    """Whether this part alone puts the demande in the tab."""
    if tab is Tab.TODO:
        has_turn = turns.has_turn(part_now(part), DemandeState(demande.state))
        return has_turn and part.followed_by_id in {None, actor.user_id}
    if tab is Tab.OVERDUE:
        return part.state in OPEN_PARTS and part.due_at is not None and part.due_at < now
    if tab is Tab.DONE:
        return demande.state == DemandeState.PROCESSED or part.state in CLOSED_PARTS
    return True


# Random worlds


class Worlds:
    """A territoire with few groupes and few people, so that every combination of hats meets on some demande."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now = clock.now()
        Territoire.objects.create(code="95", name="Val-d'Oise", timezone="Europe/Paris")
        organisme = Organisme.objects.create(code="caf", acronym="CAF", name="CAF", side="les_deux")
        names = [f"Groupe {number}" for number in range(5)]
        self.groupes = Groupe.objects.bulk_create(
            Groupe(name=name, sort_key=fold(name), organisme=organisme, created_at=self.now) for name in names
        )
        self.users = User.objects.bulk_create(
            User(email=f"p{number}@demo.example", first_name="P", last_name=str(number), created_at=self.now)
            for number in range(7)
        )
        for user in self.users[:2]:
            Expertise.objects.create(user=user, all_territoires=True, created_at=self.now)
        write(self._plan() for _ in range(45))
        self._hold_groupes()

    def actors(self) -> list[Actor]:
        """Everyone, as they are now."""
        return [actor_for(user.pk) for user in self.users]

    def _hold_groupes(self) -> None:
        """Memberships made after the demandes: many who were on them lost their hat, some have another one."""
        for user in self.users:
            for groupe in self.random.sample(self.groupes, self.random.randint(0, 4)):
                is_instructeur = self.random.random() < 0.6
                Membership.objects.create(
                    user=user,
                    groupe=groupe,
                    is_aidant=self.random.random() < 0.5,
                    is_instructeur=is_instructeur,
                    instructeur_since=self.now - self.random.randint(0, 20) * DAY if is_instructeur else None,
                    created_at=self.now,
                )

    def _plan(self) -> Planned:
        chance = self.random
        structure, *addressed = chance.sample(self.groupes, chance.randint(2, 5))
        author, *others = chance.sample(self.users, chance.randint(1, 5))
        kinds = [ParticipantKind.CO_AUTHOR, ParticipantKind.INVITED, ParticipantKind.EXPERT]
        people = []
        for user in others:
            kind = chance.choice(kinds)
            via = {ParticipantKind.CO_AUTHOR: structure, ParticipantKind.EXPERT: None}.get(
                kind, chance.choice(self.groupes)
            )
            people.append((user, kind, via))
        gone = [people.pop()] if people and chance.random() < 0.3 else []
        if chance.random() < 0.1:
            gone.append((author, ParticipantKind.AUTHOR, structure))
        # Few days, so that equal places are met.
        return Planned(
            author=author,
            structure=structure,
            parts=[self._part(groupe) for groupe in addressed],
            people=people,
            gone=gone,
            is_urgent=chance.random() < 0.3,
            created_ago=chance.randint(1, 6) * DAY,
            activity_ago=chance.randint(0, 6) * DAY,
            archived_ago=chance.randint(0, 20) * DAY if chance.random() < 0.3 else None,
        )

    def _part(self, groupe: Groupe) -> PlannedPart:
        chance = self.random
        state = chance.choice(list(PartState))
        is_awaited = state is PartState.IN_CHARGE and chance.random() < 0.4
        has_due = state in OPEN_PARTS and not is_awaited
        return PlannedPart(
            groupe,
            state,
            due_in=chance.randint(-3, 3) * DAY if has_due else None,
            followed_by=chance.choice([None, *self.users]),
            is_awaited=is_awaited,
        )


@pytest.fixture(params=range(4))
def worlds(request: pytest.FixtureRequest) -> Worlds:
    built = Worlds(request.param)
    erase_some(built)
    return built


def erase_some(built: Worlds) -> None:
    """Some archived demandes are erased."""
    archived = list(Demande.objects.filter(state=DemandeState.ARCHIVED).order_by("number").values_list("id", flat=True))
    gone = archived[::3]
    assert gone
    Demande.objects.filter(pk__in=gone).update(erased_at=built.now)
    Part.objects.filter(demande_id__in=gone).update(erased_at=built.now)
    Participant.objects.filter(demande_id__in=gone).update(erased_at=built.now)


def every_page(find: Callable[[Mark | None], lists.Found]) -> Iterator[list[UUID]]:
    """All the pages, each asked for by the address of the one before."""
    found = find(None)
    yield found.ids
    while found.following is not None:
        found = find(Mark.from_text(found.following.to_text()))
        yield found.ids


def reference(actor: Actor) -> list[Demande]:
    """What the actor may see, with parts and people."""
    ids = list(Demande.objects.visible_to(actor).values_list("id", flat=True))
    rows = (
        Demande.objects.filter(pk__in=ids)
        .select_related("structure", "territoire")
        .prefetch_related("parts__groupe", "readings")
    )
    loaded = list(rows.prefetch_related("parts__groupe", "readings"))
    for demande in loaded:
        demande.part_list = list(demande.parts.all())
        demande.participant_list = list(demande.participants.filter(until=None))
    return loaded


def test_every_tab_in_every_order_is_the_reference_filtered_and_sorted(worlds: Worlds) -> None:
    met = dict.fromkeys(LISTED, 0)
    for actor in worlds.actors():
        visible = reference(actor)
        for tab in LISTED:
            expected = [demande for demande in visible if is_in(tab, actor, demande, worlds.now)]
            met[tab] += len(expected)
            for order in Order:
                expected.sort(key=lambda demande: place(tab, order, actor, demande, worlds.now))
                pages = list(
                    every_page(lambda mark: lists.find(actor, tab, order, now=worlds.now, after=mark, size=4))  # noqa: B023
                )
                assert [row for page in pages for row in page] == [demande.id for demande in expected], (tab, order)
                assert all(len(page) == 4 for page in pages[:-1])
    assert all(met.values()), met


def test_narrowed_to_some_demandes_a_tab_keeps_those_and_their_order(worlds: Worlds) -> None:
    """With archived ones, *Toutes* is all that the reader may see and that is not erased."""
    everything = Demande.objects.order_by("number").values_list("id", flat=True)
    chosen = {demande_id for number, demande_id in enumerate(everything) if number % 4}
    archived = 0
    for actor in worlds.actors():
        visible = [demande for demande in reference(actor) if demande.id in chosen and demande.erased_at is None]
        archived += sum(demande.state == DemandeState.ARCHIVED for demande in visible)
        for has_archived in (True, False):
            within = Within(Q(demande__in=chosen), has_archived=has_archived)
            for tab in LISTED:
                is_everywhere = has_archived and tab is Tab.ALL
                kept = [one for one in visible if is_everywhere or is_in(tab, actor, one, worlds.now)]
                for order in Order:
                    find = partial(lists.find, actor, tab, order, now=worlds.now, size=3, within=within)
                    found = [row for page in every_page(lambda mark: find(after=mark)) for row in page]  # noqa: B023
                    assert len(found) == len(set(found))
                    assert set(found) == {one.id for one in kept}, (tab, order, has_archived)
                    if not is_everywhere:
                        whole = lists.find(actor, tab, order, now=worlds.now, size=100).ids
                        assert found == [row for row in whole if row in chosen]
        counted = lists.counters(actor, now=worlds.now, within=Within(Q(demande__in=chosen)))
        for tab in COUNTED:
            assert counted[tab] == sum(is_in(tab, actor, one, worlds.now) for one in visible), tab
    assert archived


def test_the_counters_are_the_lengths_of_the_tabs(worlds: Worlds) -> None:
    for actor in worlds.actors():
        visible = reference(actor)
        counted = lists.counters(actor, now=worlds.now)
        for tab in COUNTED:
            assert counted[tab] == sum(is_in(tab, actor, demande, worlds.now) for demande in visible), tab


def test_what_is_found_can_be_read(worlds: Worlds) -> None:
    """Loading drops nothing: lists and decisions agree on who is on a demande."""
    for actor in worlds.actors():
        for tab in LISTED:
            ids = lists.find(actor, tab, Order.DUE, now=worlds.now).ids
            assert [demande.id for demande in lists.load(actor, ids)] == ids


def test_one_query_finds_a_page_whatever_the_number_of_groupes(worlds: Worlds, django_assert_num_queries: Any) -> None:
    for actor in worlds.actors():
        number = 1 if actor.memberships or actor.expertise else 0
        for tab in LISTED:
            with django_assert_num_queries(number, exact=False):
                lists.find(actor, tab, Order.DUE, now=worlds.now)


def test_nobody_and_who_holds_nothing_have_no_list() -> None:
    now = clock.now()
    stranger = actor_for(User.objects.create(email="seul@demo.example", created_at=now).pk)
    assert lists.find(stranger, Tab.ALL, Order.DUE, now=now) == lists.Found([], None)
    assert lists.counters(stranger, now=now) == dict.fromkeys([Tab.DRAFTS, *COUNTED], 0)
    with pytest.raises(NotAllowed):
        lists.counters(NOBODY, now=now)


def test_a_demande_lost_after_its_id_was_found_is_left_out(worlds: Worlds) -> None:
    for user, actor in zip(worlds.users, worlds.actors(), strict=True):
        ids = lists.find(actor, Tab.ALL, Order.DUE, now=worlds.now).ids
        if ids:
            Membership.objects.filter(user=user).delete()
            Expertise.objects.filter(user=user).delete()
            assert lists.load(actor_for(user.pk), ids) == []
            return
    pytest.fail("nobody holds anything")
