"""Files of a reply: kept when it is refused, read by whom the message is for, downloaded whole or not at all."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from aplus.attachments.models import Attachment, FileState
from aplus.core import clock as core_clock
from aplus.journal.models import JournalLine
from tests.attachments import samples
from tests.demandes import sent
from tests.demandes.one.browser import Browser, filled, options, text_file
from tests.demandes.one.cast import ON_IT, STRANGERS, assert_refused, refusals

CONTENT = b"Attestation demandee par la caisse."


def attach(cast, who, *files, **fields):
    """A message of this person with these files."""
    browser = cast.browser(who)
    form = filled(browser.form(cast.demande, "messages"), fichiers=list(files or [text_file()]), **fields)
    return browser.post(cast.demande, "messages", form)


def only_file():
    """The only file there is."""
    return Attachment.objects.get()


def address(file):
    """Where a file is."""
    return f"/fichiers/{file.id}/"


@pytest.mark.parametrize("who", ["alice", "ines", "elise"])
def test_a_file_alone_is_a_message(cast, who):
    assert attach(cast, who).status == 303
    file = only_file()
    assert (file.purpose, file.audience) == ("piece", "tous")
    for reader in ON_IT:
        answer = cast.read(reader)
        assert "courrier.txt" in answer.words
        response = cast.browser(reader).client.get(address(file))
        assert b"".join(response.streaming_content) == CONTENT
        assert response["Content-Disposition"] == f'attachment; filename="demande-{cast.demande.number}-1.txt"'
        assert response["Cache-Control"] == "no-store"
        assert response["Content-Type"] == "text/plain"
        assert response["X-Content-Type-Options"] == "nosniff"
    assert JournalLine.objects.filter(act="telechargement", thing_id=file.id).count() == len(ON_IT)


def test_stored_bytes_and_name_are_sealed(cast):
    attach(cast, "alice", text_file("Quartefeuille.txt"))
    file = only_file()
    with default_storage.open(file.storage_name) as stored:
        assert CONTENT not in stored.read()
    assert b"Quartefeuille" not in bytes(file.sealed_name)
    assert "uartefeuille" not in file.storage_name


def test_strangers(cast):
    attach(cast, "alice")
    file = only_file()
    for who in STRANGERS:
        for method in ("GET", "HEAD", "POST", "DELETE"):
            lines = refusals()
            assert cast.browser(who).send(method, address(file)).status_code == 404
            assert refusals() == lines + 1
    response = Browser(None).send("GET", address(file))
    assert response["Location"] == f"/connexion/?suite={address(file).replace('/', '%2F')}"
    assert not JournalLine.objects.filter(act="telechargement").exists()


def test_a_note_s_file_is_for_the_instructeurs(cast):
    assert attach(cast, "ines", reserve="1").status == 303
    file = only_file()
    assert file.audience == "instructeurs"
    for who in ("alice", "amir"):
        for method in ("GET", "HEAD", "POST"):
            assert cast.browser(who).send(method, address(file)).status_code == 404
        assert "courrier.txt" not in cast.read(who).text
    for who in ("paul", "agent_ddfip"):
        assert cast.browser(who).send("GET", address(file)).status_code == 200


def test_its_number_says_nothing_of_the_notes(cast, clock):
    for who, fields in (("alice", {}), ("ines", {"reserve": "1"}), ("ines", {"reserve": "1"}), ("amir", {})):
        clock.shift(1)
        assert attach(cast, who, **fields).status == 303
    last = Attachment.objects.order_by("created_at").last()
    number = cast.demande.number
    assert f"demande-{number}-2.txt" in cast.browser("alice").send("GET", address(last))["Content-Disposition"]
    assert f"demande-{number}-4.txt" in cast.browser("ines").send("GET", address(last))["Content-Disposition"]


class TestRefused:
    """What cannot be taken, by name and why; the rest is kept and goes with the next try."""

    def test_kept_until_the_message_is_taken(self, cast):
        browser = cast.browser("ines")
        form = filled(browser.form(cast.demande, "messages"), fichiers=[text_file()], acte="precisions")
        answer = browser.post(cast.demande, "messages", form)
        assert answer.status == 422
        file = only_file()
        assert (file.purpose, file.message_id) == ("attente", None)
        again = answer.fields(sent.address(cast.demande, "messages/"))
        assert again["fichiers_gardes"] == [str(file.id)]
        assert options(answer, "fichiers_gardes") == {str(file.id): "courrier.txt"}
        # Nobody else sees it before it is sent.
        for who in ("alice", "igor", "paul"):
            assert "courrier.txt" not in cast.read(who).text
            assert cast.browser(who).send("GET", address(file)).status_code == 404
        assert browser.post(cast.demande, "messages", filled(again, message="Quelle date ?")).status == 303
        file.refresh_from_db()
        assert (file.purpose, file.audience) == ("piece", "tous")
        assert "courrier.txt" in cast.read("alice").words

    def test_kept_when_overtaken(self, cast):
        slow = cast.browser("igor")
        form = filled(slow.form(cast.demande, "messages"), fichiers=[text_file()], acte="prise-en-charge")
        cast.submit("ines", "messages", acte="prise-en-charge")
        answer = slow.post(cast.demande, "messages", form)
        assert answer.status == 409
        again = answer.fields(sent.address(cast.demande, "messages/"))
        assert again["fichiers_gardes"] == [str(only_file().id)]

    def test_unticked_is_not_sent(self, cast):
        browser = cast.browser("ines")
        form = filled(browser.form(cast.demande, "messages"), fichiers=[text_file()], acte="precisions")
        again = browser.post(cast.demande, "messages", form).fields(sent.address(cast.demande, "messages/"))
        again.pop("fichiers_gardes")
        assert browser.post(cast.demande, "messages", filled(again, message="Quelle date ?")).status == 303
        assert only_file().purpose == "attente"
        # It does not slip into the next message, whose readers may be others.
        assert browser.submit(cast.demande, "messages", message="Un autre message.").status == 303
        assert only_file().purpose == "attente"

    def test_too_large(self, cast):
        large = SimpleUploadedFile("gros.pdf", samples.PDF + b"0" * (10 * 1024 * 1024), "application/pdf")
        answer = attach(cast, "alice", text_file(), large, message="Voici.")
        assert answer.status == 422
        ((link, words),) = answer.summary()
        assert link == "#reponse_fichiers"
        assert "« gros.pdf »" in words
        assert "10 Mo" in words
        assert "« gros.pdf »" in answer.errors()[0]
        again = answer.fields(sent.address(cast.demande, "messages/"))
        assert again["message"] == ["Voici."]
        assert again["fichiers_gardes"] == [str(only_file().id)]

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("page.pdf", b"<html><script>alert(1)</script>"),
            ("photo.jpg", b"MZ\x90\x00" + b"\x00" * 64),
            ("vide.txt", b""),
            ("feuille.xlsx", b"PK\x03\x04" + b"\x00" * 64),
            ("image.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ],
    )
    def test_forged_content(self, cast, name, content):
        answer = attach(cast, "alice", SimpleUploadedFile(name, content), message="Voici.")
        assert answer.status == 422
        assert f"« {name} »" in answer.summary()[0][1]
        assert not Attachment.objects.exists()
        assert cast.said() == 0

    def test_eleven_files(self, cast):
        browser = cast.browser("alice")
        files = [text_file(f"piece-{number}.txt") for number in range(11)]
        answer = browser.post(cast.demande, "messages", browser.form(cast.demande, "messages") | {"fichiers": files})
        assert answer.status == 422
        assert "« piece-10.txt »" in answer.summary()[0][1]
        again = answer.fields(sent.address(cast.demande, "messages/"))
        assert len(again["fichiers_gardes"]) == 10
        assert browser.post(cast.demande, "messages", again).status == 303

    def test_a_body_over_forty_megabytes(self, cast, settings):
        settings.MAX_BODY_BYTES = 200_000
        answer = attach(cast, "alice", SimpleUploadedFile("gros.txt", b"a" * 250_000))
        assert answer.status == 413
        assert not Attachment.objects.exists()

    @pytest.mark.parametrize(
        "name", ["../../etc/passwd", "a\x00b.txt", "é" * 400 + ".txt", '"><b>.txt', "\u202egnp.txt"]
    )
    def test_odd_names(self, cast, name):
        upload = SimpleUploadedFile("x.txt", CONTENT)
        upload._name = name
        assert attach(cast, "alice", upload).status in {303, 400}
        assert cast.read("ines").status == 200

    def test_nothing_is_kept_on_an_archived_demande(self, cast):
        browser = cast.browser("alice")
        form = filled(browser.form(cast.demande, "messages"), fichiers=[text_file()], message="Voici.")
        cast.submit("amir", "archivage", leve="oui")
        assert browser.post(cast.demande, "messages", form).status == 409
        assert not Attachment.objects.exists()


class TestForged:
    """Ids of files that are not one's own to send."""

    def test_somebody_else_s_waiting_file(self, cast):
        attach(cast, "ines", acte="precisions")
        file = only_file()
        for who in ("alice", "igor"):
            assert_refused(404, cast, who, "messages", {"message": "Voici.", "fichiers_gardes": file.id})
        assert only_file().purpose == "attente"

    def test_a_file_already_sent_or_of_another_demande(self, cast, world):
        attach(cast, "alice")
        file = only_file()
        assert_refused(404, cast, "alice", "messages", {"message": "Voici.", "fichiers_gardes": file.id})
        other = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        browser = cast.browser("alice")
        response = browser.send("POST", sent.address(other, "messages/"), {"message": "x", "fichiers_gardes": file.id})
        assert response.status_code == 404
        file.refresh_from_db()
        assert file.dossier_id == cast.demande.id

    def test_files_sent_with_a_forged_id_are_not_kept(self, cast):
        answer = attach(cast, "ines", acte="incompetence", groupes=[str(cast.world.fs_argenteuil.id)])
        assert answer.status == 404
        assert not Attachment.objects.exists()


