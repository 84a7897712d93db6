"""HTTP of passkeys: adding and removing one's own, entering with one, proving a second factor with one."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, access, public
from aplus.accounts import limits, opening
from aplus.accounts.forms.factors import EnterWithKeyForm, PasskeyForm, PasskeyNameForm
from aplus.accounts.forms.keys import KeyForm
from aplus.accounts.models import User
from aplus.accounts.queries import actors
from aplus.accounts.queries import factors as queries
from aplus.accounts.rules import entering
from aplus.accounts.rules import factors as rules
from aplus.accounts.services import passkeys as services
from aplus.accounts.services.passkeys import Challenge
from aplus.accounts.sessions import SessionStore
from aplus.accounts.step_up import fresh_factor
from aplus.accounts.views.own_factors import acted, with_suite
from aplus.core import clock
from aplus.core.errors import AlreadyDone, Refused, TooMany, Unknown
from aplus.policy import decisions
from aplus.ui import views as ui

CHALLENGE = "defi"
WRONG_KEY = "Cette clé d’accès n’a pas été reconnue. Recommencez, ou entrez par un lien reçu par e-mail."
MEANS = "cle"


@access(decisions.may_enter)
@fresh_factor
@require_http_methods(["GET", "HEAD", "POST"])
def passkeys(request: ActorRequest) -> HttpResponse:
    """One's passkeys, and a new one."""
    suite = entering.local_path((request.POST if request.method == "POST" else request.GET).get("suite", ""))
    if request.method != "POST":
        return _passkeys_page(request, PasskeyForm(initial={"suite": suite}))
    user = request.user
    assert isinstance(user, User)  # noqa: S101  behind a session
    if request.POST.get("action") == CHALLENGE:
        return ask(request, services.begin_registration(user))
    form = PasskeyForm(request.POST)
    if not form.is_valid():
        return _passkeys_page(request, form, status=422)
    given, here = form.cleaned_data, reverse("accounts:passkeys")
    # Whoever has a first factor is led to print recovery codes.
    is_first = not queries.factors_of(user.pk).codes_left
    location = with_suite(reverse("accounts:recovery_codes"), suite) if is_first else suite or here
    try:
        services.register(
            request.actor, asked(request), given["reponse"], name=given["nom"], key=given["cle"], location=location
        )
    except AlreadyDone as already:
        return SeeOther(already.location)
    except Refused as refused:
        form.refuse(refused)
        return _passkeys_page(request, form, status=422)
    messages.success(request, "La clé d’accès est ajoutée\u00a0: elle suffit désormais pour entrer.")
    return SeeOther(location)


@access(decisions.may_enter)
@fresh_factor
@require_http_methods(["GET", "HEAD", "POST"])
def rename_passkey(request: ActorRequest, passkey_id: UUID) -> HttpResponse:
    """Another name for one of one's passkeys, to tell them apart."""
    passkey, back = services.own(request.actor, passkey_id), reverse("accounts:passkeys")
    if passkey is None:
        raise Http404
    form = PasskeyNameForm(request.POST) if request.method == "POST" else PasskeyNameForm(initial={"nom": passkey.name})
    if request.method == "POST" and form.is_valid():
        name, key = form.cleaned_data["nom"], form.cleaned_data["cle"]
        try:
            return acted(
                request,
                lambda: services.rename(request.actor, passkey_id, name, key=key, location=back),
                back,
                back,
                said="La clé d’accès a un nouveau nom.",
            )
        except Unknown:
            raise Http404 from None
    context = {"passkey": passkey, "form": form}
    return render(request, "accounts/factors/rename_passkey.html", context, status=422 if form.is_bound else 200)


@access(decisions.may_enter)
@fresh_factor
@require_http_methods(["GET", "HEAD", "POST"])
def remove_passkey(request: ActorRequest, passkey_id: UUID) -> HttpResponse:
    """What removing entails, then a button."""
    back = reverse("accounts:passkeys")
    if request.method == "POST":
        key = request.POST.get("cle", "")
        try:
            return acted(
                request,
                lambda: services.remove(request.actor, passkey_id, key=key, location=back),
                back,
                back,
                said="La clé d’accès est retirée.",
            )
        except Unknown:
            raise Http404 from None
    passkey = services.own(request.actor, passkey_id)
    if passkey is None:
        raise Http404
    found = queries.factors_of(request.actor.person_id)
    context = {
        "passkey": passkey,
        "is_last": found.totp is None and len(found.passkeys) == 1,
        "is_compulsory": rules.must_have_one(request.actor),
        "key": KeyForm(),
    }
    return render(request, "accounts/factors/remove_passkey.html", context)


@public(reason="people without a session must reach it; the passkey is what proves who asks")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: ActorRequest) -> HttpResponse:
    """Enter with a passkey alone; every failure has the same answer."""
    if request.method != "POST":
        suite = entering.local_path(request.GET.get("suite", ""))
        if request.actor.is_signed_in:
            return SeeOther(suite or actors.first_path(request.actor))
        return _enter_page(request, EnterWithKeyForm(initial={"suite": suite}))
    try:
        limits.take_from_network(request)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    if request.POST.get("action") == CHALLENGE:
        return ask(request, services.begin_proof(None))
    form = EnterWithKeyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        with transaction.atomic():
            user = services.prove(asked(request), given["reponse"], user_id=None)
            if user is not None:
                return opening.go_in(
                    request,
                    user,
                    means=MEANS,
                    suite=given["suite"],
                    is_shared_post=given["poste_partage"],
                    factor_proved=True,
                )
    form.add_error(None, WRONG_KEY)
    return _enter_page(request, form, status=422)


def ask(request: HttpRequest, challenge: Challenge) -> JsonResponse:
    """What the browser asks the authenticator; the session, made if there is none, keeps what to check it with."""
    store = request.session
    assert isinstance(store, SessionStore)  # noqa: S101  SESSION_ENGINE
    if store.current() is None:
        browser = entering.browser_name(request.headers.get("User-Agent", ""))
        store.describe(is_shared_post=False, browser=browser, lasts=rules.HALF_LASTS)
    store[CHALLENGE] = {**challenge.state, "le": clock.now().isoformat()}
    return JsonResponse(challenge.options)


def asked(request: HttpRequest) -> dict[str, Any] | None:
    """What was asked of this browser a moment ago: good once."""
    store = request.session
    assert isinstance(store, SessionStore)  # noqa: S101  SESSION_ENGINE
    state: dict[str, Any] | None = store.take(CHALLENGE)
    if state is None or datetime.fromisoformat(state.pop("le")) <= clock.now() - rules.HALF_LASTS:
        return None
    return state


def elsewhere(request: HttpRequest) -> str:
    """Where passkeys are made and used, when it is not here: browsers refuse them at a numeric address."""
    origin = settings.PASSKEY_ORIGIN
    return "" if request.get_host() == urlsplit(origin).netloc else f"{origin}{request.path}"


def _passkeys_page(request: ActorRequest, form: PasskeyForm, *, status: int = 200) -> HttpResponse:
    context = {
        "factors": queries.factors_of(request.actor.person_id),
        "form": form,
        "elsewhere": elsewhere(request),
    }
    return render(request, "accounts/factors/passkeys.html", context, status=status)


def _enter_page(request: ActorRequest, form: EnterWithKeyForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "elsewhere": elsewhere(request)}
    return render(request, "accounts/enter_with_passkey.html", context, status=status)
