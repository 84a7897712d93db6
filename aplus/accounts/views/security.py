"""HTTP of one's own security: what guards the account, its sessions, its last entries."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.accounts.forms.keys import KeyForm
from aplus.accounts.presenters import security as presenters
from aplus.accounts.queries import security as queries
from aplus.accounts.queries.factors import factors_of
from aplus.accounts.rules.factors import must_have_one
from aplus.accounts.services import ending
from aplus.core.errors import AlreadyDone, Unknown
from aplus.policy import decisions


@access(decisions.may_enter)
@require_safe
def security(request: ActorRequest) -> HttpResponse:
    """Password, second factor, sessions, last entries: one section each."""
    sessions = presenters.session_lines(queries.own_sessions(request.actor), request.actor.session_id)
    context = {
        "account": request.user,
        "sessions": sessions,
        "has_others": len(sessions) > 1,
        "entries": presenters.entry_lines(queries.last_entries(request.actor)),
        "factors": factors_of(request.actor.person_id),
        "is_compulsory": must_have_one(request.actor),
        "key": KeyForm(auto_id=False),
    }
    return render(request, "accounts/security.html", context)


@access(decisions.may_enter)
def end_session(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """End one of one's own sessions; another's does not exist."""
    location = reverse("accounts:security")
    if request.method != "POST":
        return _back(request, location)
    try:
        ending.end_one(request.actor, session_id, key=request.POST.get("cle", ""), location=location)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except Unknown:
        raise Http404 from None
    messages.success(request, "La session est fermée.")
    return SeeOther(location)


@access(decisions.may_enter)
def end_other_sessions(request: ActorRequest) -> HttpResponse:
    """End every session but this one."""
    location = reverse("accounts:security")
    if request.method != "POST":
        return _back(request, location)
    try:
        number = ending.end_others(request.actor, key=request.POST.get("cle", ""), location=location)
    except AlreadyDone as already:
        return SeeOther(already.location)
    said = f"{number} sessions sont fermées." if number > 1 else "L’autre session est fermée."
    messages.success(request, said if number else "Aucune autre session n’était ouverte.")
    return SeeOther(location)


def _back(request: ActorRequest, location: str) -> HttpResponse:
    """Who comes by GET, after signing in again, finds the page."""
    return SeeOther(location) if request.method in {"GET", "HEAD"} else HttpResponseNotAllowed(["POST"])
