"""What the steps of a new demande post beside their form: files one by one, the choice between two versions."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseNotAllowed

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import FIELD, read_key
from aplus.attachments.models import Attachment, Purpose
from aplus.core.errors import AlreadyDone, Overtaken, Refused, Unknown
from aplus.demandes.queries import drafts as queries
from aplus.demandes.queries.drafts import OpenedDraft
from aplus.demandes.rules.steps import Step
from aplus.demandes.services import drafts
from aplus.demandes.views.answers import NO_FILE, answered, described, posted_id, posted_number
from aplus.demandes.views.new import VERSION
from aplus.policy import decisions
from aplus.ui import views as ui

SAVED_ONE = "enregistree"


@access(decisions.may_create_demande)
def upload(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """One file, sent as soon as it is chosen: a piece, or (`pour` = `preuve`) the proof of the mandat."""
    if request.method != "POST":
        return _back(request, draft_id, Step.BLOCAGE)
    draft = _own(request, draft_id)
    purpose = Purpose.PROOF if request.POST.get("pour") == Purpose.PROOF else Purpose.PIECE

    def keep() -> dict[str, object]:
        file = request.FILES.get("fichier")
        if file is None:
            raise Refused.because(NO_FILE)
        try:
            kept = drafts.add_file(request.actor, draft_id, file, purpose, key=read_key(request.POST.get(FIELD)))
        except AlreadyDone as done:
            kept = _kept_before(draft, done.location)
        return described(draft.key, kept)

    return answered(keep)


@access(decisions.may_create_demande)
def remove(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Take away one file."""
    if request.method != "POST":
        return _back(request, draft_id, Step.BLOCAGE)
    _own(request, draft_id)

    def take_away() -> dict[str, object]:
        drafts.remove_file(request.actor, draft_id, posted_id(request, "fichier"))
        return {}

    return answered(take_away)


@access(decisions.may_create_demande)
def choose(request: ActorRequest, draft_id: UUID, step: str) -> HttpResponse:
    """End a conflict between two tabs: the version put aside, or the saved one."""
    if step not in tuple(Step):
        raise Http404
    if request.method != "POST":
        return _back(request, draft_id, Step(step))
    _own(request, draft_id)
    location = drafts.step_address(draft_id, Step(step))
    is_saved_one = request.POST.get("choix") == SAVED_ONE
    try:
        drafts.choose_version(
            request.actor,
            draft_id,
            Step(step),
            page=None if is_saved_one else posted_id(request, "page"),
            version=posted_number(request, VERSION) or 0,
            key=read_key(request.POST.get(FIELD)),
            location=location,
        )
    except AlreadyDone as done:
        return SeeOther(done.location)
    except Unknown:
        raise Http404 from None
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    return SeeOther(location)


def _own(request: ActorRequest, draft_id: UUID) -> OpenedDraft:
    draft = queries.own(request.actor, draft_id)
    if draft is None:
        raise Http404
    return draft


def _back(request: ActorRequest, draft_id: UUID, step: Step) -> HttpResponse:
    """Who comes back by GET, after signing in again, is led to the step."""
    _own(request, draft_id)
    if request.method in {"GET", "HEAD"}:
        return SeeOther(drafts.step_address(draft_id, step))
    return HttpResponseNotAllowed(["POST"])


def _kept_before(draft: OpenedDraft, location: str) -> Attachment:
    """The file that the same request kept the first time."""
    for file in queries.files(draft.id):
        if drafts.file_address(file) == location:
            return file
    raise Unknown