def test_the_same_form_twice_keeps_one_file(cast):
    browser = cast.browser("alice")
    form = filled(browser.form(cast.demande, "messages"), message="Voici.")
    for _ in range(2):
        assert browser.post(cast.demande, "messages", {**form, "fichiers": [text_file()]}).status == 303
    assert only_file().purpose == "piece"


def test_head_says_the_same_and_writes_nothing(cast):
    attach(cast, "alice")
    file = only_file()
    response = cast.browser("ines").client.head(address(file))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert not JournalLine.objects.filter(act="telechargement").exists()


@pytest.mark.parametrize(
    ("state", "said", "status"),
    [
        (FileState.SCANNING, "courrier.txt (en cours d’analyse antivirus", 409),
        (FileState.REFUSED, "Fichier refusé : courrier.txt. L’antivirus y a trouvé un logiciel malveillant", 410),
        (FileState.UNAVAILABLE, "courrier.txt (indisponible : il n’a pas pu être analysé", 410),
    ],
)
def test_only_an_available_file_is_served(cast, state, said, status):
    attach(cast, "alice")
    Attachment.objects.update(state=state)
    page = cast.read("ines")
    assert said in page.words
    assert address(only_file()) not in [one.get("href") for one in page.page.all("a")]
    assert cast.browser("ines").send("GET", address(only_file())).status_code == status
    assert not JournalLine.objects.filter(act="telechargement").exists()


def test_missing_or_altered_bytes_are_not_served(cast):
    attach(cast, "alice")
    with Path(default_storage.path(only_file().storage_name)).open("r+b") as stored:
        stored.seek(60)
        stored.write(b"\xff\xff")
    assert cast.browser("ines").send("GET", address(only_file())).status_code == 410
    default_storage.delete(only_file().storage_name)
    response = cast.browser("ines").send("GET", address(only_file()))
    assert response.status_code == 410
    assert sent.address(cast.demande) in response.content.decode()


def test_a_hundred_and_twenty_downloads_an_hour(cast, clock):
    attach(cast, "alice")
    file = only_file()
    JournalLine.objects.bulk_create(
        JournalLine(at=core_clock.now(), actor_id=cast.world.ines.id, act="telechargement") for _ in range(119)
    )
    clock.shift(60)
    browser = cast.browser("ines")
    assert browser.send("GET", address(file)).status_code == 200
    response = browser.send("GET", address(file))
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert JournalLine.objects.filter(act="limite", actor_id=cast.world.ines.id).count() == 1
    assert cast.browser("paul").send("GET", address(file)).status_code == 200
    clock.shift(3600)
    assert browser.send("GET", address(file)).status_code == 200
