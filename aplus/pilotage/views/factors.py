"""Taking away the second factor of somebody who lost it, after their responsable's word (accounts.md §1)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.accounts.forms.keys import KeyForm
from aplus.accounts.queries.factors import factors_of
from aplus.accounts.queries.persons import Person, seen_person
from aplus.accounts.services import factors as services
from aplus.accounts.step_up import fresh_factor
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Unknown
from aplus.core.french import of_name
from aplus.policy import decisions
from aplus.ui import views as ui


@access(decisions.may_reset_factor, on=seen_person)
@fresh_factor
@require_http_methods(["GET", "HEAD", "POST"])
def reset_factor(request: ActorRequest, person: Person) -> HttpResponse:
    """What it entails, then a button."""
    location = reverse("pilotage:person", args=[person.user_id])
    if request.method != "POST":
        context = {"person": person.user, "factors": factors_of(person.user_id), "key": KeyForm()}
        return render(request, "pilotage/reset_factor.html", context)
    try:
        services.reset(request.actor, person.user_id, key=request.POST.get("cle", ""), location=location)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    except NotAllowed:
        raise PermissionDenied from None
    except Unknown:
        raise Http404 from None
    messages.success(request, f"Le second facteur {of_name(person.user.full_name)} est effacé.")
    return SeeOther(location)
