"""Correcting one's own message: fifteen minutes, unread, with a visible trace."""

from datetime import date

import pytest
from django.db import connection, transaction

from aplus.demandes.models import Demande, Mandat, Message
from tests.demandes import sent
from tests.demandes.one.browser import Browser, filled, text_file
from tests.demandes.one.cast import ON_IT, OTHER_SIDE, STRANGERS, assert_all_refused, assert_once, written

BEFORE, AFTER = "Le dossier 4471 est complet.", "Le dossier 4417 est complet."


def message_of(cast, who, text=BEFORE, **fields):
    """This person writes; the message, and the address of its acts below the demande's."""
    answer = cast.browser(who).send(
        "POST", sent.address(cast.demande, "messages/"), {"message": text, "cle": sent.key(), **fields}
    )
    assert answer.status_code == 303
    return Message.objects.filter(demande=cast.demande).latest("seq")


def act_on(message, act):
    """The path of an act on this message."""
    return f"messages/{message.id}/{act}"


def stored():
    """Everything the database holds, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(encode(sealed, 'hex'), ' ') FROM message")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("who", ON_IT)
def test_by_who_wrote_it(cast, who, clock):
    message = message_of(cast, who)
    sealed = bytes(message.sealed).hex()
    clock.shift(60)
    assert cast.submit(who, act_on(message, "correction"), message=AFTER).status == 303
    assert sealed not in stored()
    clock.shift(60)
    for reader in ON_IT:
        words = cast.read(reader).words
        assert AFTER in words
        assert BEFORE not in words
        assert "corrigé le 30 avril 2026 à 10 h 01" in words
    assert cast.lines("correction") == 1


def test_by_nobody_else(cast):
    """Who is on the demande 403, who is not 404, whatever is sent; signed out, to sign in."""
    message = message_of(cast, "alice")
    attempts = [("POST", {"message": AFTER}), ("POST", {"message": "\x00", "cle": "\x00"}), ("GET", {}), ("PUT", {})]
    for act in ("correction", "retrait"):
        for who in sorted(set(ON_IT) - {"alice"}):
            assert_all_refused(403, cast, who, act_on(message, act), attempts)
        for who in STRANGERS:
            assert_all_refused(404, cast, who, act_on(message, act), attempts)
        response = Browser(None).send("POST", sent.address(cast.demande, f"{act_on(message, act)}/"), {})
        assert response["Location"].startswith("/connexion/?suite=")
        assert (
            cast.browser("alice").send("GET", sent.address(cast.demande, f"{act_on(message, act)}/")).status_code == 303
        )


def test_a_note_does_not_exist_for_the_author_s_side(cast):
    note = message_of(cast, "ines", reserve="1")
    for act in ("correction", "retrait"):
        for who in ("alice", "amir"):
            assert_all_refused(404, cast, who, act_on(note, act), [("POST", {"message": AFTER, "motif": "Non."})])
        for who in sorted(set(OTHER_SIDE) - {"ines"}):
            assert_all_refused(403, cast, who, act_on(note, act), [("POST", {"message": AFTER})])


def test_nor_a_message_of_another_demande(cast):
    message = message_of(cast, "alice")
    other = sent.send(cast.world.alice, cast.world.fs_argenteuil, [cast.world.caf95])
    for act in ("correction", "retrait"):
        address = sent.address(other, f"{act_on(message, act)}/")
        assert cast.browser("alice").send("POST", address, {"message": AFTER}).status_code == 404


class TestRead:
    """Read by the other side, or older than fifteen minutes: 409, the text kept, nothing changed."""

    def assert_too_late(self, cast, browser, message, form):
        before = Message.objects.values("sealed", "corrected_at").get(pk=message.pk)
        answer = browser.post(cast.demande, act_on(message, "correction"), form)
        assert answer.status == 409
        assert AFTER in answer.text
        assert "ne se corrige plus" in answer.words
        assert Message.objects.values("sealed", "corrected_at").get(pk=message.pk) == before

    @pytest.mark.parametrize(
        ("writer", "reader", "fields"),
        [("alice", "ines", {}), ("alice", "elise", {}), ("ines", "amir", {}), ("ines", "igor", {"reserve": "1"})],
    )
    def test_by_the_other_side(self, cast, clock, writer, reader, fields):
        cast.read(reader)
        clock.shift(60)
        message = message_of(cast, writer, **fields)
        browser = cast.browser(writer)
        form = filled(browser.form(cast.demande, act_on(message, "correction")), message=AFTER)
        clock.shift(60)
        cast.read(reader)
        self.assert_too_late(cast, browser, message, form)

    @pytest.mark.parametrize(("writer", "reader"), [("alice", "amir"), ("ines", "igor"), ("ines", "paul")])
    def test_by_one_s_own_side_does_not_count(self, cast, writer, reader):
        message = message_of(cast, writer)
        cast.read(reader)
        assert cast.submit(writer, act_on(message, "correction"), message=AFTER).status == 303

    def test_for_fifteen_minutes(self, cast, clock):
        message = message_of(cast, "alice")
        clock.shift(15 * 60 - 1)
        browser = cast.browser("alice")
        form = filled(browser.form(cast.demande, act_on(message, "correction")), message=AFTER)
        clock.shift(1)
        self.assert_too_late(cast, browser, message, form)
        actions = cast.read("alice").actions()
        assert sent.address(cast.demande, f"{act_on(message, 'correction')}/") not in actions
        assert sent.address(cast.demande, f"{act_on(message, 'retrait')}/") in actions

    def test_nor_once_archived(self, cast):
        message = message_of(cast, "alice")
        browser = cast.browser("alice")
        forms = {act: browser.form(cast.demande, act_on(message, act)) for act in ("correction", "retrait")}
        assert cast.submit("alice", "archivage", leve="oui").status == 303
        for act, form in forms.items():
            typed = {"message": AFTER} if act == "correction" else {"motif": AFTER}
            answer = browser.post(cast.demande, act_on(message, act), filled(form, **typed))
            assert answer.status == 409
            assert AFTER in answer.text
        message.refresh_from_db()
        assert (message.corrected_at, message.withdrawn_at) == (None, None)


def test_it_gives_news_and_no_last_word(cast, clock):
    """Both sides have something new; parts and due dates stay."""
    message = message_of(cast, "ines", acte="prise-en-charge")
    columns = ("author_version", "author_word_at", "instructeur_version", "instructeur_word_at", "state")
    before = Demande.objects.values(*columns).get(pk=cast.demande.pk)
    parts = list(cast.demande.parts.values("state", "due_at", "followed_by_id", "awaited_since"))
    events = cast.events()
    clock.shift(60)
    assert cast.submit("ines", act_on(message, "correction"), message=AFTER).status == 303
    after = Demande.objects.values(*columns).get(pk=cast.demande.pk)
    assert after.pop("author_version") == before.pop("author_version") + 1
    assert after.pop("instructeur_version") == before.pop("instructeur_version") + 1
    assert after == before
    assert list(cast.demande.parts.values("state", "due_at", "followed_by_id", "awaited_since")) == parts
    assert cast.events() == events


def test_files_and_information_stay(cast):
    browser = cast.browser("alice")
    form = browser.form(cast.demande, "messages")
    form = filled(form, message=BEFORE, info_nom=["Dossier"], info_valeur=["4417"], fichiers=[text_file()])
    assert browser.post(cast.demande, "messages", form).status == 303
    message = Message.objects.get()
    assert cast.submit("alice", act_on(message, "correction"), message="").status == 303
    answer = cast.read("ines")
    assert ("Dossier", "4417") in answer.pairs()
    assert "courrier.txt" in answer.words
    assert BEFORE not in answer.text


@pytest.mark.parametrize(
    ("text", "status"),
    [("", 422), ("  \n ", 422), (BEFORE, 422), ("é" * 20_001, 422), ("<b>\x00</b>", 422), ("💥", 303)],
)
def test_odd_texts(cast, text, status):
    message = message_of(cast, "alice")
    answer = cast.submit("alice", act_on(message, "correction"), message=text)
    assert answer.status == status
    if status == 422:
        assert answer.summary()[0][0] == f"#correction-{message.id}_message"
        kept = answer.fields(sent.address(cast.demande, f"{act_on(message, 'correction')}/"))["message"]
        assert kept == [text.replace("\x00", "")]


def test_details_asked_need_words(cast):
    cast.submit("ines", "messages", message="Quelle date ?", acte="precisions", info_nom=["R"], info_valeur=["B"])
    message = Message.objects.get()
    assert cast.submit("ines", act_on(message, "correction"), message="").status == 422


def test_the_text_is_there_once_and_comes_into_the_form_when_asked_for(cast):
    """Scripts copy it; without them a link brings it."""
    message = message_of(cast, "alice")
    action = sent.address(cast.demande, f"{act_on(message, 'correction')}/")
    answer = cast.read("alice")
    assert answer.text.count(BEFORE) == 1
    assert f'href="?corriger={message.id}#message-{message.id}"' in answer.text
    address = sent.address(cast.demande)
    again = cast.browser("alice").get(address, corriger=str(message.id))
    assert again.fields(action)["message"] == [BEFORE]
    for odd in ("x", "\x00", str(cast.demande.id)):
        assert cast.browser("alice").get(address, corriger=odd).text.count(BEFORE) == 1


def test_twice_is_once(cast):
    message = message_of(cast, "alice")
    assert_once(cast, "alice", act_on(message, "correction"), message=AFTER)


def test_two_tabs(cast, clock):
    """The second tab does not know the first one's correction: its text is kept and shown."""
    message = message_of(cast, "alice")
    browser = cast.browser("alice")
    tabs = [browser.form(cast.demande, act_on(message, "correction")) for _ in range(2)]
    clock.shift(1)
    first = browser.post(cast.demande, act_on(message, "correction"), filled(tabs[0], message="Un."))
    assert first.status == 303
    second = browser.post(cast.demande, act_on(message, "correction"), filled(tabs[1], message="Deux."))
    assert second.status == 409
    assert "Deux." in second.text
    clock.shift(1)
    assert "Un." in cast.read("ines").words


def test_a_program_that_says_less(cast):
    """No hidden field at all: the contract's own field is enough."""
    message = message_of(cast, "alice")
    address = sent.address(cast.demande, f"{act_on(message, 'correction')}/")
    with transaction.atomic():
        assert cast.browser("alice").send("POST", address, {"message": AFTER}).status_code == 303
    before = written()
    assert cast.browser("alice").send("POST", address, {}).status_code == 422
    assert written() == before


def test_not_once_the_mandat_is_over(cast, clock):
    """Nothing new is written then; what was written may still be taken back."""
    message = message_of(cast, "alice")
    Mandat.objects.filter(demande=cast.demande).update(ends_on=date(2026, 4, 29))
    address = sent.address(cast.demande, act_on(message, ""))
    assert cast.browser("alice").send("POST", f"{address}correction/", {"message": AFTER}).status_code == 409
    assert cast.browser("alice").send("POST", f"{address}retrait/", {"motif": AFTER}).status_code == 303
