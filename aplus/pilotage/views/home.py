"""The section of superviseurs, observateurs and administrateurs, and the public figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access, public
from aplus.accounts.presenters.beginning import on_first_page
from aplus.pilotage.presenters.home import sections
from aplus.pilotage.presenters.scopes import scopes
from aplus.pilotage.queries.places import places
from aplus.policy import decisions


@access(decisions.may_see_pilotage)
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """What this reader's role covers, and the pages it opens."""
    context = {
        "first_steps": on_first_page(request),
        "scopes": scopes(request.actor, places()),
        "sections": sections(request.actor),
    }
    return render(request, "pilotage/home.html", context)


@public(reason="figures about the service are for everyone")
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Public figures."""
    return render(request, "pilotage/statistics.html")
