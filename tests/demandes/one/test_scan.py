"""What the antivirus says of the files of a demande: in the thread, to its uploader, to nobody it is not for."""

import pytest
from django.core import mail

from aplus.attachments.models import Attachment, FileState
from aplus.attachments.scanning import scan
from aplus.demandes.models import Demande
from tests.attachments import clamd
from tests.attachments.clamd import EICAR
from tests.demandes import sent
from tests.demandes.one.browser import filled, text_file
from tests.notifications.jobs import run_jobs

HARMFUL = b"Bonjour,\n" + EICAR


@pytest.fixture(autouse=True)
def fake(settings):
    """clamd, as far as anybody can tell."""
    with clamd.fake() as server:
        settings.CLAMD = server.address
        yield server


def attach(cast, who, content=b"Attestation.", **fields):
    """A message of this person with one file."""
    browser = cast.browser(who)
    form = filled(browser.form(cast.demande, "messages"), fichiers=[text_file("a.txt", content)], **fields)
    assert browser.post(cast.demande, "messages", form).status == 303
    return Attachment.objects.get()


def versions(cast):
    """What pages that look for news compare: the author's side's, the instructeurs'."""
    return Demande.objects.values_list("author_version", "instructeur_version").get(pk=cast.demande.pk)


def test_in_scan_then_available(cast):
    file = attach(cast, "alice")
    for who in ("alice", "ines"):
        assert "a.txt (en cours d’analyse antivirus" in cast.read(who).words
        response = cast.browser(who).send("GET", f"/fichiers/{file.id}/")
        assert response.status_code == 409
        assert "en cours d’analyse antivirus" in response.content.decode()
    before = versions(cast)
    run_jobs()
    assert versions(cast) == (before[0] + 1, before[1] + 1)
    for who in ("alice", "ines"):
        assert cast.browser(who).send("GET", f"/fichiers/{file.id}/").status_code == 200


def test_refused_in_the_thread_and_its_uploader_told(cast):
    file = attach(cast, "ines", HARMFUL)
    run_jobs()
    for who in ("alice", "ines"):
        assert "Fichier refusé : a.txt. L’antivirus y a trouvé un logiciel malveillant" in cast.read(who).words
        assert cast.browser(who).send("GET", f"/fichiers/{file.id}/").status_code == 410
    told = [one for one in mail.outbox if one.extra_headers["X-Aplus-Evenement"] == "fichier-refuse"]
    assert [one.to for one in told] == [["ines.caron@demo.example"]]
    assert "a.txt" not in told[0].body + told[0].subject


def test_the_file_of_a_note_says_nothing_to_the_author(cast):
    attach(cast, "ines", HARMFUL, reserve="1")
    before, seen = versions(cast), cast.read("alice").words
    run_jobs()
    assert versions(cast) == (before[0], before[1] + 1)
    assert cast.read("alice").words == seen
    assert "Fichier refusé" in cast.read("paul").words


def test_a_file_waiting_for_its_reply_says_it_too(cast):
    browser = cast.browser("alice")
    form = filled(browser.form(cast.demande, "messages"), fichiers=[text_file("a.txt", HARMFUL)], message="x" * 20_001)
    assert browser.post(cast.demande, "messages", form).status == 422
    before = versions(cast)
    run_jobs()
    assert versions(cast) == before
    assert "Fichier refusé : a.txt" in cast.read("alice").words
    assert "a.txt" not in cast.read("amir").words


def test_the_file_of_a_draft_or_of_an_erased_demande_tells_nobody(cast):
    file = attach(cast, "alice", HARMFUL)
    Demande.objects.update(erased_at=cast.demande.created_at)
    mail.outbox.clear()
    scan(file.id)
    assert Attachment.objects.get().state == FileState.REFUSED
    assert not any(one.extra_headers["X-Aplus-Evenement"] == "fichier-refuse" for one in mail.outbox)


def test_clamd_away_the_message_goes_all_the_same(cast, fake):
    fake.answer = None
    attach(cast, "alice", message="Voici le courrier.")
    run_jobs()
    page = cast.read("ines")
    assert "Voici le courrier." in page.words
    assert "a.txt (en cours d’analyse antivirus" in page.words
    assert sent.address(cast.demande, "messages/") in page.actions()
