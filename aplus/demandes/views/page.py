"""The page of one demande, and its history."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.core.errors import TooMany
from aplus.demandes.models import Demande
from aplus.demandes.presenters.states import number_label
from aplus.demandes.queries import page as queries
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services.people import open_page
from aplus.demandes.services.reading import mark_read
from aplus.demandes.views.rendering import SHOWN_KEY, render_page
from aplus.policy import decisions
from aplus.ui import views as ui


@access(decisions.may_read, on=load_demande)
@require_safe
def page(request: ActorRequest, demande: Demande) -> HttpResponse:
    """One demande. A GET marks it read and opens the parts of the reader's groupes; a HEAD changes nothing."""
    if request.method == "HEAD":
        return HttpResponse()
    try:
        read_before = mark_read(request.actor, demande)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    if open_page(request.actor, demande):
        demande = load_demande(request.actor, demande.id) or demande
    return render_page(request, demande, shown=_identifier_to_show(request, demande), read_before=read_before)


def _identifier_to_show(request: ActorRequest, demande: Demande) -> str:
    """The identifier asked for just before, once."""
    asked = request.session.get(SHOWN_KEY)
    if not asked or asked[0] != str(demande.id):
        return ""
    del request.session[SHOWN_KEY]
    return str(asked[1])


@access(decisions.may_read, on=load_demande)
@require_safe
def history(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Who has read the demande and when."""
    context = {
        "demande": demande,
        "number": number_label(demande.number),
        "readings": queries.readings(demande),
        "zone": demande.territoire.timezone,
    }
    return render(request, "demandes/history.html", context)
