"""GET `impression/`: the whole demande on paper."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.demandes.models import Reading
from tests.demandes import sent
from tests.demandes.one.browser import Browser, filled, text_file
from tests.demandes.one.cast import ON_IT, OTHER_SIDE, STRANGERS, written
from tests.demandes.one.test_correction import act_on, message_of

PATH = "impression/"


@pytest.mark.parametrize("who", ON_IT)
def test_everything_a_reader_reads(cast, who, clock):
    browser = cast.browser("alice")
    form = browser.form(cast.demande, "messages")
    form = filled(
        form, message="Voici l’avis.", fichiers=[text_file("avis.txt")], info_nom=["Dossier"], info_valeur=["4417"]
    )
    assert browser.post(cast.demande, "messages", form).status == 303
    gone = message_of(cast, "alice", "À retirer.")
    browser.send("POST", sent.address(cast.demande, act_on(gone, "retrait/")), {"motif": "Erreur."})
    answer = cast.browser(who).read(cast.demande, PATH)
    assert answer.status == 200
    for words in (sent.SUBJECT, "Ondine Quartefeuille", sent.DESCRIPTION, "n° 100 001", "Voici l’avis.", "avis.txt"):
        assert words in answer.words
    for words in ("4417", "CAF du Val-d'Oise : saisi", "Alice Martin a envoyé la demande.", "motif : « Erreur. »"):
        assert words in answer.words
    assert "À retirer." not in answer.text
    assert not answer.page.all("form")
    assert not answer.page.all("nav")
    assert answer.response["Cache-Control"] == "no-store"
    assert answer.page.one("title").text == "Demande n° 100 001 - Administration+"


def test_notes_are_the_instructeurs(cast):
    message_of(cast, "ines", "Une fraude ?", reserve="1")
    for who in OTHER_SIDE:
        words = cast.browser(who).read(cast.demande, PATH).words
        assert "Une fraude ?" in words
        assert "note entre instructeurs" in words
    for who in ("alice", "amir"):
        text = cast.browser(who).read(cast.demande, PATH).text
        assert "fraude" not in text
        assert "note" not in text.casefold()


def test_identifiers_as_on_the_page(cast):
    """In clear for the organisme that needs them, masked on the author's side, absent elsewhere."""
    for who in ON_IT:
        page, paper = cast.read(who), cast.browser(who).read(cast.demande, PATH)
        clear = "1234567" in page.text.replace(" ", "")
        assert ("1234567" in paper.text.replace(" ", "")) is clear, who
        assert ("Numéro d'allocataire CAF" in paper.words) is ("Numéro d'allocataire CAF" in page.words)


def test_it_is_a_reading_and_opens_nothing(cast):
    before = written()
    cast.browser("paul").read(cast.demande, PATH)
    assert written() == before
    assert cast.lines("lecture") == 1
    assert Reading.objects.filter(user=cast.world.paul).exists()
    assert cast.part("cpam95").state == "ADDRESSED"


def test_nobody_else(cast):
    for who in STRANGERS:
        assert cast.browser(who).send("GET", sent.address(cast.demande, PATH)).status_code == 404
    assert Browser(None).send("GET", sent.address(cast.demande, PATH)).status_code == 303
    browser = cast.browser("alice")
    assert browser.client.head(sent.address(cast.demande, PATH)).content == b""
    assert browser.send("POST", sent.address(cast.demande, PATH)).status_code == 405
    assert cast.lines("lecture") == 0


def test_in_ten_queries_whatever_the_length(cast):
    counts = []
    for number in (2, 30):
        for _ in range(number):
            message_of(cast, "ines", "Un message de plus.")
        browser = cast.browser("alice")
        browser.read(cast.demande, PATH)
        with CaptureQueriesContext(connection) as queries:
            browser.read(cast.demande, PATH)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_the_page_leads_to_it(cast):
    hrefs = {one.get("href") for one in cast.read("alice").page.all("a")}
    assert sent.address(cast.demande, PATH) in hrefs


class TestFirstUnread:
    """The page shows where the new messages begin, and leads there."""

    def test_after_the_last_reading(self, cast, clock):
        message_of(cast, "ines", "Déjà lu.")
        clock.shift(60)
        browser = cast.browser("alice")
        assert "premier-non-lu" not in browser.read(cast.demande).text  # the first reading begins at the top
        clock.shift(60)
        message_of(cast, "alice", "Le mien.")
        clock.shift(60)
        message_of(cast, "ines", "Le premier nouveau.")
        message_of(cast, "ines", "Le second nouveau.")
        clock.shift(60)
        answer = browser.read(cast.demande)
        assert answer.text.count('id="premier-non-lu"') == 1
        place = answer.words.index("Nouveaux messages")
        assert answer.words.index("Le mien.") < place < answer.words.index("Le premier nouveau.")
        assert "#premier-non-lu" in {one.get("href") for one in answer.page.all("a")}
        clock.shift(60)
        assert "premier-non-lu" not in browser.read(cast.demande).text

    def test_a_note_is_none_for_the_author(self, cast, clock):
        browsers = {who: cast.browser(who) for who in ("alice", "igor")}
        for browser in browsers.values():
            browser.read(cast.demande)
        clock.shift(60)
        message_of(cast, "ines", "Une fraude ?", reserve="1")
        clock.shift(60)
        assert "premier-non-lu" not in browsers["alice"].read(cast.demande).text
        assert "premier-non-lu" in browsers["igor"].read(cast.demande).text
