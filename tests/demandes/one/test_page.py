"""The page of one demande: who reads what, in how many queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.demandes import sent


@pytest.fixture
def demande(world):
    return sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])


@pytest.mark.parametrize("who", ["alice", "ines", "paul"])
def test_both_sides_read_it(world, demande, signed_in, who):
    response = signed_in(world.user(who)).get(sent.address(demande))
    assert response.status_code == 200
    body = response.content.decode()
    assert sent.SUBJECT in body
    assert "Ondine Quartefeuille" in body
    assert sent.DESCRIPTION in body
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("who", ["chloe", "amir", "rachel", "sophie", "oscar", "nora", "elise", "agent_msa"])
def test_nobody_else_sees_that_it_exists(world, demande, signed_in, who):
    response = signed_in(world.user(who)).get(sent.address(demande))
    assert response.status_code == 404
    assert "Quartefeuille" not in response.content.decode()


def test_ten_queries_at_most_on_either_side(world, demande, signed_in):
    for who in ("alice", "ines"):
        client = signed_in(world.user(who))
        client.get(sent.address(demande))
        with CaptureQueriesContext(connection, ) as queries:
            client.get(sent.address(demande))
        assert len(queries) <= 10, "\n".join(query["sql"][:150] for query in queries)
