"""At a hundred thousand demandes, a search reads the blind index, never a large table whole (budgets.md)."""

from typing import Any

import pytest

from aplus.demandes.content import Usager
from aplus.demandes.queries import lists
from aplus.demandes.queries import search as queries
from aplus.demandes.queries.list_holders import Tab
from aplus.demandes.queries.lists import Order
from aplus.policy.actor import Actor
from aplus.vault import blind
from tests import bulk
from tests.demandes.lists.test_plans import LARGE, Plan, explained, nodes

# A whole name, the first letters of every name, a word of a third of all subjects, rare ones together, nothing.
ASKED = ("fam123", "fam", "allocation", "fam123 pre1 1985", "allocation dossier77", "12/03/1985", "zibeline")

NUMBERS = ("900123", "n° 900 123")
RARE = ("fam123 pre1 1985", "12/03/1985", "zibeline", "900123")


def faults(plan: Plan) -> list[str]:
    """A large table, or the index's own, read whole."""
    large = LARGE | {"search_entry"}
    return [
        f"sequential scan of {node['Relation Name']}"
        for node in nodes(plan)
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large
    ]


def reads_the_index(plan: Plan) -> bool:
    return any(node.get("Index Name") == "search_entry_tokens" for node in nodes(plan))


def read(actor: Actor, typed: str, tab: Tab, order: Order, now: Any) -> int:
    within = queries.within(actor, typed)
    found = lists.find(actor, tab, order, now=now, within=within)
    if found.following is not None:
        lists.find(actor, tab, order, now=now, within=within, after=found.following)
    return len(found.ids)


@pytest.mark.django_db
def test_a_search_reads_the_blind_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blind, "token", bulk.token)
    asked = [(Tab.ALL, Order.DUE), (Tab.TODO, Order.ACTIVITY), (Tab.ARCHIVED, Order.DUE)]
    with bulk.world(has_index=True) as world:
        slow, found = [], 0
        for name, actor in world.readers().items():
            for typed in (*ASKED, *NUMBERS):
                for tab, order in asked:
                    with explained() as plans:
                        found += read(actor, typed, tab, order, world.now)
                    slow += [f"{name} {typed} {tab} {order}: {one}" for plan in plans for one in faults(plan)]
                    if tab is Tab.ALL and typed in RARE and name != "expert":
                        assert all(reads_the_index(plan) for plan in plans), (name, typed)
                with explained() as plans:
                    lists.counters(actor, now=world.now, within=queries.within(actor, typed))
                slow += [f"{name} {typed} counters: {one}" for plan in plans for one in faults(plan)]
            with explained() as plans:
                queries.same_person(actor, Usager("pre1", "fam1", birth_date="1941"))
            slow += [f"{name} same person: {one}" for plan in plans for one in faults(plan)]
        assert found > 1000
        assert slow == []
