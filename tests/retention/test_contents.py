"""Content goes six months after archiving, thirty days after a withdrawn mandat; nothing opens it then."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pyrage
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from procrastinate.contrib.django import app

from aplus.accounts.queries.actors import actor_for
from aplus.attachments import services as attachments
from aplus.attachments.models import Attachment
from aplus.core import clock
from aplus.demandes.models import (
    Demande,
    Mandat,
    Message,
    Part,
    Participant,
    ReplyDraft,
    SearchEntry,
    Transition,
)
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import closing, mandat, uploads
from aplus.journal.models import JournalLine
from aplus.retention import services, tasks
from aplus.retention.models import ErasureCertificate
from aplus.vault import keks
from aplus.vault.keys import Place, Unreadable
from aplus.vault.models import FileIdentity, Secret
from aplus.vault.rules import open_bytes
from aplus.vault.services import erase_secret, file_identity, unwrap
from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.demandes.time.passing import local

pytestmark = pytest.mark.django_db
# After the personas of the tests came: what is archived before is not theirs.
SENT, ARCHIVED = local("2027-03-30 10:00"), local("2027-08-31 23:30")
# The last day of February: six months after the 31st of August.
ERASED = local("2028-03-01 00:00")
MINUTE = timedelta(minutes=1)
REASON, TEXT = "Dossier rendu à la famille.", "Voici son relevé."


def archived(world):
    """Sent with a file and a note, answered, then archived with a remark."""
    with clock.at(SENT):
        demande = sent.send(
            world.alice, world.fs_argenteuil, [world.caf95], colleagues=[world.amir], until=date(2028, 3, 1)
        )
        ines = actor_for(world.ines.id)
        upload = SimpleUploadedFile("releve.txt", TEXT.encode(), content_type="text/plain")
        file_ids, refusals = uploads.keep(ines, load_demande(ines, demande.id), [upload])
        assert refusals == []
        sent.reply(world.ines, demande, TEXT, file_ids=file_ids)
        sent.reply(world.igor, demande, "Entre nous.", is_note=True)
        late = SimpleUploadedFile("attente.txt", b"Pas encore envoye.", content_type="text/plain")
        uploads.keep(ines, load_demande(ines, demande.id), [late])
        assert SearchEntry.objects.filter(demande=demande).count() > 1
        ReplyDraft.objects.create(demande=demande, user=world.alice, sealed=b"x", updated_at=SENT)
    with clock.at(ARCHIVED):
        closing.archive(actor_for(world.alice.id), demande.id, unblocked="non", remark=REASON, key=uuid4())
    return demande


@pytest.fixture
def demande(world):
    return archived(world)


def run(moment):
    """The job of this moment."""
    with clock.at(moment):
        return services.erase_contents()


def dump():
    """Every row of every table of ours, as a dump would hold it."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t")
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def test_six_months_later_and_not_a_minute_before(demande, django_capture_on_commit_callbacks):
    stored = list(Attachment.objects.values_list("storage_name", flat=True))
    assert len(stored) == 2
    assert run(ERASED - MINUTE) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert run(ERASED) == 1
    demande.refresh_from_db()
    assert demande.erased_at == ERASED
    assert set(Part.objects.values_list("erased_at", flat=True)) == {ERASED}
    assert set(Participant.objects.values_list("erased_at", flat=True)) == {ERASED}
    for model in (Secret, FileIdentity, Attachment, SearchEntry, ReplyDraft):
        assert not model.objects.exists(), model
    assert not any(default_storage.exists(name) for name in stored)
    sealed = [demande.subject_sealed, demande.usager_sealed, demande.content_sealed, Mandat.objects.get().sealed]
    assert {bytes(one) for one in [*sealed, *Message.objects.values_list("sealed", flat=True)]} == {b""}
    certificate = ErasureCertificate.objects.get()
    assert (certificate.demande_id, certificate.number, certificate.reason) == (demande.id, demande.number, "archivage")
    assert (certificate.archived_at, certificate.erased_at) == (ARCHIVED, ERASED)
    assert (certificate.messages, certificate.files) == (2, 2)
    line = JournalLine.objects.get(act="effacement")
    assert (line.demande_id, line.actor_id) == (demande.id, None)
    assert run(ERASED + timedelta(days=90)) == 0
    assert ErasureCertificate.objects.count() == 1


