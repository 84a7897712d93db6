"""POST retrait-du-mandat/: frozen and archived at once, never reopened, both sides told (demandes.md §8)."""

from datetime import timedelta

import pytest
from django.core import mail

from aplus.attachments.models import Attachment
from aplus.demandes.models import Mandat, Transition
from aplus.demandes.rules.mandat import MandatStep
from aplus.notifications.models import Notification
from tests.demandes import sent
from tests.demandes.one.browser import text_file
from tests.demandes.one.cast import AUTHORS, assert_once, assert_rights
from tests.notifications.jobs import run_jobs

TEXT = "Je continue quand même."


def withdrawn(cast):
    """Withdrawn by Amir."""
    assert cast.submit("amir", "retrait-du-mandat", confirmation="1").status == 303
    return cast


def test_who_may(cast):
    assert_rights(cast, "retrait-du-mandat", {"confirmation": "1"}, AUTHORS)


def test_frozen_and_archived_in_one_act(cast, clock):
    withdrawn(cast)
    cast.demande.refresh_from_db()
    mandat = Mandat.objects.get(demande=cast.demande)
    assert cast.demande.state == "ARCHIVED"
    assert cast.demande.archived_at == mandat.withdrawn_at
    assert mandat.withdrawn_by == cast.world.amir
    assert (mandat.next_step, mandat.next_step_at) == (MandatStep.ERASE, mandat.withdrawn_at + timedelta(days=30))
    last = Transition.objects.filter(demande=cast.demande).latest("id")
    assert (last.event, last.to_state) == ("WITHDRAW_MANDAT", "ARCHIVED")
    assert cast.part("caf95").due_at is None
    assert cast.lines("retrait-du-mandat") == 1


@pytest.mark.parametrize("who", ["alice", "ines", "agent_ddfip"])
def test_the_page_offers_nothing_that_writes(cast, who):
    page = withdrawn(cast).read(who)
    assert page.main["data-etat"] == "ARCHIVED"
    assert page.actions() == set()
    assert "Amir Benali a retiré le mandat de la personne" in page.words
    assert "Son contenu sera effacé le 30 mai 2026" in page.words
    leads_on = any(one.get("href") == "/demandes/nouvelle/" for one in page.page.all("a") if page.main in one.parents)
    assert leads_on == (who == "alice")


def test_instructeurs_are_told_to_stop_and_the_author_in_the_application(cast):
    sent.reply(cast.world.agent_ddfip, cast.demande)
    run_jobs()
    mail.outbox.clear()
    withdrawn(cast)
    run_jobs()
    told = {address: one for one in mail.outbox for address in one.to}
    assert {one.extra_headers["X-Aplus-Evenement"] for one in told.values()} == {"retrait-du-mandat"}
    expected = (
        "caf95@demo",
        "cpam95@demo",
        "ines.caron@",
        "paul.nguyen@",
        cast.user("agent_ddfip").email,
    )
    for address in expected:
        assert any(found.startswith(address) for found in told), address
    assert not any(found.startswith(("amir.benali@", "alice.martin@", "elise")) for found in told)
    (line,) = Notification.objects.filter(event="retrait-du-mandat", is_mail=False)
    assert line.person == cast.world.alice
    assert "arrêtez tout traitement" in told["ines.caron@demo.example"].subject
    assert "Quartefeuille" not in "".join(one.body for one in told.values())


@pytest.mark.parametrize(
    ("who", "act", "fields"),
    [
        ("alice", "messages", {"message": TEXT}),
        ("ines", "messages", {"message": TEXT}),
        ("ines", "messages", {"message": TEXT, "reserve": "1"}),
        ("ines", "messages", {"acte": "traitement"}),
        ("alice", "invitations", {"motif": TEXT, "message": TEXT}),
        ("ines", "invitations", {"motif": TEXT, "message": TEXT}),
        ("alice", "reouverture", {"message": TEXT}),
        ("ines", "nouveau", {"message": TEXT}),
        ("alice", "toujours-bloque", {"message": TEXT}),
        ("alice", "co-auteurs", {"collegues": []}),
        ("alice", "archivage", {"leve": "oui"}),
        ("alice", "retrait-du-mandat", {"confirmation": "1"}),
        ("alice", "renouvellement-du-mandat", {"mandat_mode": "oral", "mandat_obtenu_le": "2026-04-30T09:00"}),
    ],
)
def test_nothing_comes_after(cast, who, act, fields):
    browser = cast.browser(who)
    withdrawn(cast)
    said = cast.said()
    response = browser.send("POST", sent.address(cast.demande, f"{act}/"), fields)
    assert response.status_code == 409
    if "message" in fields:
        assert TEXT in response.content.decode()
    assert cast.said() == said
    assert cast.state == "ARCHIVED"


def test_the_reopening_says_why_and_where_to_go(cast):
    archived = cast.browser("alice")
    withdrawn(cast)
    response = archived.send("POST", sent.address(cast.demande, "reouverture/"), {"message": TEXT})
    text = response.content.decode()
    assert "ne peut pas être rouverte" in text
    assert "créez une nouvelle demande" in text


def test_no_file_is_kept_either(cast):
    browser = cast.browser("alice")
    form = browser.form(cast.demande, "messages")
    withdrawn(cast)
    answer = browser.post(cast.demande, "messages", {**form, "fichiers": [text_file()]})
    assert answer.status == 409
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("value", [None, "", "0", "oui\x00"])
def test_a_tick_is_asked_for(cast, value):
    answer = cast.submit("alice", "retrait-du-mandat", **({} if value is None else {"confirmation": value}))
    assert answer.status == 422
    assert {link for link, _ in answer.summary()} == {"#retrait_confirmation"}
    assert cast.state != "ARCHIVED"


def test_an_archived_demande_can_still_lose_its_mandat(cast, clock):
    """A usager takes an authorisation back at any time: from the mandat's own page, for it is not written on."""
    cast.submit("alice", "archivage", leve="non")
    mandat = Mandat.objects.get(demande=cast.demande)
    clock.shift(24 * 3600)
    browser = cast.browser("alice")
    form = browser.get(f"/mandats/{mandat.id}/").fields(sent.address(cast.demande, "retrait-du-mandat/"))
    answer = browser.post(cast.demande, "retrait-du-mandat", {**form, "confirmation": ["1"]})
    assert answer.status == 303
    mandat.refresh_from_db()
    cast.demande.refresh_from_db()
    assert cast.demande.archived_at < mandat.withdrawn_at
    assert cast.state == "ARCHIVED"
    assert cast.read("alice").actions() == set()


def test_the_mandat_s_page_says_it_and_offers_nothing_more(cast):
    withdrawn(cast)
    mandat = Mandat.objects.get(demande=cast.demande)
    for who in ("alice", "ines"):
        page = cast.browser(who).get(f"/mandats/{mandat.id}/")
        assert ("Retiré le", "30 avril 2026 à 10 h 00") in page.pairs()
        assert page.actions() == set()


def test_once(cast):
    assert_once(cast, "alice", "retrait-du-mandat", confirmation="1")


def test_withdrawn_meanwhile_by_the_other(cast):
    slow = cast.browser("alice")
    form = {**slow.form(cast.demande, "retrait-du-mandat"), "confirmation": ["1"]}
    withdrawn(cast)
    assert slow.post(cast.demande, "retrait-du-mandat", form).status == 409
    assert cast.events().count("WITHDRAW_MANDAT") == 1
