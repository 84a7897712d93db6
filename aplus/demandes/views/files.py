"""One attachment: decided, journaled, then streamed as a download."""

from datetime import timedelta
from pathlib import PurePosixPath

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.attachments.models import FileState
from aplus.attachments.services import UnreadableFile, file_name, stream
from aplus.demandes.queries.files import ReadableFile, rank_of, readable_file
from aplus.journal import services as journal
from aplus.journal.queries import acts_last_hour
from aplus.policy import decisions
from aplus.ui import views as ui
from aplus.vault.keys import Erased

PER_HOUR = 120
RETRY_AFTER = 15 * 60
HOUR = timedelta(hours=1)
NOT_THERE = "Ce fichier n’est pas disponible."
STILL_SCANNED = "Ce fichier est en cours d’analyse antivirus : réessayez dans quelques instants."
WHY_GONE = {
    FileState.REFUSED: "Ce fichier est refusé : l’antivirus y a trouvé un logiciel malveillant, il a été détruit.",
    FileState.UNAVAILABLE: "Ce fichier n’est pas disponible : il n’a pas pu être analysé. Demandez qu’il soit renvoyé.",
}


@access(decisions.may_download, on=readable_file)
@require_safe
def download(request: ActorRequest, found: ReadableFile) -> HttpResponseBase:
    """The bytes, as a download named by the number only; the journal line is written before the first byte."""
    actor = request.actor
    if not found.file.is_available:
        return _unavailable(request, found)
    if request.method == "HEAD":
        return _headers(request, HttpResponse(content_type=found.file.media_type), found)
    if actor.user_id is not None and acts_last_hour(actor.user_id, "telechargement") >= PER_HOUR:
        journal.write_once(actor, "limite", demande_id=found.file.dossier_id, within=HOUR)
        return ui.too_many(request, RETRY_AFTER)
    demande_id = found.demande.id if found.demande else None
    try:
        content = stream(found.key, found.file)
    except (UnreadableFile, Erased):
        return _unavailable(request, found)
    journal.write(actor, "telechargement", kind="fichier", thing_id=found.file.id, demande_id=demande_id)
    return _headers(request, StreamingHttpResponse(content, content_type=found.file.media_type), found)


def _unavailable(request: ActorRequest, found: ReadableFile) -> HttpResponse:
    back = reverse("demandes:page", args=[found.demande.id]) if found.demande else reverse("demandes:list")
    label = "Revenir à la demande" if found.demande else "Revenir à mes demandes"
    if found.file.state == FileState.SCANNING:
        return ui.conflict(request, STILL_SCANNED, back)
    return ui.gone(request, WHY_GONE.get(FileState(found.file.state), NOT_THERE), back, label)


def _headers(request: ActorRequest, response: HttpResponseBase, found: ReadableFile) -> HttpResponseBase:
    suffix = PurePosixPath(file_name(found.key, found.file)).suffix.lower()
    number = f"demande-{found.demande.number}" if found.demande else "brouillon"
    response["Content-Disposition"] = f'attachment; filename="{number}-{rank_of(request.actor, found)}{suffix}"'
    response["Cache-Control"] = "no-store"
    return response
