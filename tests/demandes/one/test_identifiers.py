"""POST identifiants/, and who reads which identifier: in clear, masked, or not at all."""

import pytest

from aplus.demandes.models import Demande
from aplus.journal.models import JournalLine
from tests.demandes import sent
from tests.demandes.one.cast import AUTHORS, CAF, assert_refused

NIR, NIR_SHOWN = "2850378006084", "2 85 03 78 006 084"
CAF_NUMBER = "1234567"


def lines(answer):
    """The identifiers of the page."""
    return [pair for pair in answer.pairs() if pair[0].startswith("Numéro")]


def copies(answer):
    """What the « Copier » buttons hold, but for the first: the number of the demande."""
    number, *held = [one["data-copy"] for one in answer.page.all("button") if one.get("data-copy")]
    assert Demande.objects.filter(number=number).exists()
    return held


def test_who_may(cast):
    """The author's side, and instructeurs whose organisme needs it; the key of the CPAM's NIR is not the CAF's."""
    for who in ("agent_ddfip", "elise", "paul"):
        assert_refused(403, cast, who, "identifiants", {"champ": "numero_caf"})
    for who in CAF:
        assert_refused(403, cast, who, "identifiants", {"champ": "nir"})
    for who in ("chloe", "rachel", "sophie", "nora"):
        assert_refused(404, cast, who, "identifiants", {"champ": "nir"})
    for who in (*AUTHORS, *CAF):
        response = cast.browser(who).send("POST", sent.address(cast.demande, "identifiants/"), {"champ": "numero_caf"})
        assert response.status_code == 303


@pytest.mark.parametrize("who", CAF)
def test_in_clear_for_who_needs_it(cast, who):
    answer = cast.read(who)
    assert copies(answer) == [CAF_NUMBER]
    assert NIR not in answer.text
    assert NIR_SHOWN not in answer.text
    assert NIR[-3:] not in "".join(value for _, value in lines(answer))


def test_each_organisme_reads_its_own(cast):
    answer = cast.read("paul")
    assert len(lines(answer)) == 1
    assert "".join(copies(answer)).replace(" ", "") == NIR
    assert CAF_NUMBER not in answer.text


@pytest.mark.parametrize("who", ["agent_ddfip", "elise"])
def test_absent_for_who_is_there_by_name(cast, who):
    answer = cast.read(who)
    assert lines(answer) == copies(answer) == []
    for canary in (NIR, NIR_SHOWN, CAF_NUMBER):
        assert canary not in answer.text


@pytest.mark.parametrize("who", AUTHORS)
def test_masked_on_the_author_s_side_until_asked_then_shown_once(cast, who):
    browser = cast.browser(who)
    page = browser.read(cast.demande)
    assert [name for name, _ in lines(page)] == [
        "Numéro de sécurité sociale",
        "Numéro d'allocataire CAF",
        "Numéro fiscal",
    ]
    assert copies(page) == []
    for canary in (NIR, NIR_SHOWN, CAF_NUMBER):
        assert canary not in page.text
    assert "084" in lines(page)[0][1]
    assert "567" in lines(page)[1][1]
    assert lines(page)[2][1] == "inconnu de l’usager"

    form = page.fields(sent.address(cast.demande, "identifiants/"), champ="nir")
    answer = browser.post(cast.demande, "identifiants", form)
    assert (answer.status, answer.location) == (303, sent.address(cast.demande))
    assert NIR not in answer.location
    shown = browser.read(cast.demande)
    assert "".join(copies(shown)).replace(" ", "") == NIR
    assert CAF_NUMBER not in shown.text
    assert copies(browser.read(cast.demande)) == []


def test_each_asking_is_a_line_of_the_journal(cast):
    browser = cast.browser("alice")
    form = browser.form(cast.demande, "identifiants", champ="nir")
    again = browser.form(cast.demande, "identifiants", champ="nir")
    for _ in range(2):
        assert browser.post(cast.demande, "identifiants", form).status == 303
    line = JournalLine.objects.get(act="identifiant", demande_id=cast.demande.id)
    assert (line.actor_id, line.codes) == (cast.world.alice.id, {"champ": "nir"})
    browser.post(cast.demande, "identifiants", again)
    assert cast.lines("identifiant") == 2


def test_shown_on_this_demande_and_in_this_browser_only(cast, world):
    other = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    browser = cast.browser("alice")
    browser.submit(cast.demande, "identifiants")
    assert copies(browser.read(other)) == []
    assert copies(cast.read("alice")) == []


@pytest.mark.parametrize("value", ["", "boo", "\x00", "x" * 100_000])
def test_an_odd_field_is_unknown(cast, value):
    assert_refused(404, cast, "alice", "identifiants", {"champ": value})


def test_masked_without_a_form_once_archived(cast):
    cast.submit("alice", "archivage", leve="oui")
    page = cast.read("alice")
    assert "084" in lines(page)[0][1]
    assert copies(page) == []
