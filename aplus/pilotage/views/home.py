"""The section of superviseurs, observateurs and administrateurs, and the public figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access, public
from aplus.policy import decisions


@access(decisions.may_see_pilotage)
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """What this reader's role covers."""
    return render(request, "pilotage/home.html")


@public(reason="figures about the service are for everyone")
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Public figures."""
    return render(request, "pilotage/statistics.html")
