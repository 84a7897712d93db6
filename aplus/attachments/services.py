"""Accepting, opening, discarding files, and sweeping those that belong to nothing."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from secrets import token_hex
from tempfile import TemporaryFile
from typing import TypeAlias
from uuid import UUID

import pyrage
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef

from aplus.attachments import scanner
from aplus.attachments.models import Attachment, FileState
from aplus.attachments.rules import names, pictures, types
from aplus.core import clock, jobs
from aplus.core.errors import DomainError
from aplus.vault.keys import DossierKey, Place
from aplus.vault.models import Secret
from aplus.vault.services import file_identity, file_recipient

logger = logging.getLogger(__name__)
Upload: TypeAlias = "UploadedFile[bytes]"

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 10
MAX_SEND_BYTES = 30 * 1024 * 1024
ORPHAN_AFTER = timedelta(hours=24)
CHUNK_BYTES = 64 * 1024
FOLDER = "pieces"
SCAN = "attachments.scan"

EMPTY = "il est vide."
TOO_BIG = "il dépasse 10 Mo. Réduisez-le, ou envoyez-le en plusieurs fichiers."
TOO_MANY = f"un message porte au plus {MAX_FILES} fichiers. Envoyez-le avec un autre message."
SEND_TOO_BIG = "l’envoi dépasse 30 Mo. Envoyez-le avec un autre message."
NOT_STORED = "il n’a pas pu être enregistré pour le moment. Renvoyez-le dans quelques minutes."


class BadFile(DomainError):
    """The file is refused; the message names it and says why, in French."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"« {name} » : {reason}")


class UnreadableFile(Exception):
    """The file is not available, or its stored bytes are missing, truncated or altered: nothing of it is served."""


def accept(
    uploader_id: UUID,
    key: DossierKey,
    upload: Upload,
    *,
    purpose: str = "piece",
    audience: str = "tous",
    message_id: UUID | None = None,
) -> Attachment:
    """Recognise, convert, encrypt and store one file, then write its row. Raises BadFile.

    The bytes are stored before the row commits: a row never lacks its bytes, and bytes whose row never came are swept.
    """
    name = names.cleaned(upload.name or "")
    try:
        content, kind = _recognised(_read(upload))
    except types.BadContent as problem:
        raise BadFile(name, str(problem)) from None
    recipient = file_recipient(key)
    try:
        storage_name, digest = _store(content, recipient)
    except Exception:  # each storage has errors of its own; the rest of the page must go on without it
        logger.exception("file not stored")
        raise BadFile(name, NOT_STORED) from None
    attachment = Attachment(
        dossier_id=key.dossier_id,
        message_id=message_id,
        audience=audience,
        purpose=purpose,
        media_type=kind.media_type,
        size=len(content),
        digest=digest,
        storage_name=storage_name,
        state=FileState.SCANNING if scanner.is_configured() else FileState.AVAILABLE,
        uploader_id=uploader_id,
        created_at=clock.now(),
    )
    attachment.next_scan_at = attachment.created_at if scanner.is_configured() else None
    attachment.sealed_name = key.seal(_name_place(attachment), names.with_extension_of(kind, name))
    attachment.save(force_insert=True)
    if attachment.state == FileState.SCANNING:
        jobs.defer(SCAN, file_id=str(attachment.id))
    return attachment


def accept_all(
    uploader_id: UUID,
    key: DossierKey,
    uploads: Sequence[Upload],
    *,
    there: Sequence[Attachment] = (),
    purpose: str = "piece",
    audience: str = "tous",
    message_id: UUID | None = None,
) -> tuple[list[Attachment], list[str]]:
    """Accept what can be; the files kept, and why each other one is refused. `there`: the files the message has."""
    accepted: list[Attachment] = []
    refusals: list[str] = []
    sent = sum(file.size for file in there)
    for upload in uploads:
        try:
            _check_room(upload, len(there) + len(accepted), sent)
            one = accept(uploader_id, key, upload, purpose=purpose, audience=audience, message_id=message_id)
        except BadFile as problem:
            refusals.append(str(problem))
        else:
            accepted.append(one)
            sent += upload.size or 0
    return accepted, refusals


def _check_room(upload: Upload, files: int, sent: int) -> None:
    """Refuse what comes after ten files, or beyond thirty megabytes."""
    if files >= MAX_FILES:
        raise BadFile(names.cleaned(upload.name or ""), TOO_MANY)
    if sent + (upload.size or 0) > MAX_SEND_BYTES:
        raise BadFile(names.cleaned(upload.name or ""), SEND_TOO_BIG)


