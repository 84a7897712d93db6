"""What the antivirus says of a file reaches its demande: pages are brought up to date, the uploader is told."""

from typing import Any

from aplus.attachments.models import Attachment, Audience, FileState, Purpose
from aplus.core import clock
from aplus.demandes.models import Demande
from aplus.demandes.services import copies
from aplus.demandes.services.as_chosen import Recipients, as_chosen
from aplus.notifications import services as notifications

REFUSED_FILE = "fichier-refuse"


def after_verdict(sender: type[Attachment], file: Attachment, **_signal: Any) -> None:
    """In the verdict's own transaction; the files of a draft are looked at on its pages."""
    demande = Demande.objects.filter(pk=file.dossier_id, erased_at=None).only("id", "number").first()
    if demande is None:
        return
    if file.purpose != Purpose.WAITING:
        copies.renew_versions(demande.id, for_author=file.audience == Audience.ALL)
    if file.state == FileState.REFUSED:
        told = as_chosen(Recipients(people={file.uploader_id}))
        notifications.tell(
            act_id=file.id,
            event=REFUSED_FILE,
            at=clock.now(),
            demande_id=demande.id,
            number=demande.number,
            people=told.people,
            grouped=told.moments,
            in_app=told.in_app,
        )
