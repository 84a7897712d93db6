"""The public home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import SeeOther, public
from aplus.accounts.queries.actors import first_path
from aplus.help import queries
from aplus.ui.context import actor_of


@public(reason="the door of the service, for people without an account as well")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the service is; whoever is signed in goes to their first page."""
    if actor_of(request).is_signed_in:
        return SeeOther(first_path(actor_of(request)))
    return render(request, "help/home.html", {"territoires": queries.open_territoires()})
