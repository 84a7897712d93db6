"""The search of the lists: what is typed comes by POST, the address names it by an id of this session."""

from django.http import HttpResponse, HttpResponseNotAllowed
from django.urls import reverse

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.core.errors import Refused, TooMany
from aplus.demandes.forms.search import SearchForm
from aplus.demandes.services import search as services
from aplus.demandes.views.lists import list_page
from aplus.policy import decisions
from aplus.ui import views as ui


@access(decisions.may_enter)
def search(request: ActorRequest) -> HttpResponse:
    """Keep what was typed for this session and lead to what it finds; a refused search leaves the list as it was."""
    if request.method in {"GET", "HEAD"}:
        return SeeOther(reverse("demandes:list"))
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = SearchForm(request.POST)
    try:
        if form.is_valid():
            search_id = services.keep(request.actor, form.cleaned_data["q"])
            return SeeOther(f"{reverse('demandes:list')}?recherche={search_id}")
    except Refused as refused:
        form.refuse(refused)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    return list_page(request, refused=form, status=422)
