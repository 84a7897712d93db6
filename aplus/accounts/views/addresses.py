"""HTTP of changing one's address: ask for it, confirm it from both addresses, give it up."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, access, public
from aplus.accounts import limits
from aplus.accounts.forms.addresses import NewAddressForm
from aplus.accounts.models import User
from aplus.accounts.presenters import addresses as presenters
from aplus.accounts.queries import addresses as queries
from aplus.accounts.rules.addresses import ChangeState
from aplus.accounts.services import addresses as services
from aplus.accounts.services.addresses import ChangeOver
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Refused, TooMany, Unknown
from aplus.policy import decisions
from aplus.ui import views as ui

CANCEL = "annuler"


@access(decisions.may_enter)
@require_http_methods(["GET", "HEAD", "POST"])
def change_address(request: ActorRequest) -> HttpResponse:
    """Ask that one's account has another address, see what is awaited, give it up."""
    location = reverse("accounts:change_address")
    if request.method != "POST":
        return _page(request, NewAddressForm(), 200)
    if request.POST.get("action") == CANCEL:
        services.cancel(request.actor)
        messages.success(request, "Le changement d’adresse est annulé\u00a0: votre adresse reste la même.")
        return SeeOther(location)
    form = NewAddressForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        services.ask(request.actor, form.cleaned_data["adresse"], key=form.cleaned_data["cle"], location=location)
    except Refused as refused:
        form.refuse(refused)
        return _page(request, form, 422)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except NotAllowed:
        raise PermissionDenied from None
    return SeeOther(location)


@public(reason="the link in the mail is what proves who asks, from a mailbox that may be open elsewhere")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: ActorRequest, token: str) -> HttpResponse:
    """One button: mail scanners open links, only its POST confirms."""
    try:
        if request.method == "POST":
            services.confirm(request.actor, token)
            return SeeOther(reverse("accounts:confirm_address", args=[token]))
        link = services.link_in_force(token)
    except ChangeOver as over:
        return render(request, "accounts/address_over.html", {"over": presenters.OVER[over.state]}, status=410)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), "/")
    except Unknown:
        return _unknown(request)
    is_done = queries.state_of(link.change) is ChangeState.DONE
    return render(request, "accounts/address_link.html", {"link": link, "is_done": is_done})


def _page(request: ActorRequest, form: NewAddressForm, status: int) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101  behind a session
    context = {"account": user, "change": queries.pending(user.pk), "form": form, "cancel": CANCEL}
    return render(request, "accounts/address.html", context, status=status)


def _unknown(request: HttpRequest) -> HttpResponse:
    """404, counted: whoever tries tokens is slowed down."""
    try:
        limits.take_from_network(request)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    raise Http404
