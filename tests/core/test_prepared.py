"""A query compiled once: the same rows as the queryset, for each value, in each thread."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connections

from aplus.accounts.models import Membership, User
from aplus.core.prepared import Prepared, Statement, stand_in
from tests.personas import World

NOW = datetime(1999, 1, 1, tzinfo=UTC)


def of_groupe() -> Prepared[Membership]:
    rows = Membership.objects.filter(groupe=stand_in("groupe"), created_at__gt=NOW)
    return Prepared(rows.select_related("user", "groupe__organisme").order_by("pk"), {"groupe": stand_in("groupe")})


def test_each_value_has_its_own_rows(world: World) -> None:
    prepared = of_groupe()
    for groupe in (world.caf95, world.cpam95, world.fs_argenteuil):
        expected = Membership.objects.filter(groupe=groupe).order_by("pk")
        assert prepared.models(groupe=groupe.id) == list(expected)
    assert prepared.models(groupe=stand_in("nobody's")) == []


def test_what_is_selected_with_a_row_costs_no_query(world: World, django_assert_num_queries: object) -> None:
    prepared = of_groupe()
    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture of pytest-django
        [first, *_] = prepared.models(groupe=world.caf95.id)
        assert (first.groupe.name, first.groupe.organisme_id) == ("CAF du Val-d'Oise", "caf")
        assert first.user.full_name
        assert not first._state.adding


def test_rows_are_those_of_values_list(world: World) -> None:
    rows = User.objects.filter(pk=stand_in("person")).values_list("email", "created_at")
    prepared = Prepared(rows, {"person": stand_in("person")})
    assert prepared.rows(person=world.alice.pk) == [(world.alice.email, world.alice.created_at)]


def test_a_stand_in_that_got_lost_is_seen_when_it_is_made(db: None) -> None:
    rows = User.objects.filter(pk=stand_in("person"))
    with pytest.raises(ValueError, match="groupe"):
        Prepared(rows, {"person": stand_in("person"), "groupe": stand_in("groupe")})
    Prepared(rows, {"person": stand_in("person"), "groupe": stand_in("groupe")}, unused=["groupe"])


def test_a_statement_keeps_what_is_no_stand_in() -> None:
    statement = Statement("%s %s %s", [stand_in("a"), 3, stand_in("a")], {"a": stand_in("a")})
    assert statement.parameters({"a": "x"}) == ["x", 3, "x"]


def test_threads_share_it_each_on_its_connection(transactional_db: None) -> None:
    users = [User.objects.create(email=f"fil{number}@demo.example", created_at=NOW) for number in range(8)]
    prepared = Prepared(User.objects.filter(pk=stand_in("person")), {"person": stand_in("person")})

    def read(user: User) -> str:
        try:
            return [prepared.models(person=user.pk)[0].email for _ in range(20)][-1]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, users)) == [user.email for user in users]
