"""The reply being typed: there again for its author, seen by nobody else, no act, gone once it is sent."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from aplus.access.models import FormKey
from aplus.accounts.queries.actors import actor_for
from aplus.attachments.models import Attachment
from aplus.demandes.models import Demande, Message, Reading, ReplyDraft
from aplus.demandes.queries.reply_drafts import own
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from aplus.retention import services as retention
from aplus.vault.keys import Unreadable
from aplus.vault.services import key_of
from tests.demandes import sent
from tests.demandes.one.browser import Browser, filled, text_file
from tests.demandes.one.cast import ON_IT, assert_all_refused, assert_once, written

TEXT = "Je vérifie le dossier de loyer"


class Tab:
    """One tab of one person on the page of the demande."""

    def __init__(self, cast, who):
        self.cast, self.browser, self.rank = cast, cast.browser(who), 0
        self.fields = self.browser.form(cast.demande, "messages")

    def type(self, **changed):
        """What the script sends a moment after the last key."""
        self.rank += 1
        data = {**filled(self.fields, **changed), "rang": self.rank}
        address = sent.address(self.cast.demande, "brouillon/")
        return self.browser.client.post(address, data, headers={"accept": "application/json"})

    def send(self, **changed):
        """The button."""
        return self.browser.post(self.cast.demande, "messages", filled(self.fields, **changed))


def begun(cast, who):
    """What the box holds when this person opens the page."""
    return cast.browser(who).form(cast.demande, "messages")


def test_both_sides_find_again_what_they_typed(cast):
    infos = {"info_nom": ["Dossier", ""], "info_valeur": ["A-77", ""]}
    assert Tab(cast, "alice").type(message=TEXT, **infos).status_code == 200
    chosen = {"acte": "prise-en-charge", "promis_le": "2026-05-12", "demarche": "Écrire", "non_pertinent": "1"}
    for who in ("ines", "agent_ddfip", "elise"):
        assert Tab(cast, who).type(message=f"{TEXT} {who}", reserve="1").status_code == 200
    assert Tab(cast, "igor").type(message=TEXT, **chosen).status_code == 200
    alice = begun(cast, "alice")
    assert alice["message"] == [TEXT]
    assert alice["info_nom"][0] == "Dossier"
    assert alice["info_valeur"][0] == "A-77"
    assert begun(cast, "ines")["message"] == [f"{TEXT} ines"]
    assert begun(cast, "ines")["reserve"] == ["1"]
    assert begun(cast, "elise")["message"] == [f"{TEXT} elise"]
    igor = begun(cast, "igor")
    assert {name: igor[name][0] for name in chosen} == chosen


def test_nobody_else_sees_anything_of_it(cast):
    """The pages of all the others, to the byte but for keys and tokens."""
    others = [who for who in ON_IT if who != "ines"]

    def pages():
        return {who: re.sub(r'value="[^"]{36,}"', "", cast.read(who).text) for who in others}

    cast.read("ines")
    pages()  # everybody has read
    before = pages()
    Tab(cast, "ines").type(message="Quartefeuille est à relancer", reserve="1")
    assert pages() == before
    assert "est à relancer" in cast.read("ines").text


def test_it_is_no_act(cast):
    tab = Tab(cast, "ines")
    tables = (FormKey, JournalLine, Message, Notification, Reading)
    before, counts = written(), [table.objects.count() for table in tables]
    for number in range(3):
        assert tab.type(message=f"{TEXT} {number}", acte="traitement").status_code == 200
    assert written() == before
    assert [table.objects.count() for table in tables] == counts
    assert ReplyDraft.objects.count() == 1


def test_it_is_sealed(cast):
    Tab(cast, "alice").type(message="Texte-canari", info_nom=["Nom-canari"], info_valeur=["x"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reply_draft WHERE position('canari'::bytea IN sealed) > 0")
        assert cursor.fetchone() == (0,)
    # Copied under another row it opens nothing.
    first = ReplyDraft.objects.get()
    Tab(cast, "ines").type(message="Autre")
    ReplyDraft.objects.filter(user=cast.world.ines).update(sealed=first.sealed)
    with pytest.raises(Unreadable):
        own(actor_for(cast.world.ines.id), key_of(cast.demande.id))


@pytest.mark.parametrize("who", ["alice", "ines", "elise"])
def test_gone_once_sent(cast, who):
    tab = Tab(cast, who)
    tab.type(message=TEXT)
    assert tab.send(message=f"{TEXT}.").status == 303
    assert not ReplyDraft.objects.exists()
    # What its script saved on the way comes too late.
    assert tab.type(message=TEXT).status_code == 200
    assert not ReplyDraft.objects.exists()
    assert begun(cast, who)["message"] == [""]


def test_gone_once_sent_from_the_page_that_restored_it(cast):
    Tab(cast, "alice").type(message=TEXT)
    assert cast.submit("alice", "messages").status == 303
    assert not ReplyDraft.objects.exists()
    assert Message.objects.filter(demande=cast.demande).count() == 1


def test_kept_when_the_reply_is_refused(cast):
    tab = Tab(cast, "ines")
    tab.type(message=TEXT)
    assert tab.send(message=TEXT, reserve="1", acte="traitement").status == 422
    assert begun(cast, "ines")["message"] == [TEXT]


def test_emptied_by_the_person(cast):
    tab = Tab(cast, "alice")
    tab.type(message=TEXT)
    assert tab.type(message="  ").status_code == 200
    assert not ReplyDraft.objects.exists()
    assert tab.type(message="").status_code == 200
    assert not ReplyDraft.objects.exists()


def test_saves_that_cross_on_the_way_stay_in_order(cast):
    tab = Tab(cast, "alice")
    tab.rank = 5
    tab.type(message="Plus tard")
    tab.rank = 2
    assert tab.type(message="Avant").status_code == 200
    assert begun(cast, "alice")["message"] == ["Plus tard"]


class TestTwoTabs:
    """Neither writes over the other."""

    @pytest.fixture
    def tabs(self, cast):
        """The first has saved, the second did not know."""
        first, second = Tab(cast, "ines"), Tab(cast, "ines")
        first.type(message="Du premier")
        late = second.type(message="Du second", info_nom=["Dossier"], info_valeur=["B-12"])
        assert late.status_code == 409
        assert "autre onglet" in late.json()["erreurs"][0]
        return first, second

    def choose(self, cast, wanted):
        browser = cast.browser("ines")
        page = browser.read(cast.demande)
        fields = page.fields(sent.address(cast.demande, "brouillon/choix/"))
        return browser.post(cast.demande, "brouillon/choix", {**fields, "choix": [wanted]}), fields, browser

    def test_both_are_there(self, cast, tabs):
        first, _ = tabs
        page = cast.read("ines")
        for words in ("Un autre texte, gardé à part à l’instant", "Du second", "B-12"):
            assert words in page.words
        assert begun(cast, "ines")["message"] == ["Du premier"]
        assert first.type(message="Du premier, suite").status_code == 200
        assert begun(cast, "ines")["message"] == ["Du premier, suite"]

    def test_taking_it_up_puts_the_other_in_its_place(self, cast, tabs):
        answer, fields, browser = self.choose(cast, "reprendre")
        assert (answer.status, answer.location) == (303, sent.address(cast.demande))
        assert begun(cast, "ines")["message"] == ["Du second"]
        assert "Du premier" in cast.read("ines").words
        again = browser.post(cast.demande, "brouillon/choix", {**fields, "choix": ["reprendre"]})
        assert again.status == 303
        assert begun(cast, "ines")["message"] == ["Du second"]

    def test_erasing_it(self, cast, tabs):
        assert self.choose(cast, "effacer")[0].status == 303
        assert "Du second" not in cast.read("ines").text
        assert begun(cast, "ines")["message"] == ["Du premier"]

    def test_a_choice_that_the_first_tab_overtook(self, cast, tabs):
        first, _ = tabs
        browser = cast.browser("ines")
        fields = browser.read(cast.demande).fields(sent.address(cast.demande, "brouillon/choix/"))
        first.type(message="Du premier, suite")
        answer = browser.post(cast.demande, "brouillon/choix", {**fields, "choix": ["effacer"]})
        assert answer.status == 409
        assert "Du second" in cast.read("ines").words

    def test_sending_the_first_keeps_the_second(self, cast, tabs):
        first, _ = tabs
        assert first.send(message="Du premier").status == 303
        assert begun(cast, "ines")["message"] == [""]
        assert "Du second" in cast.read("ines").words

    def test_sending_the_second_keeps_the_first(self, cast, tabs):
        _, second = tabs
        assert second.send(message="Du second").status == 303
        assert begun(cast, "ines")["message"] == ["Du premier"]
        assert "gardé à part" not in cast.read("ines").words


class TestFilesOneByOne:
    """Each sent by itself, kept for the reply, with the reply's draft."""

    def upload(self, browser, demande, file=None, **fields):
        data = {"cle": str(uuid4()), **({"fichier": file} if file else {}), **fields}
        address = sent.address(demande, "fichiers/")
        token = browser.form(demande, "messages")["csrfmiddlewaretoken"]
        return browser.client.post(
            address, {**data, "csrfmiddlewaretoken": token}, headers={"accept": "application/json"}
        )

    def test_kept_at_once_ticked_again_and_sent(self, cast):
        tab = Tab(cast, "alice")
        answer = self.upload(tab.browser, cast.demande, text_file())
        assert answer.status_code == 200
        file = Attachment.objects.get()
        assert (file.purpose, answer.json()["id"], answer.json()["nom"]) == ("attente", str(file.id), "courrier.txt")
        assert tab.type(fichiers_gardes=[str(file.id)]).status_code == 200
        again = begun(cast, "alice")
        assert again["fichiers_gardes"] == [str(file.id)]
        for who in ("amir", "ines"):
            assert "courrier.txt" not in cast.read(who).text
        assert cast.submit("alice", "messages").status == 303
        file.refresh_from_db()
        assert file.purpose == "piece"
        assert not ReplyDraft.objects.exists()

    def test_once_and_by_name(self, cast):
        browser = cast.browser("ines")
        key = str(uuid4())
        found = [self.upload(browser, cast.demande, text_file(), cle=key).json() for _ in range(2)]
        assert found[0] == found[1]
        assert Attachment.objects.count() == 1
        refused = self.upload(browser, cast.demande, text_file("virus.exe", b"MZ\x90\x00" + bytes(64)))
        assert refused.status_code == 422
        assert "« virus.exe »" in refused.json()["erreurs"][0]
        assert self.upload(browser, cast.demande).json() == {"erreurs": ["Choisissez un fichier."]}

    def test_taking_one_away(self, cast):
        browser = cast.browser("ines")
        file_id = self.upload(browser, cast.demande, text_file()).json()["id"]
        address = sent.address(cast.demande, "fichiers/retrait/")
        assert cast.browser("igor").send("POST", address, {"fichier": file_id}).status_code == 404
        assert browser.send("POST", address, {"fichier": file_id}).status_code == 200
        assert not Attachment.objects.exists()
        for forged in (file_id, "", "x", "\x00"):
            assert browser.send("POST", address, {"fichier": forged}).status_code == 404

    def test_thirty_megabytes_in_all(self, cast):
        browser = cast.browser("ines")
        big = b"Bonjour. " + b"a" * (9 * 1024 * 1024)
        kept = [self.upload(browser, cast.demande, text_file(f"{rank}.txt", big)).json()["id"] for rank in range(3)]
        assert self.upload(browser, cast.demande, text_file("4.txt", big)).status_code == 422
        # However they came to wait: the reply itself counts again.
        Attachment.objects.update(size=10 * 1024 * 1024 + 1)
        answer = cast.submit("ines", "messages", message="Voici.", fichiers_gardes=kept)
        assert answer.status == 422
        assert "30 Mo en tout" in answer.errors()[0]
        assert cast.submit("ines", "messages", message="Voici.", fichiers_gardes=kept[:2]).status == 303

    def test_nobody_writes_on_an_archived_demande(self, cast):
        browser = cast.browser("ines")
        tab = Tab(cast, "ines")
        token = tab.fields["csrfmiddlewaretoken"]
        cast.submit("alice", "archivage", leve="oui")
        data = {"cle": str(uuid4()), "fichier": text_file(), "csrfmiddlewaretoken": token}
        answer = tab.browser.client.post(sent.address(cast.demande, "fichiers/"), data)
        assert answer.status_code == 409
        assert "archivée" in answer.json()["erreurs"][0]
        assert browser.send("POST", sent.address(cast.demande, "brouillon/"), {"message": "x"}).status_code == 409
        assert not Attachment.objects.exists()