def _read(upload: Upload) -> bytes:
    """The whole file, in memory: at most ten megabytes, and no clear copy left on a disk."""
    if (upload.size or 0) > MAX_BYTES:
        raise types.BadContent(TOO_BIG)
    upload.seek(0)
    content = upload.read()
    if not content:
        raise types.BadContent(EMPTY)
    return bytes(content)


def _recognised(content: bytes) -> tuple[bytes, types.FileType]:
    kind = types.recognise(content)
    return pictures.reencode(content, kind) if kind.is_picture else (content, kind)


def _store(content: bytes, recipient: pyrage.x25519.Recipient) -> tuple[str, bytes]:
    """Encrypt and store under a name that says nothing; that name, and the digest of the stored bytes."""
    token = token_hex(24)
    with TemporaryFile() as sealed:
        pyrage.encrypt_io(BytesIO(content), sealed, [recipient])
        sealed.seek(0)
        digest = hashlib.file_digest(sealed, "sha256").digest()
        sealed.seek(0)
        return default_storage.save(f"{FOLDER}/{token[:2]}/{token}", File(sealed)), digest


def _name_place(attachment: Attachment) -> Place:
    return Place("attachment", "name", attachment.id)


def file_name(key: DossierKey, attachment: Attachment) -> str:
    """The name under which it was sent, cleaned."""
    return key.open(_name_place(attachment), attachment.sealed_name)


def stream(key: DossierKey, attachment: Attachment) -> Iterator[bytes]:
    """The clear bytes, in chunks. Raises UnreadableFile at the call, before any byte: a file is served whole or not."""
    if not attachment.is_available:
        raise UnreadableFile(attachment.id)
    return clear_bytes(key, attachment)


def clear_bytes(key: DossierKey, attachment: Attachment) -> Iterator[bytes]:
    """The same whatever the state of the file: for the scan."""
    clear = BytesIO()
    try:
        with default_storage.open(attachment.storage_name) as stored:
            digest = hashlib.file_digest(stored, "sha256").digest()
            stored.seek(0)
            pyrage.decrypt_io(stored, clear, [file_identity(key)])
    except (OSError, pyrage.DecryptError) as problem:
        raise UnreadableFile(attachment.id) from problem
    if digest != bytes(attachment.digest):
        raise UnreadableFile(attachment.id)
    clear.seek(0)
    return iter(partial(clear.read, CHUNK_BYTES), b"")


def discard(attachment: Attachment) -> None:
    """Delete the row, and the bytes once that is committed."""
    attachment.delete()
    transaction.on_commit(partial(delete_bytes, [attachment.storage_name]))


def delete_bytes(storage_names: Iterable[str]) -> None:
    """Take stored bytes away; what fails is left to the sweep."""
    for name in storage_names:
        try:
            default_storage.delete(name)
        except Exception:  # the storage is away: the sweep will find them
            logger.exception("stored bytes not deleted")


def sweep_orphans() -> int:
    """Discard, after a day, the files of no draft and no demande, and the bytes of no row; how many were."""
    before = clock.now() - ORPHAN_AFTER
    with_secret = Exists(Secret.objects.filter(demande_id=OuterRef("dossier_id")))
    orphans = list(Attachment.objects.filter(~with_secret, created_at__lt=before))
    for attachment in orphans:
        discard(attachment)
    return len(orphans) + sum(_sweep_folder(folder, before) for folder in _folders())


def _folders() -> list[str]:
    """Where bytes may be stored; none before the first file."""
    try:
        return [f"{FOLDER}/{shard}" for shard in default_storage.listdir(FOLDER)[0]]
    except FileNotFoundError:
        return []


def _sweep_folder(folder: str, before: datetime) -> int:
    stored = [f"{folder}/{file}" for file in default_storage.listdir(folder)[1]]
    old = {name for name in stored if default_storage.get_modified_time(name) < before}
    # Rows are looked at after the files: bytes whose row commits meanwhile are kept.
    kept = Attachment.objects.filter(storage_name__in=old).exclude(state=FileState.REFUSED)
    lost = old.difference(kept.values_list("storage_name", flat=True))
    delete_bytes(lost)
    return len(lost)
