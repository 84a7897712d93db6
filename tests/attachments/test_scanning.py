"""From *in scan* to available, refused or unavailable, whatever happens to clamd and to the workers."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from procrastinate.contrib.django import app
from pytest_django import Settings

from aplus.accounts.models import User
from aplus.attachments import scanning, services, tasks
from aplus.attachments.models import Attachment, FileState
from aplus.attachments.services import UnreadableFile, accept, clear_bytes, stream
from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.vault.keys import DossierKey
from aplus.vault.services import create_secret, erase_secret
from tests.attachments import clamd, samples
from tests.attachments.clamd import EICAR, FakeClamd
from tests.notifications.jobs import run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db
HARMFUL = b"Bonjour,\n" + EICAR + b"\n"
Commits = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def fake(settings: Settings) -> Iterator[FakeClamd]:
    with clamd.fake() as server:
        settings.CLAMD = server.address
        yield server


@pytest.fixture
def storage(settings: Settings, tmp_path: Path) -> Path:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return tmp_path


@pytest.fixture
def key() -> DossierKey:
    return create_secret(uuid4())


@pytest.fixture
def upload(storage: Path, key: DossierKey) -> Callable[..., Attachment]:
    person = User.objects.create(email="alice.martin@demo.example", created_at=clock.now())

    def send(content: bytes = samples.TEXT) -> Attachment:
        return accept(person.id, key, SimpleUploadedFile("a.txt", content))

    return send


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_without_clamd_a_file_is_available_at_once(upload: Callable[..., Attachment]) -> None:
    file = upload()
    assert (file.state, file.next_scan_at) == (FileState.AVAILABLE, None)
    assert waiting_jobs() == []


def test_a_clean_file_becomes_available(fake: FakeClamd, key: DossierKey, upload: Callable[..., Attachment]) -> None:
    file = upload()
    assert file.state == FileState.SCANNING
    with pytest.raises(UnreadableFile):
        stream(key, file)
    assert fake.seen == []
    assert run_jobs() == 1
    file.refresh_from_db()
    assert (file.state, file.next_scan_at) == (FileState.AVAILABLE, None)
    assert fake.seen == [samples.TEXT]
    assert b"".join(stream(key, file)) == samples.TEXT
    assert run_jobs() == 0


def test_a_harmful_file_is_refused_and_its_bytes_destroyed(
    fake: FakeClamd, storage: Path, upload: Callable[..., Attachment], django_capture_on_commit_callbacks: Commits
) -> None:
    file = upload(HARMFUL)
    assert len(stored(storage)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        run_jobs()
    file.refresh_from_db()
    assert file.state == FileState.REFUSED
    assert stored(storage) == []
    line = JournalLine.objects.get(act="fichier-refuse")
    assert (line.thing_id, line.demande_id, line.actor_id, line.codes) == (file.id, file.dossier_id, None, {})


def test_bytes_of_a_refused_file_that_a_kill_left_are_swept(
    fake: FakeClamd, storage: Path, upload: Callable[..., Attachment], time_machine: Any
) -> None:
    upload(HARMFUL)
    run_jobs()
    assert len(stored(storage)) == 1  # the deletion waits for the commit, which this test never makes
    time_machine.move_to(clock.now() + timedelta(days=2))
    services.sweep_orphans()
    assert stored(storage) == []
    assert Attachment.objects.get().state == FileState.REFUSED


def test_no_verdict_is_tried_again_later_and_later_then_given_up(
    fake: FakeClamd, upload: Callable[..., Attachment], time_machine: Any
) -> None:
    start = clock.now()
    time_machine.move_to(start, tick=False)
    file = upload()
    fake.answer = None
    run_jobs()
    waits = []
    for _ in range(len(scanning.DELAYS)):
        file.refresh_from_db()
        assert file.state == FileState.SCANNING
        assert file.next_scan_at is not None
        waits.append(file.next_scan_at - clock.now())
        scanning.scan_waiting()  # too early: nothing
        assert len(fake.seen) == len(waits)
        time_machine.move_to(file.next_scan_at, tick=False)
        tasks.scan_waiting(timestamp=0)
    assert waits == scanning.DELAYS
    assert waits == sorted(waits)
    file.refresh_from_db()
    assert (file.state, file.next_scan_at) == (FileState.UNAVAILABLE, None)
    assert len(fake.seen) == len(scanning.DELAYS)
    assert clock.now() - start > timedelta(hours=20)


def test_clamd_comes_back(fake: FakeClamd, upload: Callable[..., Attachment], time_machine: Any) -> None:
    file = upload()
    fake.answer = b"stream: Can't allocate memory ERROR\0"
    run_jobs()
    fake.answer = b"verdict"
    time_machine.move_to(clock.now() + scanning.DELAYS[0] + timedelta(seconds=1))
    scanning.scan_waiting()
    file.refresh_from_db()
    assert file.state == FileState.AVAILABLE


def test_altered_bytes_and_an_erased_key_are_no_verdict(
    fake: FakeClamd, storage: Path, key: DossierKey, upload: Callable[..., Attachment]
) -> None:
    file, other = upload(), upload()
    for path in stored(storage):
        if path.name in file.storage_name:
            path.chmod(0o600)
            path.write_bytes(path.read_bytes()[:-1])
    scanning.scan(file.id)
    erase_secret(key.dossier_id)
    scanning.scan(other.id)
    assert fake.seen == []
    assert set(Attachment.objects.values_list("state", flat=True)) == {FileState.SCANNING}


def test_a_job_that_was_killed_leaves_its_file_to_the_sweep(
    fake: FakeClamd, upload: Callable[..., Attachment], time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = upload()
    with monkeypatch.context() as patch:

        def killed(_content: Any) -> bool:
            raise KeyboardInterrupt

        patch.setattr("aplus.attachments.scanner.is_clean", killed)
        with pytest.raises(KeyboardInterrupt):
            scanning.scan(file.id)
    time_machine.move_to(clock.now() + scanning.DELAYS[0] + timedelta(seconds=1))
    scanning.scan_waiting()
    file.refresh_from_db()
    assert file.state == FileState.AVAILABLE


def test_two_workers_ask_once(fake: FakeClamd, upload: Callable[..., Attachment]) -> None:
    """The first has taken the file: until its delay has passed nobody else does."""
    file = upload()
    assert scanning._take(file.id) is not None
    scanning.scan(file.id)
    assert fake.seen == []


def test_a_verdict_that_comes_after_another_changes_nothing(fake: FakeClamd, upload: Callable[..., Attachment]) -> None:
    file = upload()
    Attachment.objects.update(state=FileState.REFUSED, next_scan_at=None)
    scanning._judge(file, FileState.AVAILABLE)
    scanning.scan(file.id)
    assert Attachment.objects.get().state == FileState.REFUSED


def test_the_command_gives_the_unavailable_another_chance(fake: FakeClamd, upload: Callable[..., Attachment]) -> None:
    file, refused = upload(), upload()
    Attachment.objects.filter(pk=file.pk).update(state=FileState.UNAVAILABLE, scan_tries=7, next_scan_at=None)
    Attachment.objects.filter(pk=refused.pk).update(state=FileState.REFUSED, next_scan_at=None)
    out = StringIO()
    call_command("scan_again", stdout=out)
    assert out.getvalue() == "1 files queued\n"
    run_jobs()
    assert set(Attachment.objects.values_list("pk", "state")) == {
        (file.pk, FileState.AVAILABLE),
        (refused.pk, FileState.REFUSED),
    }


def test_the_sweep_is_periodic() -> None:
    periodic = {entry.task.name for entry in app.periodic_registry.periodic_tasks.values()}
    assert "attachments.scan_waiting" in periodic


def test_nothing_in_clear_is_in_the_queue(fake: FakeClamd, upload: Callable[..., Attachment]) -> None:
    file = upload()
    (job,) = waiting_jobs()
    assert (job.task_name, job.args) == ("attachments.scan", {"file_id": str(file.id)})


@pytest.mark.skipif(clamd.CLAMD is None, reason="clamd is not on this machine (Debian: clamav-daemon)")
def test_eicar_with_the_real_clamd(
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    key: DossierKey,
    upload: Callable[..., Attachment],
) -> None:
    with clamd.real(tmp_path_factory.mktemp("c")) as socket:
        settings.CLAMD = socket
        clean, harmful = upload(), upload(HARMFUL)
        run_jobs()
    clean.refresh_from_db()
    harmful.refresh_from_db()
    assert (clean.state, harmful.state) == (FileState.AVAILABLE, FileState.REFUSED)
    assert b"".join(clear_bytes(key, clean)) == samples.TEXT