class TestGone:
    """Not longer than its demande is written on, nor than thirty days."""

    def test_archiving_erases_it(self, cast):
        Tab(cast, "ines").type(message=TEXT)
        cast.submit("alice", "archivage", leve="oui")
        assert not ReplyDraft.objects.exists()

    def test_the_night_erases_it_after_thirty_days_or_on_an_archived_demande(self, cast, clock):
        Tab(cast, "ines").type(message=TEXT)
        clock.shift(timedelta(days=29, hours=23))
        assert retention.erase_old_reply_drafts() == 0
        clock.shift(timedelta(hours=2))
        assert retention.erase_old_reply_drafts() == 1
        Tab(cast, "ines").type(message=TEXT)
        Demande.objects.update(state="ARCHIVED", archived_at=cast.demande.created_at)
        assert retention.erase_old_reply_drafts() == 1

    def test_a_file_waits_as_long_as_its_reply_is_typed(self, cast, clock):
        tab = Tab(cast, "ines")
        TestFilesOneByOne().upload(tab.browser, cast.demande, text_file())
        tab.type(message=TEXT)
        clock.shift(timedelta(hours=25))
        assert retention.discard_unsent_files() == 0
        ReplyDraft.objects.all().delete()
        assert retention.discard_unsent_files() == 1


