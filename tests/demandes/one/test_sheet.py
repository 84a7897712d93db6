"""GET fiche/: the sheet for the usager, in two versions; for the author's side only."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.core import clock
from aplus.demandes.models import Mandat
from aplus.vault.services import erase_secret
from tests.demandes import sent
from tests.demandes.new.helpers import Walk, reference
from tests.demandes.one.browser import Browser
from tests.demandes.one.cast import AUTHORS, OTHER_SIDE, STRANGERS, refusals, written

VERSIONS = {"in full": {}, "in easy French": {"version": "facile"}, "odd": {"version": "\x00' or 1"}}


def read(cast, who="alice", **version):
    """The sheet, as this person reads it."""
    return cast.browser(who).get(sent.address(cast.demande, "fiche/"), **version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("who", AUTHORS)
def test_the_author_s_side_reads_it(cast, who, version):
    answer = read(cast, who, **VERSIONS[version])
    assert answer.status == 200
    words = answer.words
    for said in (
        *("Votre demande n° 100 001", "Ondine Quartefeuille", "Allocation suspendue sans explication"),
        *("Alice Martin", "France services Argenteuil", "CAF du Val-d'Oise", "CPAM du Val-d'Oise"),
        *("doit répondre au plus tard le 6 mai 2026", "1er avril 2027", "30 jours", "30 avril 2026"),
    ):
        assert said in words
    assert ("français facile. Gardez" in words) is (version == "in easy French")


@pytest.mark.parametrize("version", VERSIONS)
def test_it_holds_no_identifier_and_its_title_no_subject(cast, version):
    answer = read(cast, **VERSIONS[version])
    for never in ("2850378006084", "85 03", "1234567", "12/03/1985", "06 12 34 56 78", "Sans ressources depuis"):
        assert never not in answer.text
    title = answer.page.one("title").text
    assert title.strip() == "Fiche de la demande n° 100 001 - Administration+"


@pytest.mark.parametrize("who", OTHER_SIDE)
def test_the_other_side_has_nothing_to_do_with_it(cast, who):
    for method in ("GET", "HEAD", "POST"):
        response = cast.browser(who).send(method, sent.address(cast.demande, "fiche/"))
        assert response.status_code == 403
        assert b"Ondine" not in response.content
    assert "fiche/" not in cast.read(who).text


def test_strangers(cast):
    for who in STRANGERS:
        lines = refusals()
        assert cast.browser(who).send("GET", sent.address(cast.demande, "fiche/")).status_code == 404
        assert refusals() == lines + 1
    response = Browser(None).send("GET", sent.address(cast.demande, "fiche/"))
    assert response["Location"].startswith("/connexion/?suite=")


def test_reading_it_is_in_the_journal_and_changes_nothing(cast):
    before = written()
    assert cast.browser("alice").client.head(sent.address(cast.demande, "fiche/")).content == b""
    assert cast.lines("lecture") == 0
    read(cast)
    assert cast.lines("lecture") == 1
    assert written() == before
    assert cast.browser("alice").send("POST", sent.address(cast.demande, "fiche/")).status_code == 405


def test_it_follows_what_each_groupe_did(cast):
    cast.submit("ines", "messages", acte="precisions", message="Quel loyer ?")
    cast.submit("paul", "messages", acte="traitement", message="Versé.")
    words = read(cast).words
    assert "CAF du Val-d'Oise (CAF), qui attend des précisions" in words
    assert "CPAM du Val-d'Oise (CPAM), qui a répondu" in words
    cast.submit("alice", "archivage", leve="oui")
    for version in VERSIONS.values():
        assert "au plus tard" not in read(cast, **version).words
    assert "Cette demande est terminée" in read(cast).words


def test_a_day_that_is_past_is_not_promised_again(cast, clock):
    clock.move_to("2026-05-20T08:00:00+00:00")
    for version in VERSIONS.values():
        words = read(cast, **version).words
        assert "devait répondre au plus tard le 6 mai 2026 et ne l’a pas encore fait" in words
        assert "doit répondre" not in words


def test_a_withdrawn_mandat_is_said(cast):
    Mandat.objects.filter(demande=cast.demande).update(withdrawn_at=clock.now())
    assert "Vous avez retiré votre mandat" in read(cast).words
    assert "Vous avez dit stop." in read(cast, version="facile").words


def test_who_writes_reads_a_warning_when_the_paper_may_be_found(world, clock):
    calm, violent = (
        sent.send(world.alice, world.fs_argenteuil, [world.caf95], urgency=urgency) for urgency in ("", "violences")
    )
    warned = ["sans danger" in Browser(world.alice).read(demande, "fiche/").words for demande in (calm, violent)]
    assert warned == [False, True]


def test_an_erased_demande_has_no_sheet(cast):
    erase_secret(cast.demande.id)
    answer = read(cast)
    assert answer.status == 200
    assert "Contenu effacé" in answer.words
    assert "Ondine" not in answer.text


def test_it_costs_little(cast):
    browser = cast.browser("alice")
    browser.read(cast.demande)
    with CaptureQueriesContext(connection) as captured:
        assert browser.read(cast.demande, "fiche/").status == 200
    assert len(captured) <= 10


def test_sending_says_the_number_the_day_and_where_the_sheet_is(world, clock):
    reference()
    browser = Browser(world.alice)
    walk = Walk(browser._bare, world)
    walk.up_to_envoi()
    walk.step("envoi", {"attestation": "1"})
    browser.client.cookies = browser._bare.cookies
    address = f"/demandes/{walk.draft_id}/"
    answer = browser.get(address)
    [block] = answer.page.all("div", "fr-alert--success")
    said = " ".join(block.text.split())
    assert "est envoyée et les groupes saisis sont prévenus." in said
    assert "CAF du Val-d'Oise et CPAM du Val-d'Oise doivent répondre au plus tard le 6 mai 2026." in said
    assert said.endswith("Imprimer la fiche à remettre à la personne")
    assert f'href="{address}fiche/"' in answer.text
    assert browser.get(f"{address}fiche/").status == 200
