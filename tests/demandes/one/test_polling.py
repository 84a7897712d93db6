"""GET `suite/`: what is new on an open page, in one query when there is nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Membership, Session
from aplus.accounts.queries.actors import actor_for
from aplus.core import clock as core_clock
from aplus.demandes.content import Said
from aplus.demandes.models import Reading
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.queries.polling import validator
from aplus.demandes.services.acting import acting
from aplus.journal.models import JournalLine
from aplus.policy.decisions import may_reply
from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.demandes.one.cast import METHODS, ON_IT, STRANGERS, refusals, written
from tests.demandes.one.test_correction import act_on, message_of


def poll(browser, demande, tag=""):
    """What the page's timer asks."""
    return browser.client.get(sent.address(demande, "suite/"), headers={"If-None-Match": tag} if tag else {})


def tag_of(answer):
    """The validator that the page carries."""
    return answer.page.by_id("nouvelles")["data-validateur"]


@pytest.mark.parametrize("who", ON_IT)
def test_nothing_new_is_one_query_and_writes_nothing(cast, who, clock):
    """Session, account, right and version together; the session is no more in use than before."""
    browser = cast.browser(who)
    tag = tag_of(browser.read(cast.demande))
    clock.shift(600)
    before, seen = written(), list(Session.objects.order_by("pk").values_list("last_seen_at", flat=True))
    lines, readings = JournalLine.objects.count(), list(Reading.objects.values_list("last_at", flat=True))
    with CaptureQueriesContext(connection) as queries:
        response = poll(browser, cast.demande, tag)
    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == tag
    assert response["Cache-Control"] == "no-store"
    assert len(queries) == 1
    assert written() == before
    assert list(Session.objects.order_by("pk").values_list("last_seen_at", flat=True)) == seen
    assert JournalLine.objects.count() == lines
    assert list(Reading.objects.values_list("last_at", flat=True)) == readings


@pytest.mark.parametrize("who", ["alice", "paul", "elise"])
def test_a_new_message_comes(cast, who, clock):
    """With the state and the turn; no part is opened, nothing is marked as read."""
    browser = cast.browser(who)
    tag = tag_of(browser.read(cast.demande))
    clock.shift(60)
    message_of(cast, "ines", "Tout est réglé.", acte="traitement")
    clock.shift(60)
    before, read_at = written(), Reading.objects.get(user=cast.user(who)).last_at
    with CaptureQueriesContext(connection) as queries:
        response = poll(browser, cast.demande, tag)
    assert len(queries) <= 10
    text = response.content.decode()
    assert response.status_code == 200
    assert "Tout est réglé." in text
    assert "a déclaré le blocage levé" in text
    assert 'data-etat="' in text
    assert "<form" not in text
    assert response["Cache-Control"] == "no-store"
    assert response["ETag"] not in {"", tag}
    assert written() == before
    assert Reading.objects.get(user=cast.user(who)).last_at == read_at
    assert poll(browser, cast.demande, response["ETag"]).status_code == 304
    assert "premier-non-lu" in browser.read(cast.demande).text


def test_it_opens_no_part(cast):
    browser = cast.browser("paul")
    assert poll(browser, cast.demande).status_code == 200
    assert cast.part("cpam95").state == "ADDRESSED"
    assert not Reading.objects.exists()


def test_what_is_shown_changes_without_an_act(cast, clock):
    """A part becomes overdue."""
    browser = cast.browser("alice")
    tag = tag_of(browser.read(cast.demande))
    due = cast.part("caf95").due_at
    clock.move_to(due - timedelta(minutes=1), tick=False)
    Session.objects.update(last_seen_at=core_clock.now())
    tag = poll(browser, cast.demande, tag)["ETag"]
    assert poll(browser, cast.demande, tag).status_code == 304
    clock.shift(120)
    response = poll(browser, cast.demande, tag)
    assert response.status_code == 200
    assert "En souffrance" in response.content.decode()


@pytest.mark.parametrize("act", ["correction", "retrait"])
def test_a_message_changes(cast, act, clock):
    message = message_of(cast, "alice", "Avant.")
    browser = cast.browser("paul")
    tag = poll(browser, cast.demande)["ETag"]
    clock.shift(60)
    fields = {"message": "Après."} if act == "correction" else {"motif": "Après."}
    assert cast.browser("alice").send("POST", sent.address(cast.demande, f"{act_on(message, act)}/"), fields)
    text = poll(browser, cast.demande, tag).content.decode()
    assert "Après." in text
    assert "Avant." not in text