def test_rights(cast):
    for act in ("brouillon", "brouillon/choix", "fichiers", "fichiers/retrait"):
        for who in ("rachel", "agent_msa", "sophie"):
            assert_all_refused(404, cast, who, act, [("POST", {"message": "x"}), ("GET", {}), ("PUT", {})])
        answer = Browser(None).send("POST", sent.address(cast.demande, f"{act}/"), {"message": "x"})
        assert answer["Location"].startswith("/connexion/?suite=")
        led = cast.browser("alice").send("GET", sent.address(cast.demande, f"{act}/"))
        assert (led.status_code, led["Location"]) == (303, sent.address(cast.demande))
    assert_all_refused(403, cast, "alice", "brouillon", [("POST", {"reserve": "1"}), ("POST", {"acte": "traitement"})])
    assert_all_refused(403, cast, "elise", "brouillon", [("POST", {"acte": "traitement"})])


def test_odd_input(cast):
    browser = cast.browser("ines")
    address = sent.address(cast.demande, "brouillon/")
    for fields in (
        {"message": "\x00💥", "cle": "\x00", "rang": "x", "brouillon": "é"},
        {"message": "a", "brouillon": "9" * 400, "aussi": ["x" * 500], "part": "é" * 300, "promis_le": "demain"},
        {"message": "a", "acte": "boo", "fichiers_gardes": ["not-an-id", str(uuid4())], "info_valeur": ["x"] * 300},
    ):
        assert browser.send("POST", address, fields).status_code in {200, 409}
        assert cast.read("ines").status == 200
    too_long = browser.send("POST", address, {"message": "é" * 200_001})
    assert too_long.status_code == 422
    assert "trop long" in too_long.json()["erreurs"][0]
    for data in ({}, {"page": "x"}, {"page": str(uuid4()), "choix": "reprendre"}):
        assert browser.send("POST", f"{address}choix/", data).status_code == 404


def test_a_fresh_token_for_whoever_signed_in_again(cast):
    browser = cast.browser("alice")
    answer = browser.client.get(sent.address(cast.demande, "brouillon/"), headers={"accept": "application/json"})
    assert set(answer.json()) == {"jeton"}


def test_the_same_reply_twice_is_one(cast):
    Tab(cast, "alice").type(message=TEXT)
    assert_once(cast, "alice", "messages", message="Voici.")
