"""My first steps: always there, on a page of their own; hidden from the first page, or shown on it again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.accounts.forms.beginning import HIDE, PanelForm
from aplus.accounts.models import User
from aplus.accounts.presenters import beginning as presenters
from aplus.accounts.queries.actors import first_path
from aplus.accounts.services import beginning as services
from aplus.core.errors import AlreadyDone
from aplus.policy import decisions

HIDDEN = "Vos premiers pas sont masqués. Vous les retrouvez dans «\u00a0Mon compte\u00a0»."
SHOWN = "Vos premiers pas sont de nouveau sur cette page."


@access(decisions.may_enter)
@require_http_methods(["GET", "HEAD", "POST"])
def first_steps(request: ActorRequest) -> HttpResponse:
    """The steps of my roles, done or not, and one button."""
    if request.method != "POST":
        return _page(request)
    form = PanelForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    is_hidden = form.cleaned_data["choix"] == HIDE
    # Where it is hidden from, or shown.
    location = first_path(request.actor)
    act = services.hide if is_hidden else services.show
    try:
        act(request.actor, key=form.cleaned_data["cle"], location=location)
    except AlreadyDone as already:
        return SeeOther(already.location)
    messages.success(request, HIDDEN if is_hidden else SHOWN)
    return SeeOther(location)


def _page(request: ActorRequest, refused: PanelForm | None = None, status: int = 200) -> HttpResponse:
    user = request.user
    panel = presenters.panel(user, request.actor) if isinstance(user, User) else None
    context = {"first_steps": panel, "refused": refused}
    return render(request, "accounts/first_steps_page.html", context, status=status)
