"""The filters of the lists: each keeps exactly the demandes that its words describe, in every tab, order and page."""

import random
from dataclasses import fields
from datetime import date, timedelta
from functools import partial
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Q
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from aplus.annuaire.models import Organisme, Territoire, Thematique
from aplus.core import clock
from aplus.demandes.models import Demande, Reading
from aplus.demandes.presenters.lists import is_unread
from aplus.demandes.queries import lists
from aplus.demandes.queries.list_filters import narrowed
from aplus.demandes.queries.list_holders import COUNTED, Tab, Within
from aplus.demandes.queries.list_marks import Mark
from aplus.demandes.queries.list_state import Filters, Followed, ListState
from aplus.demandes.queries.lists import Order
from aplus.demandes.rules.life import OPEN_PARTS, DemandeState
from aplus.policy.actor import Actor
from aplus.policy.decisions import Standing, side, standing
from tests.demandes.lists.test_find import LISTED, Worlds, every_page, is_in, mine, reference

UNKNOWN = "00000000-0000-4000-8000-000000000000"


# The filters of demandes.md §9, said again one demande at a time


def is_followed(whose: Followed, actor: Actor, demande: Demande) -> bool:
    if whose is Followed.BY_ME:
        follows = any(part.followed_by_id == actor.user_id for part in demande.part_list)
        return follows or standing(actor, demande) is Standing.AUTHOR
    waiting = any(part.state in OPEN_PARTS and part.followed_by_id is None for part in mine(actor, demande))
    return waiting and demande.state != DemandeState.ARCHIVED


def sent_on(demande: Demande) -> date:
    return demande.created_at.astimezone(ZoneInfo(demande.territoire.timezone)).date()


def keeps(filters: Filters, actor: Actor, demande: Demande) -> bool:
    """Whether a demande is one of those asked for."""
    groupes = [demande.structure, *(part.groupe for part in demande.part_list)]
    read = {reading.user_id: reading.last_at for reading in demande.readings.all()}
    return all(
        (
            filters.groupe in {None, *(groupe.pk for groupe in groupes)},
            filters.organisme in {None, *(groupe.organisme_id for groupe in groupes)},
            filters.territoire in {None, demande.territoire_id},
            filters.thematique in {None, demande.thematique_id or "autre"},
            filters.suivi is None or is_followed(filters.suivi, actor, demande),
            not filters.urgent or demande.is_urgent,
            not filters.non_lu or is_unread(actor, demande, side(actor, demande), read.get(actor.person_id)),
            filters.du is None or sent_on(demande) >= filters.du,
            filters.au is None or sent_on(demande) <= filters.au,
        )
    )


def varied(seed: int) -> Worlds:
    """A random world of two organismes, two territoires far apart, two themes, with readings and acts of the system."""
    chance = random.Random(seed)
    built = Worlds(seed)
    Territoire.objects.create(code="988", name="Nouvelle-Calédonie", timezone="Pacific/Noumea")
    cpam = Organisme.objects.create(code="cpam", acronym="CPAM", name="CPAM", side="les_deux")
    theme = Thematique.objects.create(code="logement", name="Logement")
    for groupe in built.groupes[3:]:
        groupe.organisme = cpam
        groupe.save()
    for demande in Demande.objects.order_by("number"):
        demande.territoire_id = chance.choice(["95", "988"])
        demande.thematique = chance.choice([theme, None])
        if chance.random() < 0.3:
            demande.author_activity_by = demande.instructeur_activity_by = chance.choice([None, *built.users])
        demande.save()
        for user in chance.sample(built.users, 3):
            at = demande.author_activity_at + timedelta(hours=chance.choice([-1, 0, 1]))
            Reading.objects.create(user=user, demande=demande, first_at=at, last_at=at)
    return built


