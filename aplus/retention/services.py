"""Erasing what has been kept long enough and that nobody erases by hand."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from aplus.attachments import services as attachments
from aplus.attachments.models import Attachment, Purpose
from aplus.attachments.services import ORPHAN_AFTER
from aplus.core import clock
from aplus.demandes.models import Draft
from aplus.demandes.services import drafts
from aplus.policy.actor import SYSTEM

DRAFTS_KEPT = timedelta(days=30)


def erase_old_drafts() -> int:
    """Erase the drafts not saved for thirty days, each in its own transaction; how many."""
    before = clock.now() - DRAFTS_KEPT
    old = Draft.objects.filter(updated_at__lt=before).values_list("pk", flat=True)
    return sum(_erase_draft(draft_id) for draft_id in list(old))


def _erase_draft(draft_id: UUID) -> bool:
    """Secret, files and row; False when its author holds it or saved it meanwhile."""
    with transaction.atomic():
        rows = Draft.objects.select_for_update(skip_locked=True)
        if not rows.filter(pk=draft_id, updated_at__lt=clock.now() - DRAFTS_KEPT).exists():
            return False
        drafts.erase(SYSTEM, draft_id)
    return True


def discard_unsent_files() -> int:
    """Discard the files that waited a day for a reply that was never accepted; how many.

    Their demande lives, so they are no orphans to the sweep of attachments.
    """
    before = clock.now() - ORPHAN_AFTER
    with transaction.atomic():
        waiting = Attachment.objects.select_for_update(skip_locked=True).filter(
            purpose=Purpose.WAITING, created_at__lt=before
        )
        unsent = list(waiting)
        for file in unsent:
            attachments.discard(file)
    return len(unsent)