def test_thirty_days_after_a_withdrawal(world):
    with clock.at(SENT):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        mandat.withdraw(actor_for(world.alice.id), demande.id, key=uuid4())
    assert run(SENT + timedelta(days=30) - MINUTE) == 0
    assert run(SENT + timedelta(days=30)) == 1
    assert ErasureCertificate.objects.get().reason == "retrait"
    assert not Secret.objects.exists()


def test_a_withdrawal_after_archiving_brings_it_forward_and_never_back(world, demande):
    with clock.at(ARCHIVED + timedelta(days=2)):
        mandat.withdraw(actor_for(world.alice.id), demande.id, key=uuid4())
    other = archived(world)
    with clock.at(ERASED - timedelta(days=2)):
        mandat.withdraw(actor_for(world.alice.id), other.id, key=uuid4())
    assert run(ARCHIVED + timedelta(days=32)) == 1
    assert run(ERASED) == 1
    assert dict(ErasureCertificate.objects.values_list("demande_id", "reason")) == {
        demande.id: "retrait",
        other.id: "archivage",
    }


def test_an_open_or_reopened_demande_stays(world, demande):
    with clock.at(ARCHIVED + timedelta(days=60)):
        closing.reopen(actor_for(world.alice.id), demande.id, text="Encore.", key=uuid4())
    assert run(ERASED + timedelta(days=400)) == 0
    assert Secret.objects.exists()


def test_nothing_opens_any_more_even_with_an_old_dump_and_the_keys(world, demande, django_capture_on_commit_callbacks):
    """A main dump of before the erasure, the secrets and the keys of after it: nobody can open a word of it."""
    key = key_now(demande)
    row = Demande.objects.get(pk=demande.pk)
    message = Message.objects.filter(demande=demande).first()
    remark = Transition.objects.get(demande=demande, event="ARCHIVE")
    old = [
        (Place("demande", "subject", demande.id), bytes(row.subject_sealed)),
        (Place("demande", "usager", demande.id), bytes(row.usager_sealed)),
        (Place("message", "sealed", message.id), bytes(message.sealed)),
        (Place("transition", "reason", demande.id), bytes(remark.reason_sealed)),
    ]
    assert all(key.open(place, sealed) for place, sealed in old)
    file = Attachment.objects.first()
    encrypted = Path(default_storage.path(file.storage_name)).read_bytes()
    other = archived(world)
    Demande.objects.filter(pk=other.pk).update(archived_at=ERASED)
    with django_capture_on_commit_callbacks(execute=True):
        assert run(ERASED) == 1
    kept = list(Secret.objects.all())
    assert [secret.demande_id for secret in kept] == [other.id]
    ciphers = [AESGCM(keks.unwrap(secret.demande_id, secret.kek_id, secret.wrapped)) for secret in kept]
    for cipher in [*ciphers, *keks.configured().values()]:
        for place, sealed in old:
            with pytest.raises(Unreadable):
                open_bytes(cipher, sealed, place.as_bytes())
    identity = file_identity(unwrap(other.id, kept[0].kek_id, kept[0].wrapped))
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(encrypted, [identity])
    text = dump()
    for word in ("Quartefeuille", "2850378006084", REASON, TEXT, "releve.txt", sent.SUBJECT):
        assert word not in text
    assert encrypted not in [path.read_bytes() for path in Path(default_storage.path("")).rglob("*") if path.is_file()]
    assert demande.id not in FileIdentity.objects.values_list("dossier_id", flat=True)