def test_nobody_else(cast):
    for who in STRANGERS:
        browser, before, lines = cast.browser(who), written(), refusals()
        for method in METHODS:
            response = browser.send(method, sent.address(cast.demande, "suite/"))
            assert response.status_code == 404
            assert b"Quartefeuille" not in response.content
        assert written() == before
        assert refusals() == lines + len(METHODS)
    response = Browser(None).send("GET", sent.address(cast.demande, "suite/"))
    assert response.status_code == 303
    assert response["Location"].startswith("/connexion/?suite=")


def test_a_right_lost_is_lost_at_the_next_poll(cast):
    """A groupe left, a co-author who leaves: even with the validator of what they read."""
    ines, amir = cast.browser("ines"), cast.browser("amir")
    tags = [tag_of(one.read(cast.demande)) for one in (ines, amir)]
    Membership.objects.filter(user=cast.world.ines, groupe=cast.world.caf95).delete()
    assert cast.submit("amir", "depart").status == 303
    for browser, tag in zip((ines, amir), tags, strict=True):
        assert poll(browser, cast.demande, tag).status_code == 404


@pytest.mark.parametrize("tag", ["x", '"', "*", 'W/"', "é", '"a", "b"', "\t", '"' + "9" * 5000 + '"'])
def test_odd_validators_are_of_nothing(cast, tag):
    response = poll(cast.browser("alice"), cast.demande, tag)
    assert response.status_code == 200


def test_head_and_other_methods_change_nothing(cast):
    before, lines = written(), JournalLine.objects.count()
    browser = cast.browser("paul")
    head = browser.client.head(sent.address(cast.demande, "suite/"))
    assert (head.status_code, head.content) == (200, b"")
    assert written() == before
    assert JournalLine.objects.count() == lines
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert browser.send(method, sent.address(cast.demande, "suite/")).status_code == 405


def test_the_same_whatever_the_length(cast):
    """Two messages or two hundred: one query, and as many when something is new."""
    counts = {}
    browser = cast.browser("alice")
    for number in (2, 198):
        with acting(actor_for(cast.world.ines.id), cast.demande.id, may_reply, key=None, journal_act="reponse") as act:
            for _ in range(number):
                act.write(Said("Un message de plus."))
        poll(browser, cast.demande)
        with CaptureQueriesContext(connection) as new:
            tag = poll(browser, cast.demande)["ETag"]
        with CaptureQueriesContext(connection) as same:
            assert poll(browser, cast.demande, tag).status_code == 304
        counts[number] = (len(new), len(same))
    assert counts[2] == counts[198]
    assert counts[2][1] == 1
    assert counts[2][0] <= 10


def test_a_note_changes_nothing_for_the_author_s_side(cast, clock):
    """Written, corrected, withdrawn: the author's side goes on getting 304."""
    cast.read("ines")
    browsers = {who: cast.browser(who) for who in ("alice", "amir", "igor")}
    tags = {who: poll(browser, cast.demande)["ETag"] for who, browser in browsers.items()}
    clock.shift(60)
    note = message_of(cast, "ines", "Une fraude ?", reserve="1")
    address = sent.address(cast.demande, act_on(note, ""))
    steps = [("", {}), ("correction/", {"message": "Une erreur ?"}), ("retrait/", {"motif": "Hors sujet."})]
    for act, fields in steps:
        if act:
            assert cast.browser("ines").send("POST", address + act, fields).status_code == 303
        for who in ("alice", "amir"):
            assert poll(browsers[who], cast.demande, tags[who]).status_code == 304, act
        response = poll(browsers["igor"], cast.demande, tags["igor"])
        assert response.status_code == 200
        tags["igor"] = response["ETag"]
    text = poll(browsers["alice"], cast.demande).content.decode()
    for canary in ("fraude", "erreur", "Hors sujet", "Note entre"):
        assert canary not in text


def test_the_page_and_the_poll_say_the_same_version(cast):
    actor = actor_for(cast.world.paul.id)
    demande = load_demande(actor, cast.demande.id)
    assert poll(cast.browser("paul"), demande)["ETag"] == validator(actor, demande, core_clock.now())
