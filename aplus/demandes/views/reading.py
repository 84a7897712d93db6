"""Reading a demande otherwise than on its page: what is new since (polling), and on paper."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.accounts.polling import beside_session, polling
from aplus.core import clock
from aplus.core.errors import TooMany
from aplus.demandes import openers
from aplus.demandes.models import Demande
from aplus.demandes.presenters.page.view import demande_page
from aplus.demandes.presenters.states import number_label
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.queries.list_walk import following as next_of
from aplus.demandes.queries.polling import Polled, polled_columns, polled_demande, validator
from aplus.demandes.services.reading import mark_read
from aplus.demandes.views.rendering import load_page, walk_of, walked
from aplus.policy import decisions
from aplus.ui import views as ui
from aplus.vault.keys import Erased


@access(decisions.may_read, on=polled_demande)
@beside_session(polled_columns)
@polling
@require_safe
def news(request: ActorRequest, polled: Polled) -> HttpResponse:
    """The top of the page and the thread as they are now; 304 as long as nothing that is shown has changed.

    Called by a timer: it opens no part, marks nothing as read, keeps no session alive.
    """
    now = clock.now()
    tag = validator(request.actor, polled, now)
    response: HttpResponse
    if _plain(tag) in {_plain(one) for one in parse_etags(request.headers.get("If-None-Match", ""))}:
        response = HttpResponseNotModified()
    elif request.method == "HEAD":
        response = HttpResponse()
    else:
        demande = load_demande(request.actor, polled.id)
        if demande is None:
            raise Http404
        tag = validator(request.actor, demande, now)
        try:
            response = render(request, "demandes/news.html", _context(request, demande))
        except Erased:
            response = HttpResponse(status=410)
    response.headers["ETag"] = tag
    return response


@access(decisions.may_read, on=load_demande)
@require_safe
def following(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Lead to the next demande of the list the reader came from, or back to that list at its end."""
    walk = walk_of(request)
    found = next_of(request.actor, walk.at(request.actor, demande), demande.id, now=clock.now())
    if found is None or found.place is None:
        if request.method == "GET":
            messages.info(request, "C’était la dernière demande de la liste.")
        query = walk.state.to_query()
        return SeeOther(f"{reverse('demandes:list')}?{query}" if query else reverse("demandes:list"))
    return SeeOther(walked(reverse("demandes:page", args=[found.place.row_id]), found))


def _plain(tag: str) -> str:
    return tag.removeprefix("W/")


@access(decisions.may_read, on=load_demande)
@require_safe
def paper(request: ActorRequest, demande: Demande) -> HttpResponse:
    """The whole demande, to be printed: as much a reading as the page, but it opens no part."""
    if request.method == "HEAD":
        return HttpResponse()
    try:
        mark_read(request.actor, demande)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    try:
        context = _context(request, demande)
    except Erased:
        context = {"demande": demande, "number": number_label(demande.number)}
        return render(request, "demandes/erased.html", context)
    return render(request, "demandes/paper.html", context)


def _context(request: ActorRequest, demande: Demande) -> dict[str, Any]:
    """What this reader is shown, without any form of the page; raises Erased."""
    actor, now = request.actor, clock.now()
    opened = openers.open_demande(actor, demande)
    return {
        "page": demande_page(actor, opened, load_page(actor, demande, []), now=now, shown=""),
        "zone": demande.territoire.timezone,
        "now": now,
        "bound": None,
        "correcting": None,
        "walk": "",
        "first_unread": None,
    }
