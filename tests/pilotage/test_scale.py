"""At the scale of the country (9,000 accounts, 1,500 groupes), people are found and listed by indexes."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from aplus.accounts.models import Membership, User
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.pilotage.queries import directory
from aplus.pilotage.queries import people as queries
from aplus.pilotage.queries.directory import Asked
from aplus.policy.actor import Actor, Scope
from tests.demandes.lists.test_plans import explained, nodes
from tests.personas import World

PEOPLE, GROUPES = 9_000, 1_500


@pytest.fixture
def country(world: World) -> World:
    """Six people in each groupe, spread over six organismes, all of territoire 95."""
    now = clock.now()
    codes = ["caf", "cpam", "msa", "ddfip", "ccas", "france-services"]
    groupes = [
        Groupe(name=f"Groupe {number}", organisme_id=codes[number % 6], created_at=now) for number in range(GROUPES)
    ]
    for groupe in groupes:
        groupe.sort_key = groupe.name.lower()
    Groupe.objects.bulk_create(groupes)
    through: Any = Groupe.territoires.through
    through.objects.bulk_create([through(groupe=one, territoire_id="95") for one in groupes])
    users = [
        User(
            email=f"{number}@x.example",
            first_name="Jean",
            last_name=f"Nom{number}",
            sort_key=f"nom{number * 7919 % 99991:05} jean",
            created_at=now,
        )
        for number in range(PEOPLE)
    ]
    User.objects.bulk_create(users)
    Membership.objects.bulk_create(
        Membership(user=user, groupe=groupes[number % GROUPES], is_aidant=True, is_responsable=True, created_at=now)
        for number, user in enumerate(users)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return world


def actor(**roles: Any) -> Actor:
    return Actor(user_id=uuid4(), **roles)


READERS = {
    "administrateur": actor(is_administrateur=True),
    "superviseur": actor(supervision=Scope(frozenset({"95"}), frozenset({"caf", "cpam"}))),
    "observateur": actor(observation=Scope(None, frozenset({"caf"}))),
}
READINGS: dict[str, Callable[[Actor], Any]] = {
    "people by name": lambda reader: directory.people(reader, Asked(name="nom12")),
    "found by name": lambda reader: queries.find(reader, "nom12", ""),
    "found by address": lambda reader: queries.find(reader, "12@x.example", ""),
}


def test_accounts_are_found_and_listed_by_indexes(country: World) -> None:
    """The memberships of a scope may be read whole: a superviseur's are a third of them."""
    for who in READERS:
        found(who)
    walked()


def found(who: str) -> None:
    """Nobody is looked for in the whole table."""
    for what, read in READINGS.items():
        if what.startswith("found") and who == "observateur":
            continue
        with explained() as plans:
            rows, _ = read(READERS[who])
        assert rows
        read_whole = [
            node["Relation Name"]
            for plan in plans
            for node in nodes(plan)
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "accounts_user"
        ]
        assert read_whole == [], what


def walked() -> None:
    """Pages of everybody are ranges of the order of names."""
    reader, seen, after = READERS["administrateur"], 0, None
    for _ in range(3):
        with explained() as plans:
            rows, after = directory.people(reader, Asked(), after=after)
        seen += len(rows)
        ranges = [node for plan in plans for node in nodes(plan) if node.get("Index Name") == "user_name"]
        assert ranges
        assert max(node["Actual Rows"] for node in ranges) <= 51
    assert seen == 150
