"""The bell: what happened, newest first; read by opening the demande, by being shown here, or all at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key
from aplus.accounts.queries import naming
from aplus.core import clock
from aplus.core.errors import AlreadyDone
from aplus.demandes.queries.list_marks import Mark
from aplus.gestion.forms.bell import AllReadForm
from aplus.gestion.presenters import bell as presenters
from aplus.gestion.queries import bell as queries
from aplus.gestion.services import bell as services
from aplus.notifications import bell
from aplus.policy import decisions


@access(decisions.may_enter)
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: ActorRequest) -> HttpResponse:
    """One page of events; the button marks all that was there as read."""
    location = reverse("gestion:notifications")
    if request.method != "POST":
        return _page(request)
    form = AllReadForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    key = read_key(form.cleaned_data["cle"])
    try:
        services.mark_all(request.actor, until=form.cleaned_data["jusqu_a"], key=key, location=location)
    except AlreadyDone as already:
        return SeeOther(already.location)
    messages.success(request, "Toutes vos notifications sont marquées comme lues.")
    return SeeOther(location)


def _page(request: ActorRequest, refused: AllReadForm | None = None, status: int = 200) -> HttpResponse:
    actor, now = request.actor, clock.now()
    after = Mark.from_text(request.GET.get("apres", ""))
    lines, following = queries.page(actor, after)
    said = bell.tell(actor, lines, naming.of(actor, lines))
    context: dict[str, Any] = {
        "days": presenters.days(lines, said, now),
        "refused": refused,
        "form": AllReadForm(initial={"jusqu_a": now.isoformat()}),
        "first_url": reverse("gestion:notifications") if after is not None else "",
        "next_url": f"?apres={following.to_text()}" if following is not None else "",
    }
    response = render(request, "gestion/notifications.html", context, status=status)
    # Once the page is made, which says what was unread; HEAD changes nothing (contract.md §1).
    if request.method == "GET":
        services.mark_seen(actor, presenters.seen(lines, said))
    return response
