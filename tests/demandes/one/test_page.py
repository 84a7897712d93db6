"""GET of the page of one demande: who reads what, what opening changes, in how many queries."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.queries.actors import actor_for
from aplus.core import clock as core_clock
from aplus.demandes.content import Said
from aplus.demandes.models import Message, Reading
from aplus.demandes.services import inviting
from aplus.demandes.services.acting import acting
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from aplus.policy.decisions import may_reply
from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.demandes.one.cast import METHODS, ON_IT, STRANGERS, refusals, written
from tests.demandes.one.test_invitations import new_groupe, new_person
from tests.demandes.one.test_rights_now import join

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture
def demande(world):
    """Alice's, to the CAF and the CPAM."""
    return sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])


@pytest.mark.parametrize("who", ON_IT)
def test_both_sides_read_it(cast, who):
    answer = cast.read(who)
    assert answer.status == 200
    for words in (sent.SUBJECT, "Ondine Quartefeuille", sent.DESCRIPTION, "n° 100 001"):
        assert words in answer.words
    assert answer.response["Cache-Control"] == "no-store"
    title = answer.page.one("title").text
    assert "100 001" in title
    assert sent.SUBJECT not in title
    assert (answer.main["data-etat"], answer.main["data-tour"]) == (cast.state, "instructeurs")


def test_nobody_else_sees_that_it_exists(cast):
    """The same page as for an id that does not exist, whatever the method; a line of the journal each."""
    for who in STRANGERS:
        browser, before, lines = cast.browser(who), written(), refusals()
        for method in METHODS:
            response = browser.send(method, sent.address(cast.demande))
            assert response.status_code == 404, f"{who} {method}"
            assert b"Quartefeuille" not in response.content
        assert refusals() == lines + len(METHODS)
        absent = browser.send("GET", f"/demandes/{uuid4()}/")
        hidden = browser.send("GET", sent.address(cast.demande))
        assert TOKEN.sub(b"", hidden.content) == TOKEN.sub(b"", absent.content)
        assert written() == before
    for address in (sent.address(cast.demande), f"/demandes/{uuid4()}/", "/demandes/pas-un-uuid/"):
        assert Browser(None).send("GET", address)["Location"].startswith("/connexion/?suite=")


