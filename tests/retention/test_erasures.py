"""What is erased by itself, and not a minute before."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django import app

from aplus.access.keys import use_key
from aplus.access.models import FormKey
from aplus.accounts.queries.actors import actor_for
from aplus.attachments.models import Attachment, Purpose
from aplus.core import clock
from aplus.demandes.models import Demande, Draft
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.rules.steps import Step
from aplus.demandes.services import drafts, uploads
from aplus.demandes.services.drafts import Files
from aplus.journal.models import JournalLine
from aplus.retention import services, tasks
from aplus.vault.models import FileIdentity, Secret
from tests.demandes import sent

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)
MINUTE = timedelta(minutes=1)


def text_file():
    return SimpleUploadedFile("courrier.txt", b"Bonjour, dossier incomplet.", content_type="text/plain")


def draft_of(user, *, saved_at):
    """A draft with a file, last saved then."""
    actor = actor_for(user.pk)
    with time_machine.travel(saved_at, tick=False):
        draft_id = drafts.begin(actor, {"thematique": "autre"}, key=uuid4(), after=Step.USAGER)
        problems = drafts.save(
            actor,
            draft_id,
            Step.BLOCAGE,
            {"description": "Bloqué."},
            version=None,
            key=uuid4(),
            location="/",
            files=Files(pieces=[text_file()]),
        )
    assert problems == {}
    return draft_id


def test_a_draft_goes_thirty_days_after_its_last_save(world, django_capture_on_commit_callbacks):
    now = clock.now()
    old = draft_of(world.alice, saved_at=now - MONTH - MINUTE)
    recent = draft_of(world.alice, saved_at=now - MONTH + MINUTE)
    stored = Attachment.objects.get(dossier_id=old).storage_name
    assert default_storage.exists(stored)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.erase_old_drafts() == 1
    assert list(Draft.objects.values_list("pk", flat=True)) == [recent]
    assert list(Secret.objects.values_list("pk", flat=True)) == [recent]
    assert list(FileIdentity.objects.values_list("pk", flat=True)) == [recent]
    assert [file.dossier_id for file in Attachment.objects.all()] == [recent]
    assert not default_storage.exists(stored)
    line = JournalLine.objects.get(act="brouillon-efface")
    assert (line.thing_id, line.actor_id, line.codes) == (old, None, {})
    assert services.erase_old_drafts() == 0


def test_a_draft_saved_again_meanwhile_stays(world):
    """Between the look and the lock, its author saved it: the look is taken again under the lock."""
    draft_id = draft_of(world.alice, saved_at=clock.now() - MONTH - MINUTE)
    Draft.objects.filter(pk=draft_id).update(updated_at=clock.now())
    assert services._erase_draft(draft_id) is False
    assert Draft.objects.filter(pk=draft_id).exists()
    assert Secret.objects.filter(pk=draft_id).exists()


def test_a_demande_is_no_draft(world):
    with time_machine.travel(clock.now() - 2 * MONTH, tick=False):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    assert services.erase_old_drafts() == 0
    assert Demande.objects.filter(pk=demande.pk).exists()
    assert Secret.objects.filter(pk=demande.pk).exists()


def test_a_file_that_waited_a_day_for_its_reply_goes(world, django_capture_on_commit_callbacks):
    now = clock.now()
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    actor = actor_for(world.ines.pk)
    loaded = load_demande(actor, demande.id)
    kept = []
    for ago in (timedelta(days=1, minutes=1), timedelta(hours=23)):
        with time_machine.travel(now - ago, tick=False):
            ids, refusals = uploads.keep(actor, loaded, [text_file()])
        assert refusals == []
        kept += ids
    old, recent = (Attachment.objects.get(pk=file_id) for file_id in kept)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.discard_unsent_files() == 1
    assert not Attachment.objects.filter(pk=old.pk).exists()
    assert not default_storage.exists(old.storage_name)
    assert Attachment.objects.filter(pk=recent.pk).exists()
    assert default_storage.exists(recent.storage_name)


def test_a_file_that_was_sent_stays(world):
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    actor = actor_for(world.ines.pk)
    with time_machine.travel(clock.now() - MONTH, tick=False):
        ids, _ = uploads.keep(actor, load_demande(actor, demande.id), [text_file()])
    sent.reply(world.ines, demande, file_ids=ids)
    assert services.discard_unsent_files() == 0
    assert Attachment.objects.get(pk=ids[0]).purpose == Purpose.PIECE


def test_the_jobs_do_each_erasure(world):
    now = clock.now()
    draft_of(world.alice, saved_at=now - MONTH - MINUTE)
    with time_machine.travel(now - timedelta(days=8), tick=False):
        use_key(actor_for(world.alice.pk), uuid4(), "/")
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    actor = actor_for(world.ines.pk)
    with time_machine.travel(now - timedelta(days=2), tick=False):
        uploads.keep(actor, load_demande(actor, demande.id), [text_file()])
    for job in (tasks.erase_old_drafts, tasks.discard_unsent_files, tasks.forget_used_keys):
        job(timestamp=0)
    assert not Draft.objects.exists()
    assert not Attachment.objects.exists()
    # The keys of the draft's two saves are older than a week as well.
    assert not FormKey.objects.filter(used_at__lt=now - timedelta(days=7)).exists()


def test_the_jobs_are_periodic():
    periodic = {entry.task.name for entry in app.periodic_registry.periodic_tasks.values()}
    assert {"retention.erase_old_drafts", "retention.discard_unsent_files", "retention.forget_used_keys"} <= periodic
