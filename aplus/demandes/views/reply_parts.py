"""What the box at the end of the thread posts before the reply is sent: what is being typed, files one by one."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import FIELD, read_key
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.forms.acts import read_reply
from aplus.demandes.models import Demande
from aplus.demandes.openers import key_for
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import reply_drafts, uploads
from aplus.demandes.services.drafts import file_address
from aplus.demandes.views.answers import (
    NO_FILE,
    answered,
    described,
    fresh_token,
    posted_id,
    posted_number,
    rank_of,
    saved,
    wants_json,
)
from aplus.demandes.views.rendering import address, post_only
from aplus.demandes.views.replying import refuse_fields_of_the_other_side
from aplus.policy import decisions
from aplus.ui import views as ui

VERSION = "brouillon"
TAKEN = "reprendre"


@access(decisions.may_reply, on=load_demande)
def draft(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Keep what is being typed. No act: nobody but its author ever sees it."""
    if request.method in {"GET", "HEAD"} and wants_json(request):
        return fresh_token(request)
    return _keep(request, demande)


@post_only
def _keep(request: ActorRequest, demande: Demande) -> HttpResponse:
    refuse_fields_of_the_other_side(request, demande, decisions.side(request.actor, demande))

    def keep() -> dict[str, Any]:
        with suppress(AlreadyDone):  # the reply itself was sent meanwhile
            reply_drafts.keep(
                request.actor,
                demande,
                read_reply(request.POST),
                version=posted_number(request, VERSION),
                page=read_key(request.POST.get(FIELD)),
                rank=rank_of(request),
            )
        return saved()

    return answered(keep)


@access(decisions.may_reply, on=load_demande)
@post_only
def choose(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Take up the text that another tab had typed, or erase it."""
    try:
        reply_drafts.choose(
            request.actor,
            demande,
            page=posted_id(request, "page"),
            version=posted_number(request, VERSION),
            is_taken=request.POST.get("choix") == TAKEN,
            key=read_key(request.POST.get(FIELD)),
            location=address(demande),
        )
    except AlreadyDone as done:
        return SeeOther(done.location)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), address(demande))
    except Unknown:
        raise Http404 from None
    except NotAllowed:
        raise PermissionDenied from None
    return SeeOther(address(demande))


@access(decisions.may_reply, on=load_demande)
@post_only
def upload(request: ActorRequest, demande: Demande) -> HttpResponse:
    """One file, sent as soon as it is chosen; it waits for the reply."""

    def keep() -> dict[str, Any]:
        file = request.FILES.get("fichier")
        if file is None:
            raise Refused.because(NO_FILE)
        try:
            kept = uploads.keep_one(request.actor, demande, file, key=read_key(request.POST.get(FIELD)))
        except AlreadyDone as done:
            there = uploads.waiting(request.actor, demande)
            found = next((one for one in there if file_address(one) == done.location), None)
            if found is None:
                raise Unknown from None
            kept = found
        return described(key_for(demande), kept)

    return answered(keep)


@access(decisions.may_reply, on=load_demande)
@post_only
def remove(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Take away a file that waits."""
    file_id: UUID = posted_id(request, "fichier")

    def take_away() -> dict[str, Any]:
        uploads.remove(request.actor, demande, file_id)
        return {}

    return answered(take_away)
