"""« Demande suivante » and « Revenir à la liste »: the list one came from, through acts."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.demandes import sent
from tests.demandes.one.browser import Browser


@pytest.fixture
def demandes(world, clock):
    """Three to the CAF, a day apart."""
    made = []
    for _ in range(3):
        made.append(sent.send(world.alice, world.fs_argenteuil, [world.caf95]))
        clock.shift(24 * 3600)
    return made


def link(answer, words):
    """Where the link of these words leads."""
    return next(one["href"] for one in answer.page.all("a") if " ".join(one.text.split()) == words)


def rows(answer):
    """Where the rows of a list lead, in their order."""
    return [
        one["href"] for one in answer.page.all("a") if one.get("href", "").startswith("/demandes/") and "n°" in one.text
    ]


@pytest.mark.parametrize("who", ["ines", "alice"])
@pytest.mark.parametrize(
    "query", ["", "?onglet=en-cours", "?tri=recentes", "?tri=activite&thematique=autre", "?onglet=a-traiter"]
)
def test_the_whole_list_in_its_order(world, demandes, who, query):
    browser = Browser(world.user(who))
    listed = rows(browser.get(f"/demandes/{query}"))
    walked = []
    address = listed[0] if listed else ""
    while address.startswith("/demandes/") and urlsplit(address).path != "/demandes/":
        walked.append(urlsplit(address).path)
        answer = browser.get(address)
        back = link(answer, "Revenir à la liste")
        assert parse_qs(urlsplit(back).query) == parse_qs(query.removeprefix("?"))
        address = browser.get(link(answer, "Demande suivante")).location
        assert len(walked) <= 3
    assert walked == [urlsplit(one).path for one in listed]


def test_the_first_list_needs_no_word_in_the_address(world, demandes):
    assert set(rows(Browser(world.ines).get("/demandes/"))) == {sent.address(one) for one in demandes}


def test_an_act_does_not_lose_it(world, demandes):
    """Even one that takes the demande out of the list, even refused first."""
    browser = Browser(world.ines)
    first, second = rows(browser.get("/demandes/?onglet=a-traiter"))[:2]
    answer = browser.get(first)
    read = next(one for one in demandes if sent.address(one) == urlsplit(first).path)
    action = sent.address(read, "messages/")
    refused = browser.post(read, "messages", answer.fields(action))
    assert refused.status == 422
    fields = {**refused.fields(action), "acte": ["traitement"], "message": ["C’est réglé."]}
    done = browser.post(read, "messages", fields)
    assert done.status == 303
    again = browser.post(read, "messages", fields)
    assert (again.status, again.location) == (303, done.location)
    answer = browser.get(done.location)
    assert link(answer, "Revenir à la liste") == "/demandes/?onglet=a-traiter"
    following = browser.get(link(answer, "Demande suivante")).location
    assert urlsplit(following).path == urlsplit(second).path


def test_at_the_end_the_list_again(world, demandes):
    browser = Browser(world.ines)
    answer = browser.get(rows(browser.get("/demandes/?onglet=a-traiter"))[-1])
    end = browser.get(link(answer, "Demande suivante"))
    assert end.location == "/demandes/?onglet=a-traiter"
    assert "la dernière demande de la liste" in browser.get(end.location).words


@pytest.mark.parametrize(
    "text", ["x", "é", "%00", "%ff", "A" * 5000, "b25nbGV0PWJvbw", "cGxhY2U9eA", "====", "%2F%2Fevil.example"]
)
def test_odd_lists_are_the_first_one(world, demandes, text):
    browser = Browser(world.ines)
    for path in ("", "suivante/"):
        response = browser.send("GET", f"{sent.address(demandes[0], path)}?liste={text}")
        assert response.status_code in {200, 303}
        assert response.headers.get("Location", "/demandes/").startswith("/demandes/")
    answer = browser.get(f"{sent.address(demandes[0])}?liste={text}")
    assert link(answer, "Revenir à la liste") == "/demandes/"


def test_going_on_costs_one_query_beside_the_right(world, demandes):
    """The session, the demande and its parts, the list."""
    browser = Browser(world.ines)
    answer = browser.get(sent.address(demandes[0]))
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(link(answer, "Demande suivante")).status == 303
    assert len(queries) == 4
