"""POST archivage/: the author's side says whether the block is lifted; nobody writes afterwards."""

import pytest

from tests.demandes import sent
from tests.demandes.one.cast import AUTHORS, ON_IT, assert_once, assert_rights

REMARK = "Versement reçu hier."


def test_who_may(cast):
    assert_rights(cast, "archivage", {"leve": "oui"}, AUTHORS)


@pytest.mark.parametrize(("lifted", "words"), [("oui", "oui"), ("en_partie", "en partie"), ("non", "non")])
def test_archived(cast, lifted, words):
    assert cast.submit("amir", "archivage", leve=lifted, remarque=REMARK).status == 303
    cast.demande.refresh_from_db()
    assert (cast.demande.state, cast.demande.is_unblocked) == ("ARCHIVED", lifted)
    assert cast.demande.archived_at is not None
    assert {cast.part("caf95").due_at, cast.part("cpam95").due_at} == {None}
    for who in ("alice", "ines", "agent_ddfip"):
        page = cast.read(who)
        assert (page.main["data-etat"], page.main["data-tour"]) == ("ARCHIVED", "")
        assert f"Amir Benali a archivé la demande. Blocage levé : {words}. « {REMARK} »" in page.words


def test_the_only_forms_that_write(cast):
    cast.submit("alice", "archivage", leve="oui")
    assert cast.read("alice").actions() == {sent.address(cast.demande, "reouverture/")}
    assert cast.read("ines").actions() == {sent.address(cast.demande, "nouveau/")}


def test_from_any_state(cast):
    for who in ("ines", "paul"):
        cast.submit(who, "messages", acte="traitement")
    assert cast.submit("alice", "archivage", leve="oui").status == 303
    assert cast.state == "ARCHIVED"


@pytest.mark.parametrize("value", [None, "", "peut-être", "oui\x00"])
def test_lifted_or_not_must_be_said(cast, value):
    answer = cast.submit("alice", "archivage", remarque=REMARK, **({} if value is None else {"leve": value}))
    assert answer.status == 422
    link, _ = answer.summary()[0]
    assert answer.page.by_id(link.removeprefix("#")).name == "input"
    assert answer.errors()
    assert answer.fields(sent.address(cast.demande, "archivage/"))["remarque"] == [REMARK]
    assert cast.state != "ARCHIVED"


def test_a_remark_too_long_is_kept(cast):
    answer = cast.submit("alice", "archivage", leve="non", remarque="x" * 2001)
    assert answer.status == 422
    assert answer.fields(sent.address(cast.demande, "archivage/"))["remarque"] == ["x" * 2001]


def test_archived_meanwhile_by_the_other(cast):
    slow = cast.browser("amir")
    form = {**slow.form(cast.demande, "archivage"), "leve": ["non"], "remarque": [REMARK]}
    cast.submit("alice", "archivage", leve="oui")
    answer = slow.post(cast.demande, "archivage", form)
    assert answer.status == 409
    assert REMARK in answer.words
    cast.demande.refresh_from_db()
    assert cast.demande.is_unblocked == "oui"


def test_nobody_writes_any_more(cast):
    """Every form of a page read before is 409; nothing moves."""
    forms = {
        "messages": {"message": ["Un mot."]},
        "invitations": {"groupes": [str(cast.world.msa95.id)], "motif": ["Pour voir."]},
        "suivi": {"choix": ["muet"]},
    }
    browsers = [
        (who, act) for who in ON_IT for act in forms if not (who in {"agent_ddfip", "elise"} and act == "invitations")
    ]
    ready = []
    for who, act in browsers:
        browser = cast.browser(who)
        ready.append((who, act, browser, {**browser.form(cast.demande, act), **forms[act]}))
    cast.submit("alice", "archivage", leve="oui")
    before = cast.events()
    for who, act, browser, form in ready:
        # An expert is there only while the demande is open.
        assert browser.post(cast.demande, act, form).status == (404 if who == "elise" else 409), (who, act)
    assert cast.events() == before
    assert cast.said() == 0


def test_once(cast):
    assert_once(cast, "alice", "archivage", leve="oui", remarque=REMARK)


def test_taken_back_at_once(cast):
    """Offered once, beside the message; reopening gives back what there was."""
    before = cast.state
    browser = cast.browser("alice")
    browser.submit(cast.demande, "archivage", leve="oui")
    page = browser.read(cast.demande)
    assert "Annuler l’archivage" in page.words
    undo = page.fields(sent.address(cast.demande, "reouverture/"), message="Archivée par erreur.")
    assert "Annuler l’archivage" not in browser.read(cast.demande).words
    assert browser.post(cast.demande, "reouverture", undo).status == 303
    assert cast.state == before
    assert "Archivée par erreur." in cast.read("ines").words
    # The same button once more is the same act.
    assert browser.post(cast.demande, "reouverture", undo).status == 303


def test_no_going_back_for_what_was_processed(cast):
    """Reopening would address again the groupes that had finished: that is asked in words, not by one click."""
    for who in ("ines", "paul"):
        cast.submit(who, "messages", acte="traitement")
    browser = cast.browser("alice")
    browser.submit(cast.demande, "archivage", leve="oui")
    words = browser.read(cast.demande).words
    assert "Annuler l’archivage" not in words
    assert "Rouvrir la demande" in words
