"""The sheet to print for the usager, in plain French and in easy French."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.demandes import openers
from aplus.demandes.models import Demande
from aplus.demandes.presenters import sheet as presenter
from aplus.demandes.presenters.states import number_label
from aplus.demandes.queries.demande import demande as load_demande
from aplus.policy import decisions
from aplus.vault.keys import Erased

EASY = "facile"


@access(decisions.may_print_sheet, on=load_demande)
@require_safe
def sheet(request: ActorRequest, demande: Demande) -> HttpResponse:
    """What the usager takes home; `?version=facile` is the one in easy French."""
    if request.method == "HEAD":
        return HttpResponse()
    try:
        opened = openers.open_demande(request.actor, demande)
    except Erased:
        context = {"demande": demande, "number": number_label(demande.number)}
        return render(request, "demandes/erased.html", context)
    context = {
        "demande": demande,
        "sheet": presenter.sheet(opened),
        "is_easy": request.GET.get("version") == EASY,
        "contact": settings.SUPPORT_EMAIL,
    }
    return render(request, "demandes/sheet.html", context)
