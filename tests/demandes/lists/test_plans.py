"""At a hundred thousand demandes, every query of the lists reads indexes and sorts a page at most (budgets.md)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict

from aplus.demandes.models import Demande
from aplus.demandes.queries import list_export, lists
from aplus.demandes.queries.list_filters import narrowed
from aplus.demandes.queries.list_holders import EVERYTHING, Tab
from aplus.demandes.queries.list_panel import panel
from aplus.demandes.queries.list_state import Filters
from aplus.demandes.queries.lists import Order
from aplus.demandes.rules.life import DemandeState, PartState, demande_state
from aplus.demandes.services import copies
from aplus.policy.actor import Actor
from tests import bulk

LARGE = {"demande", "part", "participant", "message", "reading", "draft", "secret"}
SORTED_AT_MOST = 200
# A chunk is ten pages: of a set that is hardly larger, sorting the rest costs less than walking the index.
EXPORT_SORTED_AT_MOST = 4 * list_export.CHUNK

Plan = dict[str, Any]


class Explained:
    """The plan of each query sent inside the block, as it really ran."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        cursor = context["cursor"].cursor
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        (rows,) = cursor.fetchone()
        self.plans += [plan["Plan"] for plan in rows]
        return execute(sql, params, many, context)


@contextmanager
def explained() -> Iterator[list[Plan]]:
    watcher = Explained()
    with connection.execute_wrapper(watcher):
        yield watcher.plans


def nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def faults(plan: Plan, most: int = SORTED_AT_MOST) -> list[str]:
    """What is too slow in a plan: a large table read whole, or more rows sorted than a page needs."""
    found = []
    for node in nodes(plan):
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE:
            found.append(f"sequential scan of {node['Relation Name']}")
        if "Sort" in node["Node Type"]:
            sorted_ones = [child for child in node["Plans"] if child["Parent Relationship"] == "Outer"]
            number = sum(child["Actual Rows"] * child["Actual Loops"] for child in sorted_ones)
            if number > most:
                found.append(f"{number} rows sorted by {node['Sort Key']}")
    return found


# Rare and common values of each filter; what is rare is walked to the end of what the reader holds.
FILTERS = [
    *("groupe=00000000-0000-4000-8000-000000000000", "organisme=operateur", "organisme=inconnu", "territoire=988"),
    *("thematique=autre", "suivi=moi", "suivi=personne", "urgent=1", "non_lu=1", "au=2010-01-01", "du=2010-01-01"),
]


def read_filtered(actor: Actor, query: str, now: Any) -> None:
    """Every order of the whole list, the archived ones, and the counters."""
    within = narrowed(actor, Filters.from_query(QueryDict(query)))
    for tab, order in [*((Tab.ALL, order) for order in Order), (Tab.TODO, Order.DUE), (Tab.ARCHIVED, Order.DUE)]:
        lists.find(actor, tab, order, now=now, within=within)
    lists.counters(actor, now=now, within=within)


def export(actor: Actor, now: Any) -> None:
    """Three chunks of each tab that has an index of its own."""
    for tab in (Tab.ALL, Tab.ARCHIVED):
        list(islice(list_export.chunks(actor, tab, now=now, within=EVERYTHING), 3))


def read(actor: Actor, tab: Tab, order: Order, now: Any) -> None:
    """Three pages, and what the first one loads."""
    found = lists.find(actor, tab, order, now=now)
    ids = [demande.id for demande in lists.load(actor, found.ids)]
    assert ids == found.ids
    for _ in range(2):
        if found.following is not None:
            found = lists.find(actor, tab, order, now=now, after=found.following)


@pytest.mark.django_db
def test_no_query_of_a_list_reads_a_large_table_whole_or_sorts_more_than_a_page() -> None:
    with bulk.world() as world:
        assert_copies_are_those_of_the_writer()
        slow = []
        for name, actor in world.readers().items():
            asked = [(tab, order) for tab in Tab if tab is not Tab.DRAFTS for order in Order]
            for tab, order in asked:
                with explained() as plans:
                    read(actor, tab, order, world.now)
                slow += [f"{name} {tab} {order}: {fault}" for plan in plans for fault in faults(plan)]
            with explained() as plans:
                lists.counters(actor, now=world.now)
            slow += [f"{name} counters: {fault}" for plan in plans for fault in faults(plan)]
            with explained() as plans:
                panel(actor, now=world.now)
            slow += [f"{name} panel: {fault}" for plan in plans for fault in faults(plan)]
            with explained() as plans:
                export(actor, world.now)
            slow += [f"{name} export: {fault}" for plan in plans for fault in faults(plan, EXPORT_SORTED_AT_MOST)]
            for query in FILTERS:
                with explained() as plans:
                    read_filtered(actor, query, world.now)
                slow += [f"{name} {query}: {fault}" for plan in plans for fault in faults(plan)]
        with explained() as plans:
            lists.find_drafts(world.aidant)
        slow += [f"drafts: {fault}" for plan in plans for fault in faults(plan)]
        assert slow == []
        assert_faults_are_seen()


def assert_copies_are_those_of_the_writer() -> None:
    """The bulk rows are what `services.copies` would have written: plans are read on a world that could be."""
    rows = Demande.objects.order_by("number").prefetch_related("parts", "participants")[:200]
    seen = set()
    for demande in rows:
        parts, people = list(demande.parts.all()), list(demande.participants.all())
        written = [columns(holder) for holder in (*parts, *people)]
        for part in parts:
            copies.refresh_part(part, demande, demande.created_at)
        for person in people:
            copies.refresh_participant(person, demande, parts, demande.created_at)
        assert [columns(holder) for holder in (*parts, *people)] == written
        assert demande.state in {demande_state(PartState(part.state) for part in parts), DemandeState.ARCHIVED}
        seen.add((demande.state, len(parts)))
    assert len(seen) >= 8


def columns(holder: Any) -> dict[str, Any]:
    return {name: getattr(holder, name) for name in copies.COPIED}


def assert_faults_are_seen() -> None:
    """The reading of plans does find what it looks for."""
    with explained() as plans, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM part WHERE is_not_relevant ORDER BY promised_date")
        cursor.execute("SELECT id FROM demande ORDER BY instructeur_word_at LIMIT 5")
    assert faults(plans[0]) == ["sequential scan of part"]
    assert any("rows sorted" in fault for fault in faults(plans[1]))