def key_now(demande):
    """The key, as long as there is one."""
    secret = Secret.objects.get(pk=demande.pk)
    return unwrap(demande.id, secret.kek_id, secret.wrapped)


@pytest.mark.parametrize("who", ["alice", "amir", "ines"])
def test_who_was_on_it_is_told_so_and_may_do_nothing(world, demande, who):
    file = Attachment.objects.exclude(message_id=None).get()
    run(ERASED)
    with clock.at(ERASED):
        browser = Browser(world.user(who))
        page = browser.read(demande)
        assert page.status == 200
        assert "Contenu effacé le 1er mars 2028" in page.words
        assert page.main["data-etat"] == "ARCHIVED"
        assert page.actions() == set()
        assert browser.get(f"/fichiers/{file.id}/").status == 404
        assert browser.get(f"/mandats/{Mandat.objects.get().id}/").status == 410
        assert str(demande.id) not in browser.get("/demandes/", onglet="archivees").text
        acts = {"reouverture": {"message": "x"}, "retrait-du-mandat": {"confirmation": "1"}}
        if who == "ines":
            acts = {"nouveau": {"message": "x"}, "messages": {"message": "x"}}
        for act, fields in acts.items():
            assert browser.send("POST", sent.address(demande, f"{act}/"), fields).status_code == 409
    with clock.at(ERASED):
        assert Browser(world.chloe).read(demande).status == 404


def test_killed_in_between_nothing_is_half_erased(demande, monkeypatch):
    """Whatever the moment: before the commit all is there again, and the next run takes it."""
    with monkeypatch.context() as patch:

        def killed(*_args, **_more):
            raise KeyboardInterrupt

        patch.setattr("aplus.retention.services.ErasureCertificate.objects.create", killed)
        with pytest.raises(KeyboardInterrupt):
            run(ERASED)
    assert (Secret.objects.count(), Attachment.objects.count(), FileIdentity.objects.count()) == (1, 2, 1)
    assert Demande.objects.get(pk=demande.pk).erased_at is None
    assert key_now(demande)
    assert run(ERASED) == 1


def test_killed_after_the_commit_the_bytes_are_swept(demande, time_machine):
    """The commit is made, the bytes are still there, without key: the sweep of the files takes them."""
    stored = list(Attachment.objects.values_list("storage_name", flat=True))
    assert run(ERASED) == 1  # outside of a commit, nothing is called after it: as a kill would leave it
    assert all(default_storage.exists(name) for name in stored)
    with clock.at(clock.now() + timedelta(days=2)):
        attachments.sweep_orphans()
    assert not any(default_storage.exists(name) for name in stored)


def test_what_fails_for_one_does_not_keep_the_others(world, demande, monkeypatch, caplog):
    other = archived(world)
    erase = services.erasing.erase_if_due

    def fails_for_one(demande_id, now):
        if demande_id == demande.id:
            raise RuntimeError("Quartefeuille")
        return erase(demande_id, now)

    monkeypatch.setattr("aplus.demandes.services.erasing.erase_if_due", fails_for_one)
    assert run(ERASED) == 1
    assert Demande.objects.get(pk=other.pk).erased_at == ERASED
    assert Demande.objects.get(pk=demande.pk).erased_at is None
    assert "content not erased" in caplog.text
    assert "Quartefeuille" not in caplog.text


def test_a_main_dump_restored_with_newer_secrets_is_erased_again(demande):
    """The secret is gone and the row says nothing of it: the job finishes what the restore undid."""
    erase_secret(demande.id)
    assert run(ERASED) == 1
    assert Demande.objects.get(pk=demande.pk).erased_at == ERASED
    assert not Attachment.objects.exists()


def test_the_job_runs_each_hour(demande):
    with clock.at(ERASED):
        tasks.erase_contents(timestamp=0)
    assert not Secret.objects.exists()
    periodic = {entry.task.name: entry.cron for entry in app.periodic_registry.periodic_tasks.values()}
    assert periodic["retention.erase_contents"] == "7 * * * *"
