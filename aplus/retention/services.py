"""Erasing what has been kept long enough and that nobody erases by hand."""

import logging
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from aplus.accounts.services import erasing as accounts
from aplus.attachments import services as attachments
from aplus.attachments.models import Attachment, Purpose
from aplus.attachments.services import ORPHAN_AFTER
from aplus.core import clock
from aplus.demandes.models import Demande, Draft, ListChoice, Mandat, ReplyDraft
from aplus.demandes.rules.erasure import KEPT_AT_LEAST
from aplus.demandes.rules.life import DemandeState
from aplus.demandes.rules.mandat import MandatStep
from aplus.demandes.services import drafts, erasing, search
from aplus.policy.actor import SYSTEM
from aplus.retention.models import ErasureCertificate

DRAFTS_KEPT = timedelta(days=30)

logger = logging.getLogger(__name__)


def erase_contents() -> int:
    """Erase the content of the demandes whose time has come, each in its own transaction; how many.

    What is killed or fails in between is whole or not erased at all: the next run takes it. Bytes of files go once the
    transaction is committed; those that a kill leaves are unreadable, and swept a day later.
    """
    return sum(_erase_content(demande_id) for demande_id in _contents_due())


def _contents_due() -> list[UUID]:
    """Archived long enough, or withdrawn: two ranges of indexes; each is looked at exactly under its lock."""
    kept = Demande.objects.filter(state=DemandeState.ARCHIVED, erased_at=None)
    archived = kept.filter(archived_at__lt=clock.now() - KEPT_AT_LEAST).order_by("archived_at")
    withdrawn = Mandat.objects.filter(next_step=MandatStep.ERASE, next_step_at__lte=clock.now())
    found = [*withdrawn.values_list("demande_id", flat=True), *archived.values_list("pk", flat=True)]
    return list(dict.fromkeys(found))


def _erase_content(demande_id: UUID) -> bool:
    now = clock.now()
    try:
        with transaction.atomic():
            erased = erasing.erase_if_due(demande_id, now)
            if erased is None:
                return False
            ErasureCertificate.objects.create(demande_id=demande_id, erased_at=now, **asdict(erased))
    except Exception as error:  # whatever one demande holds must not keep the others
        logger.warning("content not erased", extra={"demande": str(demande_id), "error": type(error).__name__})
        return False
    return True


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


def erase_old_reply_drafts() -> int:
    """Erase the replies not typed for thirty days, and those of demandes where nobody writes any more; how many."""
    is_old = Q(updated_at__lt=clock.now() - DRAFTS_KEPT)
    number, _ = ReplyDraft.objects.filter(is_old | Q(demande__state=DemandeState.ARCHIVED)).delete()
    return number


def discard_unsent_files() -> int:
    """Discard the files that waited a day for a reply that is not being typed any more; how many.

    Their demande lives, so they are no orphans to the sweep of attachments.
    """
    before = clock.now() - ORPHAN_AFTER
    typed = ReplyDraft.objects.filter(demande_id=OuterRef("dossier_id"), user_id=OuterRef("uploader_id"))
    with transaction.atomic():
        waiting = Attachment.objects.select_for_update(skip_locked=True).filter(
            ~Exists(typed), purpose=Purpose.WAITING, created_at__lt=before
        )
        unsent = list(waiting)
        for file in unsent:
            attachments.discard(file)
    return len(unsent)


def forget_searches() -> int:
    """Erase what people searched more than a day ago; how many searches."""
    return search.clear_old()


def erase_accounts() -> int:
    """Accounts closed twelve months ago lose their name, address and choices; how many."""
    return accounts.erase_closed(_erase_choices)


def _erase_choices(user_id: UUID) -> None:
    ListChoice.objects.filter(user_id=user_id).delete()


def forget_history() -> None:
    """The changes among members after twelve months, proposals ninety days after their answer."""
    accounts.purge()