def choices(built: Worlds) -> list[Filters]:
    """Each filter alone, with its rare and its common values, then some together."""
    day = (built.now - timedelta(days=3)).date()
    alone = [
        *(f"groupe={groupe.pk}" for groupe in built.groupes[:2]),
        f"groupe={UNKNOWN}",
        *("organisme=caf", "organisme=cpam", "organisme=inconnu"),
        *("territoire=95", "territoire=988", "territoire=inconnu"),
        *("thematique=logement", "thematique=autre", "thematique=inconnue"),
        *("suivi=moi", "suivi=personne", "urgent=1", "non_lu=1"),
        *(f"du={day}", f"au={day}", f"du={day}&au={day}", f"du={day}&au={day - timedelta(days=1)}"),
    ]
    together = [
        "urgent=1&non_lu=1",
        f"territoire=95&suivi=personne&du={day}",
        "organisme=cpam&thematique=autre&suivi=moi",
    ]
    return [Filters.from_query(QueryDict(query)) for query in (*alone, *together)]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_every_filter_in_every_tab_and_order_is_the_reference_filtered(seed: int) -> None:
    built = varied(seed)
    chance, met = random.Random(seed), {True: 0, False: 0}
    for actor in built.actors():
        visible = [one for one in reference(actor) if one.erased_at is None]
        for filters in choices(built):
            kept = {one.id for one in visible if keeps(filters, actor, one)}
            within = narrowed(actor, filters)
            for tab, order in chance.sample(list(product(LISTED, Order)), 3):
                find = partial(lists.find, actor, tab, order, now=built.now)
                everything = find(size=100).ids
                some = partial(find, size=7, within=within)
                found = [row for page in every_page(lambda mark: some(after=mark)) for row in page]  # noqa: B023
                assert found == [row for row in everything if row in kept], (filters.asked(), tab, order)
                met[True] += len(found)
                met[False] += len(everything) - len(found)
            counted = lists.counters(actor, now=built.now, within=within)
            for tab in COUNTED:
                expected = sum(one.id in kept and is_in(tab, actor, one, built.now) for one in visible)
                assert counted[tab] == expected, (filters.asked(), tab)
    assert min(met.values()) > 100


@pytest.mark.django_db
def test_filters_narrow_a_search_which_keeps_what_is_archived() -> None:
    built = varied(9)
    met = 0
    for actor in built.actors():
        found = narrowed(actor, Filters(territoire="95"), Within(Q(demande__is_urgent=True), has_archived=True))
        ids = lists.find(actor, Tab.ALL, Order.DUE, now=built.now, size=100, within=found).ids
        expected = {
            one.id for one in reference(actor) if one.is_urgent and one.territoire_id == "95" and one.erased_at is None
        }
        met += any(one.state == DemandeState.ARCHIVED for one in Demande.objects.filter(pk__in=expected))
        assert set(ids) == expected
    assert met


@pytest.mark.django_db
def test_a_filter_asks_no_query_more(django_assert_num_queries: Any) -> None:
    built = varied(5)
    actor = next(actor for actor in built.actors() if actor.memberships)
    for filters in choices(built):
        with django_assert_num_queries(2):
            lists.find(actor, Tab.ALL, Order.DUE, now=built.now, within=narrowed(actor, filters))
            lists.counters(actor, now=built.now, within=narrowed(actor, filters))


# What an address says

words = st.one_of(
    st.text(max_size=50), st.sampled_from(["1", "0", "moi", "personne", "caf", "2A", UNKNOWN, "2031-04-07"])
)


@given(st.dictionaries(st.sampled_from([one.name for one in fields(Filters)]), words))
def test_anything_in_an_address_is_a_state_that_says_itself_again(query: dict[str, str]) -> None:
    state = ListState.from_query(query)
    assert ListState.from_query(QueryDict(state.to_query())) == state


def test_the_state_of_an_address_comes_back_in_the_order_of_the_contract() -> None:
    mark = Mark("echeance", 1, clock.now(), Demande().pk).to_text()
    query = (
        f"onglet=a-traiter&tri=activite&groupe={UNKNOWN}&organisme=caf&territoire=2A&thematique=autre&suivi=moi"
        f"&urgent=1&non_lu=1&du=2031-04-07&au=2031-04-08&recherche={UNKNOWN}&apres={mark}"
    )
    state = ListState.from_query(QueryDict(query))
    assert state.to_query() == query
    assert (state.tab, state.order, state.filters.suivi) == (Tab.TODO, Order.ACTIVITY, Followed.BY_ME)
    assert ListState().to_query() == ""


@pytest.mark.parametrize(
    "query",
    [
        *("groupe=", "groupe=caf", "groupe=%00", "organisme=%00", "organisme=" + "a" * 41, "organisme=a'b"),
        *("territoire=é", "thematique= ", "suivi=tous", "suivi=", "urgent=0", "urgent=oui", "non_lu=True"),
        *("du=2031-13-01", "du=20310407", "du=1999-12-31", "au=9999-12-31", "au=demain", "du=2031-W15-1"),
    ],
)
def test_what_is_malformed_is_left_out(query: str) -> None:
    assert ListState.from_query(QueryDict(query)) == ListState()


def test_a_filter_is_taken_away_alone() -> None:
    filters = Filters.from_query({"urgent": "1", "territoire": "95"})
    assert filters.without("urgent").asked() == {"territoire": "95"}
