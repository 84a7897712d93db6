"""Closing a groupe: what it takes with it is said first."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key, refuse_used_key
from aplus.annuaire.models import Groupe
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.queries import moving
from aplus.gestion.forms.editing import ClosingForm
from aplus.gestion.queries import groupes as groupes_queries
from aplus.gestion.queries import shutting as queries
from aplus.gestion.queries.places import number_of_members
from aplus.gestion.services import shutting as services
from aplus.policy import decisions
from aplus.ui import views as ui


@access(decisions.may_edit_groupe, on=groupes_queries.groupe)
def close_groupe(request: ActorRequest, groupe: Groupe) -> HttpResponse:
    """The consequences, and the form that closes."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    location = reverse("gestion:groupe", args=[groupe.pk])
    try:
        if request.method == "POST":
            return _close(request, groupe, location)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except Unknown:
        raise Http404 from None
    except NotAllowed:
        raise PermissionDenied from None
    if groupe.closed_at is not None:
        return ui.conflict(request, services.ALREADY, location)
    return _page(request, groupe, _form(request, groupe), 200)


def _close(request: ActorRequest, groupe: Groupe, location: str) -> HttpResponse:
    refuse_used_key(request.actor, read_key(request.POST.get("cle")))
    form = _form(request, groupe)
    if groupe.closed_at is None and not form.is_valid():
        return _page(request, groupe, form, 422)
    typed = getattr(form, "cleaned_data", {})
    try:
        services.close(request.actor, groupe.pk, typed.get("successeur"), key=typed.get("cle", ""), location=location)
    except Refused as refused:
        form.refuse(refused)
        return _page(request, groupe, form, 422)
    messages.success(request, "Le groupe est fermé.")
    return SeeOther(location)


def _form(request: ActorRequest, groupe: Groupe) -> ClosingForm:
    data = request.POST if request.method == "POST" else None
    successors = queries.successors(request.actor, groupe)
    return ClosingForm(data, successors=successors, is_needed=moving.weight(groupe.pk).is_any)


def _page(request: ActorRequest, groupe: Groupe, form: ClosingForm, status: int) -> HttpResponse:
    context = {
        "groupe": groupe,
        "weight": moving.weight(groupe.pk),
        "members": number_of_members(groupe),
        "invitations": queries.pending_invitations(groupe),
        "has_successors": len(form.fields["successeur"].choices) > 1,
        "form": form,
    }
    return render(request, "gestion/close.html", context, status=status)
