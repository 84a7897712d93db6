"""HTTP of one's own second factor: the application that makes codes, the recovery codes."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.accounts.forms.factors import FirstCodeForm, GoOnForm
from aplus.accounts.forms.keys import KeyForm
from aplus.accounts.models import User
from aplus.accounts.presenters import factors as presenters
from aplus.accounts.queries import factors as queries
from aplus.accounts.rules import entering
from aplus.accounts.rules import factors as rules
from aplus.accounts.services import own_factors as services
from aplus.accounts.sessions import SessionStore
from aplus.accounts.step_up import fresh_factor
from aplus.core.errors import AlreadyDone, Overtaken, Refused
from aplus.policy import decisions
from aplus.ui import views as ui

BEGIN = "commencer"


@access(decisions.may_enter)
@fresh_factor
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: ActorRequest) -> HttpResponse:
    """The application that makes codes: a new secret, then its first code."""
    here = reverse("accounts:application")
    if request.method != "POST":
        suite = entering.local_path(request.GET.get("suite", ""))
        return _application_page(request, FirstCodeForm(initial={"suite": suite}), suite)
    suite = entering.local_path(request.POST.get("suite", ""))
    key = request.POST.get("cle", "")
    if request.POST.get("action") == BEGIN:
        location = with_suite(here, suite)
        return acted(request, lambda: services.begin_totp(request.actor, key=key, location=location), location, here)
    form = FirstCodeForm(request.POST)
    location = with_suite(reverse("accounts:recovery_codes"), suite)
    try:
        if not form.is_valid():
            return _application_page(request, form, suite, status=422)
        code = form.cleaned_data["code"]
        return acted(
            request,
            lambda: services.confirm_totp(request.actor, code, key=key, location=location),
            location,
            here,
            said="L’application est en place\u00a0: ses codes sont désormais demandés à chaque entrée.",
        )
    except Refused as refused:
        form.refuse(refused)
        return _application_page(request, form, suite, status=422)


@access(decisions.may_enter)
@fresh_factor
@require_http_methods(["GET", "HEAD", "POST"])
def remove_application(request: ActorRequest) -> HttpResponse:
    """What removing entails, then a button."""
    back = reverse("accounts:security")
    if request.method != "POST":
        found = queries.factors_of(request.actor.person_id)
        if found.totp is None:
            return SeeOther(back)
        context = {"factors": found, "is_compulsory": rules.must_have_one(request.actor), "key": KeyForm()}
        return render(request, "accounts/factors/remove_application.html", context)
    key = request.POST.get("cle", "")
    said = "L’application est retirée."
    return acted(request, lambda: services.remove_totp(request.actor, key=key, location=back), back, back, said=said)


@access(decisions.may_enter)
@fresh_factor
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: ActorRequest) -> HttpResponse:
    """How many are left; ten others, shown once."""
    here = reverse("accounts:recovery_codes")
    suite = entering.local_path((request.POST if request.method == "POST" else request.GET).get("suite", ""))
    if request.method != "POST":
        made = _codes_to_show(request) if request.method == "GET" else []
        return _codes_page(request, GoOnForm(initial={"suite": suite}), suite, made)
    location = with_suite(here, suite)

    def act() -> None:
        made = services.make_codes(request.actor, key=request.POST.get("cle", ""), location=location)
        if request.actor.session_id is not None:
            request.session[services.SHOWN] = services.sealed_for(request.actor.session_id, made)

    try:
        return acted(request, act, location, here)
    except Refused as refused:
        form = GoOnForm(request.POST)
        form.refuse(refused)
        return _codes_page(request, form, suite, [], status=422)


def acted(request: ActorRequest, act: Callable[[], Any], location: str, back: str, *, said: str = "") -> HttpResponse:
    """Do it and go there; done before, the same; overtaken, say so."""
    try:
        act()
    except AlreadyDone as already:
        return SeeOther(already.location)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), back)
    if said:
        messages.success(request, said)
    return SeeOther(location)


def with_suite(address: str, suite: str) -> str:
    """The address, which leads on to this page."""
    return f"{address}?{urlencode({'suite': suite})}" if suite else address


def _application_page(request: ActorRequest, form: FirstCodeForm, suite: str, *, status: int = 200) -> HttpResponse:
    found = queries.factors_of(request.actor.person_id)
    begun = None if found.totp else queries.begun_totp(request.actor.person_id)
    user = request.user
    assert isinstance(user, User)  # noqa: S101  behind a session
    context = {
        "factors": found,
        "setup": presenters.setup(begun, user) if begun else None,
        "form": form,
        "begin": GoOnForm(initial={"suite": suite}, auto_id=False),
        "begin_action": BEGIN,
        "suite": suite,
        "is_compulsory": rules.must_have_one(request.actor) and not found.has_one,
    }
    return render(request, "accounts/factors/application.html", context, status=status)


def _codes_page(
    request: ActorRequest, form: GoOnForm, suite: str, made: list[str], *, status: int = 200
) -> HttpResponse:
    context = {
        "factors": queries.factors_of(request.actor.person_id),
        "codes": presenters.printed(made),
        "number": rules.RECOVERY_CODES,
        "form": form,
        "suite": suite,
    }
    return render(request, "accounts/factors/codes.html", context, status=status)


def _codes_to_show(request: ActorRequest) -> list[str]:
    """The codes made just before, once."""
    store = request.session
    assert isinstance(store, SessionStore)  # noqa: S101  SESSION_ENGINE
    session, kept = store.current(), store.take(services.SHOWN)
    return services.opened_for(session, kept) if session is not None and kept else []
