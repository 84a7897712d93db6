"""From *in scan* to available, refused or unavailable: each try is taken by one worker, and tried again later."""

import logging
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

from aplus.attachments import scanner
from aplus.attachments.models import Attachment, FileState
from aplus.attachments.services import SCAN, clear_bytes, delete_bytes
from aplus.core import clock, jobs
from aplus.journal import services as journal
from aplus.policy.actor import SYSTEM
from aplus.vault.services import key_of

logger = logging.getLogger(__name__)

# After each try that gave no verdict; the first is the lease of the job that the upload queued.
DELAYS = [timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 180, 360, 720)]
SWEEP_LASTS = timedelta(seconds=45)

# Sent in the transaction of the verdict, with `file`: the demande is above this app.
judged = Signal()


def scan(file_id: UUID) -> None:
    """One try at one file; whatever goes wrong is no verdict, and is tried again."""
    file = _take(file_id)
    if file is None:
        return
    try:
        is_clean = scanner.is_clean(clear_bytes(key_of(file.dossier_id), file))
    except Exception as error:  # any exception means: not scanned
        logger.warning("file not scanned", extra={"tries": file.scan_tries, "error": type(error).__name__})
        return
    _judge(file, FileState.AVAILABLE if is_clean else FileState.REFUSED)


def scan_waiting() -> None:
    """Try again those whose delay has passed, and those that a killed worker left."""
    until = clock.now() + SWEEP_LASTS
    due = Attachment.objects.filter(state=FileState.SCANNING, next_scan_at__lte=clock.now())
    for file_id in list(due.order_by("next_scan_at").values_list("pk", flat=True)):
        if clock.now() > until:
            return
        scan(file_id)


def scan_again() -> int:
    """Queue the scan of the files that could not be scanned; how many. For when clamd was away too long."""
    with transaction.atomic():
        files = list(Attachment.objects.select_for_update().filter(state=FileState.UNAVAILABLE))
        now = clock.now()
        Attachment.objects.filter(pk__in=[file.pk for file in files]).update(
            state=FileState.SCANNING, scan_tries=0, next_scan_at=now
        )
        for file in files:
            jobs.defer(SCAN, file_id=str(file.pk))
    return len(files)


def _take(file_id: UUID) -> Attachment | None:
    """Take the file for one try, and say when the next one is; after the last it becomes unavailable."""
    now = clock.now()
    with transaction.atomic():
        rows = Attachment.objects.select_for_update(skip_locked=True)
        file = rows.filter(pk=file_id, state=FileState.SCANNING, next_scan_at__lte=now).first()
        if file is None:
            return None
        if file.scan_tries == len(DELAYS):
            _write(file, FileState.UNAVAILABLE)
            return None
        file.next_scan_at = now + DELAYS[file.scan_tries]
        file.scan_tries += 1
        file.save(update_fields=["next_scan_at", "scan_tries"])
    return file


def _judge(file: Attachment, state: FileState) -> None:
    with transaction.atomic():
        rows = Attachment.objects.select_for_update().filter(pk=file.pk, state=FileState.SCANNING)
        if (now := rows.first()) is not None:
            _write(now, state)


def _write(file: Attachment, state: FileState) -> None:
    """The verdict; a refused file loses its bytes, its row stays to say which it was."""
    file.state, file.next_scan_at = state, None
    file.save(update_fields=["state", "next_scan_at"])
    if state == FileState.REFUSED:
        journal.write(SYSTEM, "fichier-refuse", kind="fichier", thing_id=file.id, demande_id=file.dossier_id)
        transaction.on_commit(partial(delete_bytes, [file.storage_name]))
    judged.send(Attachment, file=file)