def test_strange_methods_change_nothing(cast):
    before = written()
    for who in ("alice", "paul"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert cast.browser(who).send(method, sent.address(cast.demande)).status_code == 405
    assert written() == before


class TestOpening:
    """Only a GET of an instructeur of the part opens it."""

    def test_by_an_instructeur(self, cast):
        assert cast.read("paul").part(cast.world.cpam95)["data-etat"] == "OPENED"
        assert (cast.part("caf95").state, cast.part("cpam95").state) == ("ADDRESSED", "OPENED")
        assert "Paul Nguyen (CPAM du Val-d'Oise) a ouvert la demande." in cast.read("alice").words
        assert cast.state == "IN_PROGRESS"
        assert cast.lines("ouverture") == 1

    def test_once(self, cast):
        cast.read("ines")
        events, told = cast.events(), Notification.objects.count()
        for who in ("ines", "igor", "remi"):
            cast.read(who)
        assert cast.events() == events
        assert Notification.objects.count() == told
        assert cast.lines("ouverture") == 1

    def test_each_of_one_s_groupes(self, cast):
        join(cast.world.ines, cast.world.cpam95)
        cast.read("ines")
        assert (cast.part("caf95").state, cast.part("cpam95").state) == ("OPENED", "OPENED")
        assert cast.lines("ouverture") == 1

    @pytest.mark.parametrize("who", ["alice", "amir", "agent_ddfip", "elise"])
    def test_by_nobody_else(self, cast, who):
        before = written()
        assert cast.read(who).status == 200
        assert written() == before

    def test_nor_by_a_head_a_list_or_another_page(self, cast):
        before = written()
        browser = cast.browser("paul")
        response = browser.client.head(sent.address(cast.demande))
        assert (response.status_code, response.content) == (200, b"")
        assert browser.get("/demandes/").status == 200
        assert browser.read(cast.demande, "journal/").status == 200
        assert browser.client.get(sent.address(cast.demande, "messages/")).status_code == 303
        assert written() == before
        assert not Reading.objects.exists()
        assert cast.lines("lecture") == 0

    def test_nor_once_archived(self, cast):
        cast.submit("alice", "archivage", leve="non")
        cast.read("paul")
        assert cast.part("cpam95").state == "ADDRESSED"


class TestReaders:
    """« lu par <nom> le <date> »."""

    def test_are_named_with_the_moment(self, cast, clock):
        cast.read("ines")
        clock.shift(4 * 24 * 3600)
        cast.read("ines")
        assert "lu par Inès Caron le 30 avril 2026 à 10 h 00" in cast.read("alice").words
        clock.shift(60)
        lines = [" ".join(one.text.split()) for one in cast.read("paul").page.all("li")]
        assert [line for line in lines if line.startswith("lu par")] == [
            "lu par Inès Caron le 30 avril 2026 à 10 h 00",
            "lu par Alice Martin le 4 mai 2026 à 10 h 00",
        ]

    def test_not_oneself(self, cast):
        assert "Personne d’autre que vous pour l’instant." in cast.read("alice").words
        assert "lu par Alice" not in cast.read("alice").words

    def test_reading_again_within_fifteen_minutes_is_one_line(self, cast, clock):
        browser = cast.browser("alice")
        for _ in range(3):
            browser.read(cast.demande)
            clock.shift(60)
        assert cast.lines("lecture") == 1
        clock.shift(15 * 60)
        browser.read(cast.demande)
        assert cast.lines("lecture") == 2


def test_six_hundred_readings_an_hour(cast, clock):
    """Beyond, the demande is neither shown, nor marked read, nor opened."""
    JournalLine.objects.bulk_create(
        JournalLine(at=core_clock.now(), actor_id=cast.world.paul.id, act="lecture") for _ in range(599)
    )
    clock.shift(60)
    other = sent.send(cast.world.alice, cast.world.fs_argenteuil, [cast.world.cpam95])
    browser = cast.browser("paul")
    assert browser.read(cast.demande).status == 200
    answer = browser.read(other)
    assert answer.status == 429
    assert int(answer.response["Retry-After"]) > 0
    assert "Quartefeuille" not in answer.text
    assert sent.part(other, cast.world.cpam95).state == "ADDRESSED"
    assert not Reading.objects.filter(demande=other).exists()
    assert JournalLine.objects.filter(act="limite", actor_id=cast.world.paul.id, demande_id=other.id).count() == 1
    assert cast.read("ines").status == 200
    clock.shift(3600)
    assert browser.read(other).status == 200


@pytest.mark.parametrize(
    "query",
    [
        "territoire=\x00",
        "territoire=%00",
        "territoire=" + "9" * 10_000,
        "territoire=é",
        "territoire=tous",
        "territoire=",
        "propose=x&propose=" + "f" * 10_000,
        "propose=00000000-0000-0000-0000-000000000000",
        "propose=%00",
        "&".join(f"propose={uuid4()}" for _ in range(100)),
        "propose=%ff%fe&territoire=%ff",
    ],
)
def test_odd_addresses_are_passed_over(cast, query):
    for who in ("alice", "ines"):
        assert cast.browser(who).send("GET", f"{sent.address(cast.demande)}?{query}").status_code == 200


class TestQueries:
    """Ten at most on either side, however long the thread and however many groupes."""

    def fill(self, demande, world, messages, groupes):
        """That many messages, notes among them, and that many groupes with four instructeurs each."""
        alice, ines = actor_for(world.alice.id), actor_for(world.ines.id)
        more = []
        for number in range(groupes - 2):
            groupe = new_groupe(f"MSA numéro {number}", "95")
            for person in range(4):
                join(new_person(f"Agent{number}x{person}"), groupe)
            more.append(groupe.id)
        if more:
            inviting.invite(alice, demande.id, inviting.Invitation(groupe_ids=more, reason="Pour voir."), key=uuid4())
        while Message.objects.filter(demande=demande).count() < messages:
            for actor in (alice, ines):
                with acting(actor, demande.id, may_reply, key=None, journal_act="reponse") as act:
                    for _ in range(min(messages // 2, 50)):
                        act.write(Said("Un message de plus.", (("Dossier", "A-77"),)))

    @pytest.mark.parametrize("who", ["alice", "ines", "elise"])
    def test_ten_whatever_the_length(self, world, who):
        counts = {}
        for messages, groupes in ((2, 2), (200, 8)):
            demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])
            elise = inviting.Invitation(expert_ids=[world.elise.id])
            inviting.invite(actor_for(world.alice.id), demande.id, elise, key=uuid4())
            self.fill(demande, world, messages, groupes)
            browser = Browser(world.user(who))
            browser.read(demande)
            with CaptureQueriesContext(connection) as queries:
                answer = browser.read(demande)
            assert answer.words.count("Un message de plus.") == messages
            counts[messages] = len(queries)
            assert len(queries) <= 10, "\n".join(query["sql"][:150] for query in queries)
        assert counts[2] == counts[200]

    def test_the_first_opening_writes_and_says_how_much(self, world, demande):
        """The one GET that moves parts: an act inside a page, the same for one groupe or three."""
        counts = set()
        for groupes in ([world.caf95], [world.caf95, world.cpam95, world.msa95]):
            opened = sent.send(world.alice, world.fs_argenteuil, groupes)
            browser = Browser(world.ines)
            with CaptureQueriesContext(connection) as queries:
                assert browser.read(opened).status == 200
            counts.add(len(queries))
        assert len(counts) == 1
        assert counts.pop() <= 30
