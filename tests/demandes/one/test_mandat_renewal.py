"""POST renouvellement-du-mandat/, and what the end of a mandat forbids until then (demandes.md §8)."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail

from aplus.attachments.models import Attachment, Purpose
from aplus.demandes.models import Mandat
from aplus.demandes.rules.mandat import MandatStep
from tests.demandes import sent
from tests.demandes.one.browser import text_file
from tests.demandes.one.cast import AUTHORS, assert_once, assert_rights, gather
from tests.notifications.jobs import run_jobs

TEXT = "Encore un mot."
GIVEN = {"mandat_mode": "oral", "mandat_obtenu_le": "2026-04-30T09:00"}
# The last second of the 15th of May in Paris, and the first after it.
LAST, AFTER = "2026-05-15T21:59:59+00:00", "2026-05-15T22:00:00+00:00"


@pytest.fixture
def short(clock, world):
    """The same demande with a mandat until the 15th of May."""
    return gather(world, until=date(2026, 5, 15))


def mandat_of(cast):
    """As stored now."""
    return Mandat.objects.get(demande=cast.demande)


def test_who_may(cast):
    assert_rights(cast, "renouvellement-du-mandat", GIVEN, AUTHORS)


def test_renewed_for_a_year(short):
    answer = short.submit("amir", "renouvellement-du-mandat", **GIVEN, mandat_preuve=text_file("accord.txt"))
    assert answer.status == 303
    mandat = mandat_of(short)
    assert mandat.ends_on == date(2027, 4, 30)
    assert (mandat.next_step, mandat.next_step_at) == (MandatStep.NOTICE, datetime(2027, 3, 30, 22, tzinfo=UTC))
    page = short.read("ines")
    assert "Accord oral, obtenu le 30 avril 2026 à 9 h 00, valable jusqu’au 30 avril 2027." in page.words
    assert "Amir Benali a renouvelé le mandat." in page.words
    assert "Le précédent : papier signé, obtenu le 30/04/2026, valable jusqu’au 15/05/2026." in page.words
    assert "accord.txt" in page.words
    run_jobs()
    told = {
        address
        for one in mail.outbox
        if one.extra_headers["X-Aplus-Evenement"] == "renouvellement-du-mandat"
        for address in one.to
    }
    assert "ines.caron@demo.example" in told
    assert not told & {"amir.benali@demo.example", "alice.martin@demo.example"}


def test_the_former_proof_stays(short):
    for name in ("premier.txt", "second.txt"):
        short.submit("alice", "renouvellement-du-mandat", **GIVEN, mandat_preuve=text_file(name))
    assert Attachment.objects.filter(dossier_id=short.demande.id, purpose=Purpose.PROOF).count() == 2
    page = short.browser("alice").get(f"/mandats/{mandat_of(short).id}/")
    assert [value for name, value in page.pairs() if name == "Preuve"] == ["premier.txt", "second.txt"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"mandat_mode": ""}, "mandat_mode"),
        ({"mandat_mode": "pigeon"}, "mandat_mode"),
        ({"mandat_obtenu_le": ""}, "mandat_obtenu_le"),
        ({"mandat_obtenu_le": "hier\x00"}, "mandat_obtenu_le"),
        ({"mandat_obtenu_le": "2026-04-30T10:01"}, "mandat_obtenu_le"),
        ({"mandat_obtenu_le": "2025-04-29T10:00"}, "mandat_obtenu_le"),
        ({"mandat_obtenu_le": "0026-04-29T10:00"}, "mandat_obtenu_le"),
        ({"mandat_preuve": text_file("vide.txt", b"")}, "mandat_preuve"),
        ({"mandat_preuve": text_file("jeu.exe", b"MZ\x90\x00")}, "mandat_preuve"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(short, changed, field):
    typed = {**GIVEN, **changed}
    answer = short.submit("alice", "renouvellement-du-mandat", **typed)
    assert answer.status == 422
    assert any(link.startswith(f"#renouvellement_{field}") for link, _ in answer.summary())
    again = answer.fields(sent.address(short.demande, "renouvellement-du-mandat/"))
    for name in {"mandat_mode", "mandat_obtenu_le"} - set(changed):
        assert again[name] == [GIVEN[name]]
    assert mandat_of(short).ends_on == date(2026, 5, 15)
    assert not Attachment.objects.exists()


def test_a_proof_that_came_with_a_mistake_is_asked_for_again(short):
    answer = short.submit("alice", "renouvellement-du-mandat", mandat_mode="", mandat_preuve=text_file())
    assert answer.status == 422
    assert any("il n’a pas été gardé" in text for text in answer.errors())


def test_until_the_last_second_of_its_last_day(short, clock):
    clock.move_to(LAST, tick=False)
    assert short.submit("alice", "messages", message=TEXT).status == 303
    clock.move_to(AFTER, tick=False)
    late = short.browser("ines").send("POST", sent.address(short.demande, "messages/"), {"message": TEXT})
    assert late.status_code == 409
    text = late.content.decode()
    assert "terminé depuis le 15/05/2026" in text
    assert TEXT in text


@pytest.mark.parametrize(
    ("who", "act", "fields"),
    [
        ("alice", "messages", {"message": TEXT}),
        ("agent_ddfip", "messages", {"message": TEXT, "reserve": "1"}),
        ("ines", "messages", {"acte": "prise-en-charge"}),
        ("alice", "invitations", {"motif": TEXT, "message": TEXT}),
        ("alice", "toujours-bloque", {"message": TEXT}),
    ],
)
def test_nothing_is_added_once_it_is_over(short, clock, who, act, fields):
    clock.move_to(AFTER, tick=False)
    said = short.said()
    response = short.browser(who).send("POST", sent.address(short.demande, f"{act}/"), fields)
    assert response.status_code == 409
    assert short.said() == said


def test_the_page_says_so_in_place_of_the_box(short, clock):
    clock.move_to(AFTER, tick=False)
    author, other = short.read("alice"), short.read("ines")
    for page in (author, other):
        assert "Le mandat est terminé depuis le 15 mai 2026" in page.words
        assert sent.address(short.demande, "messages/") not in page.actions()
    assert sent.address(short.demande, "renouvellement-du-mandat/") in author.actions()
    assert sent.address(short.demande, "archivage/") in author.actions()
    assert "C’est à France services Argenteuil de le renouveler" in other.words


def test_renewed_it_goes_on(short, clock):
    clock.move_to(AFTER, tick=False)
    answer = short.submit("alice", "renouvellement-du-mandat", mandat_mode="sms", mandat_obtenu_le="2026-05-15T18:00")
    assert answer.status == 303
    assert short.submit("ines", "messages", message=TEXT).status == 303


def test_archived_it_is_renewed_before_it_is_reopened(short, clock):
    short.submit("alice", "archivage", leve="non")
    clock.move_to(AFTER, tick=False)
    page = short.read("alice")
    assert page.actions() == set()
    assert "renouvelez d’abord le mandat" in page.words
    browser = short.browser("alice")
    late = browser.send("POST", sent.address(short.demande, "reouverture/"), {"message": TEXT})
    assert late.status_code == 409
    assert (
        short.browser("ines").send("POST", sent.address(short.demande, "nouveau/"), {"message": TEXT}).status_code
        == 409
    )
    mandat_page = browser.get(f"/mandats/{mandat_of(short).id}/")
    form = mandat_page.fields(sent.address(short.demande, "renouvellement-du-mandat/"))
    wrong = browser.post(short.demande, "renouvellement-du-mandat", {**form, "mandat_mode": ["sms"]})
    assert wrong.status == 422
    form = wrong.fields(sent.address(short.demande, "renouvellement-du-mandat/"))
    assert form["mandat_mode"] == ["sms"]
    right = browser.post(short.demande, "renouvellement-du-mandat", {**form, "mandat_obtenu_le": ["2026-05-15T18:00"]})
    assert right.status == 303
    assert short.submit("alice", "reouverture", message=TEXT).status == 303
    assert mandat_of(short).next_step == MandatStep.NOTICE


def test_the_author_is_told_of_the_end_in_time(short, clock):
    assert "Le mandat se termine le 15 mai 2026" in short.read("alice").words
    assert "Le mandat se termine" not in short.read("ines").words


def test_far_from_its_end_nothing_is_said(cast):
    assert "Le mandat se termine" not in cast.read("alice").words


def test_once(cast):
    assert_once(cast, "alice", "renouvellement-du-mandat", **GIVEN)
