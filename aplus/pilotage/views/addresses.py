"""Giving somebody whose address is dead another one (accounts.md §3)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.accounts.forms.addresses import NewAddressForm
from aplus.accounts.queries.persons import Person, seen_person
from aplus.accounts.services import addresses as services
from aplus.accounts.step_up import fresh_factor
from aplus.core.errors import AlreadyDone, NotAllowed, Refused, Unknown
from aplus.core.french import of_name
from aplus.policy import decisions


@access(decisions.may_change_address, on=seen_person)
@fresh_factor
@require_http_methods(["GET", "HEAD", "POST"])
def change_address(request: ActorRequest, person: Person) -> HttpResponse:
    """Say what follows, then do it at once: without the old address, nothing can be confirmed from it."""
    if request.method != "POST":
        return _page(request, person, NewAddressForm(), 200)
    form = NewAddressForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form, 422)
    location, typed = _location(person.user_id), form.cleaned_data
    try:
        services.change_for(request.actor, person.user_id, typed["adresse"], key=typed["cle"], location=location)
    except Refused as refused:
        form.refuse(refused)
        return _page(request, person, form, 422)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except NotAllowed:
        raise PermissionDenied from None
    except Unknown:
        raise Http404 from None
    messages.success(request, f"L’adresse {of_name(person.user.full_name)} est changée.")
    return SeeOther(location)


def _location(person_id: UUID) -> str:
    return reverse("pilotage:person", args=[person_id])


def _page(request: ActorRequest, person: Person, form: NewAddressForm, status: int) -> HttpResponse:
    context: dict[str, Any] = {"person": person.user, "groupes": person.places, "form": form}
    return render(request, "pilotage/address.html", context, status=status)
