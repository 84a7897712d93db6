"""Files: accepted, encrypted, stored, opened whole or not at all, discarded and swept."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pyrage
import pytest
from django.contrib.auth import get_user_model
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection, transaction
from django.db.models import ProtectedError
from pytest_django import DjangoAssertNumQueries, Settings

from aplus.attachments import services, tasks
from aplus.attachments.models import Attachment, FileState
from aplus.attachments.services import BadFile, UnreadableFile, accept, accept_all, file_name, stream
from aplus.vault.keys import DossierKey, Unreadable
from aplus.vault.services import create_secret, erase_secret, file_recipient
from tests.attachments import samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> Path:
    """A storage of this test only."""
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return tmp_path


@pytest.fixture
def uploader_id() -> UUID:
    user: Any = get_user_model().objects.create(
        email="alice.martin@demo.example", created_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    return UUID(str(user.pk))


@pytest.fixture
def key() -> DossierKey:
    return create_secret(uuid4())


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class TestAccepting:
    @pytest.mark.parametrize(
        ("name", "content", "media_type", "kept_name"),
        [
            ("courrier.pdf", samples.PDF, "application/pdf", "courrier.pdf"),
            ("note.txt", samples.TEXT, "text/plain", "note.txt"),
            ("a.odt", samples.ODT, "application/vnd.oasis.opendocument.text", "a.odt"),
            ("a.ods", samples.ODS, "application/vnd.oasis.opendocument.spreadsheet", "a.ods"),
            ("forgé.jpg", samples.PDF, "application/pdf", "forgé.pdf"),
        ],
    )
    def test_a_document_is_kept_to_the_byte(
        self, uploader_id: UUID, key: DossierKey, name: str, content: bytes, media_type: str, kept_name: str
    ) -> None:
        attachment = accept(uploader_id, key, sent(name, content))
        attachment.refresh_from_db()
        assert b"".join(stream(key, attachment)) == content
        assert file_name(key, attachment) == kept_name
        assert (attachment.media_type, attachment.size) == (media_type, len(content))
        assert (attachment.dossier_id, attachment.uploader_id) == (key.dossier_id, uploader_id)
        assert (attachment.purpose, attachment.audience, attachment.message_id) == ("piece", "tous", None)
        assert attachment.is_available
        assert str(attachment) == f"attachment {attachment.id}"

    def test_a_photo_is_kept_without_its_position(self, uploader_id: UUID, key: DossierKey) -> None:
        message_id = uuid4()
        attachment = accept(
            uploader_id,
            key,
            sent("IMG_0001.HEIC", samples.photo("HEIF")),
            purpose="preuve",
            audience="instructeurs",
            message_id=message_id,
        )
        content = b"".join(stream(key, attachment))
        assert content.startswith(b"\xff\xd8\xff")
        assert b"Canari" not in content
        assert attachment.size == len(content)
        assert (attachment.media_type, file_name(key, attachment)) == ("image/jpeg", "IMG_0001.jpg")
        assert (attachment.purpose, attachment.audience, attachment.message_id) == (
            "preuve",
            "instructeurs",
            message_id,
        )

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("vide.pdf", b"", "« vide.pdf » : il est vide."),
            ("gros.pdf", samples.PDF + b"\n" * 10 * 1024 * 1024, "« gros.pdf » : il dépasse 10 Mo."),
            ("jeu.exe", b"MZ\x90\x00", "« jeu.exe » : ce type de fichier n’est pas accepté."),
            (
                "..\\x\r\n.docm",
                samples.office(samples.WORD_PART, {"word/vbaProject.bin": b""}),
                "« x .docm » : il contient des macros.",
            ),
            ("photo.jpg", samples.picture("JPEG")[:100], "« photo.jpg » : il est abîmé"),
        ],
    )
    def test_a_refused_file_is_named_with_the_reason(
        self, uploader_id: UUID, key: DossierKey, storage: Path, name: str, content: bytes, says: str
    ) -> None:
        upload = InMemoryUploadedFile(BytesIO(content), "fichiers", "x", "application/pdf", len(content), None)
        upload._name = name
        with pytest.raises(BadFile) as refused:
            accept(uploader_id, key, upload)
        assert str(refused.value).startswith(says)
        assert not stored(storage)
        assert not Attachment.objects.exists()

    def test_ten_megabytes_are_accepted(self, uploader_id: UUID, key: DossierKey) -> None:
        content = samples.TEXT + b"a" * (services.MAX_BYTES - len(samples.TEXT))
        upload = TemporaryUploadedFile("long.txt", "text/plain", len(content), "utf-8")
        upload.write(content)
        attachment = accept(uploader_id, key, upload)
        assert attachment.size == services.MAX_BYTES
        chunks = list(stream(key, attachment))
        assert b"".join(chunks) == content
        assert max(map(len, chunks)) == services.CHUNK_BYTES
        upload.close()

    def test_a_storage_that_is_away_refuses_the_file_and_breaks_nothing_else(
        self, uploader_id: UUID, key: DossierKey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def away(*_args: object, **_options: object) -> str:
            raise ConnectionError

        monkeypatch.setattr(FileSystemStorage, "save", away)
        accepted, refusals = accept_all(uploader_id, key, [sent("a.pdf", samples.PDF)])
        assert accepted == []
        assert refusals == [
            "« a.pdf » : il n’a pas pu être enregistré pour le moment. Renvoyez-le dans quelques minutes."
        ]
        assert "a.pdf" not in caplog.text

    def test_a_file_costs_two_queries_after_the_first(
        self, uploader_id: UUID, key: DossierKey, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        file_recipient(key)
        with django_assert_num_queries(2):
            accept(uploader_id, key, sent("a.pdf", samples.PDF))

    def test_an_account_with_files_is_not_deleted(self, uploader_id: UUID, key: DossierKey) -> None:
        accept(uploader_id, key, sent("a.pdf", samples.PDF))
        with pytest.raises(ProtectedError):
            get_user_model().objects.get(pk=uploader_id).delete()


class TestAcceptingSeveral:
    def test_good_files_are_kept_when_others_are_refused(self, uploader_id: UUID, key: DossierKey) -> None:
        uploads = [sent("a.pdf", samples.PDF), sent("b.exe", b"MZ\x00"), sent("c.txt", samples.TEXT)]
        accepted, refusals = accept_all(uploader_id, key, uploads)
        assert [file_name(key, one) for one in accepted] == ["a.pdf", "c.txt"]
        assert len(refusals) == 1
        assert refusals[0].startswith("« b.exe » : ce type")

    def test_ten_files_a_message_counting_those_already_there(self, uploader_id: UUID, key: DossierKey) -> None:
        there = [accept(uploader_id, key, sent("a.txt", samples.TEXT)) for _ in range(7)]
        uploads = [sent("vide.txt", b""), *(sent(f"{rank}.txt", samples.TEXT) for rank in range(4))]
        accepted, refusals = accept_all(uploader_id, key, uploads, there=there)
        assert [file_name(key, one) for one in accepted] == ["0.txt", "1.txt", "2.txt"]
        assert refusals[-1] == "« 3.txt » : un message porte au plus 10 fichiers. Envoyez-le avec un autre message."

    def test_thirty_megabytes_a_send(self, uploader_id: UUID, key: DossierKey) -> None:
        big = samples.TEXT + b"a" * (9 * 1024 * 1024)
        uploads = [*(sent(f"{rank}.txt", big) for rank in range(4)), sent("petit.txt", samples.TEXT)]
        accepted, refusals = accept_all(uploader_id, key, uploads)
        assert [file_name(key, one) for one in accepted] == ["0.txt", "1.txt", "2.txt", "petit.txt"]
        assert refusals == ["« 3.txt » : l’envoi dépasse 30 Mo. Envoyez-le avec un autre message."]

    def test_thirty_megabytes_counting_those_already_there(self, uploader_id: UUID, key: DossierKey) -> None:
        big = samples.TEXT + b"a" * (9 * 1024 * 1024)
        there = [accept(uploader_id, key, sent("a.txt", big)) for _ in range(3)]
        accepted, refusals = accept_all(uploader_id, key, [sent("b.txt", big)], there=there)
        assert accepted == []
        assert "30 Mo" in refusals[0]


class TestSecrecy:
    def test_neither_the_name_nor_the_content_is_written_in_clear(
        self, uploader_id: UUID, key: DossierKey, storage: Path
    ) -> None:
        content = b"Mme Canari habite 3 rue des Lilas. " * 50
        accept(uploader_id, key, sent("expulsion-canari.txt", content))
        with connection.cursor() as cursor:
            cursor.execute("SELECT attachment::text, encode(sealed_name, 'escape') FROM attachment")
            written = "".join(cursor.fetchone()).encode()
        [path] = stored(storage)
        written += path.read_bytes() + str(path.relative_to(storage)).encode()
        assert b"anari" not in written
        assert b"expulsion" not in written
        assert str(key.dossier_id).encode() not in str(path).encode()

    def test_a_name_moved_to_another_file_does_not_open(self, uploader_id: UUID, key: DossierKey) -> None:
        one, other = (accept(uploader_id, key, sent(name, samples.PDF)) for name in ("a.pdf", "b.pdf"))
        one.sealed_name = other.sealed_name
        with pytest.raises(Unreadable):
            file_name(key, one)

    def test_erasing_the_secret_closes_the_files(self, uploader_id: UUID, key: DossierKey, storage: Path) -> None:
        accept(uploader_id, key, sent("a.pdf", samples.PDF))
        erase_secret(key.dossier_id)
        [path] = stored(storage)
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.generate()])

    def test_stored_bytes_are_not_for_others_of_the_machine_to_run(
        self, uploader_id: UUID, key: DossierKey, storage: Path
    ) -> None:
        accept(uploader_id, key, sent("a.pdf", samples.PDF))
        [path] = stored(storage)
        assert not stat.S_IMODE(path.stat().st_mode) & 0o133


class TestDamage:
    """A file that is not whole is not served at all: the error comes before the first byte."""

    @pytest.fixture
    def kept(self, uploader_id: UUID, key: DossierKey, storage: Path) -> Iterator[tuple[Attachment, Path]]:
        attachment = accept(uploader_id, key, sent("long.txt", b"texte " * 50_000))
        [path] = stored(storage)
        yield attachment, path

    def test_a_truncated_file_is_noticed(self, key: DossierKey, kept: tuple[Attachment, Path]) -> None:
        attachment, path = kept
        whole = path.read_bytes()
        # The last cut falls between two blocks of age: only the mark of the last block tells.
        for length in (0, 10, 150, len(whole) // 2, len(whole) - 1, whole.index(b"\n---") + 65 + 16 + 65552):
            path.write_bytes(whole[:length])
            with pytest.raises(UnreadableFile):
                stream(key, attachment)

    def test_an_altered_file_is_noticed(self, key: DossierKey, kept: tuple[Attachment, Path]) -> None:
        attachment, path = kept
        whole = bytearray(path.read_bytes())
        whole[-500] ^= 1
        path.write_bytes(whole)
        with pytest.raises(UnreadableFile):
            stream(key, attachment)

    def test_another_file_of_the_same_demande_in_its_place_is_noticed(
        self, key: DossierKey, kept: tuple[Attachment, Path]
    ) -> None:
        attachment, path = kept
        path.write_bytes(pyrage.encrypt(b"autre", [file_recipient(key)]))
        with pytest.raises(UnreadableFile):
            stream(key, attachment)

    def test_a_missing_file_is_noticed(self, key: DossierKey, kept: tuple[Attachment, Path]) -> None:
        attachment, path = kept
        path.unlink()
        with pytest.raises(UnreadableFile):
            stream(key, attachment)


class TestDiscarding:
    def test_the_row_goes_then_the_bytes(
        self, uploader_id: UUID, key: DossierKey, storage: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        attachment = accept(uploader_id, key, sent("a.pdf", samples.PDF))
        with django_capture_on_commit_callbacks(execute=True):
            services.discard(attachment)
            assert stored(storage), "until the commit, the file can still be wanted"
        assert not stored(storage)
        assert not Attachment.objects.exists()

    def test_a_discard_undone_keeps_the_bytes(
        self, uploader_id: UUID, key: DossierKey, django_capture_on_commit_callbacks: Any
    ) -> None:
        attachment = accept(uploader_id, key, sent("a.pdf", samples.PDF))
        with (
            django_capture_on_commit_callbacks(execute=True),
            pytest.raises(RuntimeError),
            transaction.atomic(),
        ):
            services.discard(Attachment.objects.get())
            raise RuntimeError
        assert b"".join(stream(key, Attachment.objects.get(pk=attachment.pk))) == samples.PDF

    def test_a_storage_that_is_away_does_not_fail_the_act(
        self,
        uploader_id: UUID,
        key: DossierKey,
        django_capture_on_commit_callbacks: Any,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def away(*_args: object) -> None:
            raise ConnectionError

        attachment = accept(uploader_id, key, sent("a.pdf", samples.PDF))
        monkeypatch.setattr(FileSystemStorage, "delete", away)
        with django_capture_on_commit_callbacks(execute=True):
            services.discard(attachment)
        assert not Attachment.objects.exists()
        assert "stored bytes not deleted" in caplog.text


class TestSweeping:
    def age(self, storage: Path, hours: float) -> None:
        """Make every file and row that many hours old."""
        then = datetime.now(UTC) - timedelta(hours=hours)
        for path in stored(storage):
            os.utime(path, (then.timestamp(), then.timestamp()))
        Attachment.objects.update(created_at=then)

    def test_nothing_was_ever_stored(self) -> None:
        assert services.sweep_orphans() == 0

    def test_bytes_whose_row_never_came_are_swept_after_a_day(
        self, uploader_id: UUID, key: DossierKey, storage: Path
    ) -> None:
        """What a process killed between storing and committing leaves; the acknowledged file stays."""
        kept = accept(uploader_id, key, sent("a.pdf", samples.PDF))
        with pytest.raises(RuntimeError), transaction.atomic():
            accept(uploader_id, key, sent("b.pdf", samples.PDF))
            raise RuntimeError
        self.age(storage, 23.9)
        assert services.sweep_orphans() == 0
        assert len(stored(storage)) == 2
        self.age(storage, 24.1)
        assert services.sweep_orphans() == 1
        assert b"".join(stream(key, kept)) == samples.PDF

    def test_files_of_an_erased_draft_are_swept_after_a_day(
        self, uploader_id: UUID, key: DossierKey, storage: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        accept(uploader_id, key, sent("a.pdf", samples.PDF))
        erase_secret(key.dossier_id)
        self.age(storage, 23.9)
        assert services.sweep_orphans() == 0
        self.age(storage, 24.1)
        with django_capture_on_commit_callbacks(execute=True):
            tasks.sweep_orphans(timestamp=0)
        assert not Attachment.objects.exists()
        assert not stored(storage)


@pytest.mark.parametrize("state", [FileState.SCANNING, FileState.REFUSED, FileState.UNAVAILABLE])
def test_only_an_available_file_is_served(uploader_id: UUID, key: DossierKey, state: FileState) -> None:
    attachment = accept(uploader_id, key, sent("a.pdf", samples.PDF))
    attachment.state = state
    with pytest.raises(UnreadableFile):
        stream(key, attachment)
