"""HTTP of proving a second factor: the other half of every entry, and again before what is delicate."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, public
from aplus.accounts import limits, opening, step_up
from aplus.accounts.forms.factors import WRONG_CODE, CodeForm
from aplus.accounts.opening import HalfOpen
from aplus.accounts.queries import actors
from aplus.accounts.queries import factors as queries
from aplus.accounts.rules import entering
from aplus.accounts.rules import factors as rules
from aplus.accounts.services import factors as services
from aplus.accounts.services.factors import Proof
from aplus.accounts.services.passkeys import begin_proof
from aplus.accounts.services.passkeys import prove as prove_by_passkey
from aplus.accounts.views import passkeys
from aplus.core.errors import TooMany
from aplus.ui import views as ui

KIND = "code"
WRONG_PASSKEY = "Cette clé d’accès n’a pas été reconnue. Recommencez, ou donnez un code."


@public(reason="who has come half the way in must reach it; to anyone else it only leads elsewhere")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: ActorRequest) -> HttpResponse:
    """One code: it ends an entry, or makes the factor of this session fresh."""
    half = opening.half_open(request)
    if half is None and not request.actor.is_signed_in:
        return SeeOther(reverse("accounts:sign_in"))
    suite = entering.local_path((request.POST if request.method == "POST" else request.GET).get("suite", ""))
    if half is None and not step_up.is_to_be_proved(request, within=rules.FORM_FRESH_FOR):
        return _go_on(request, suite)
    if request.method != "POST":
        found = queries.factors_of(_person(request, half))
        form = CodeForm(initial={"suite": suite}, has_application=found.totp is not None)
        return page(request, half, form, found, status=200)
    try:
        limits.take_from_network(request)
        if request.POST.get("action") == passkeys.CHALLENGE:
            return passkeys.ask(request, begin_proof(_person(request, half)))
        if "reponse" in request.POST:
            return _prove_by_passkey(request, half, suite)
        return _prove(request, half, suite)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)


def _prove(request: ActorRequest, half: HalfOpen | None, suite: str) -> HttpResponse:
    user_id = _person(request, half)
    found = queries.factors_of(user_id)
    form = CodeForm(request.POST, has_application=found.totp is not None)
    if not form.is_valid():
        return page(request, half, form, found, status=422)
    subject = limits.account_here(request, str(user_id))
    limits.take_failure(KIND, subject)
    code = form.cleaned_data["code"]
    if half is None:
        proof = services.prove_again(request.actor, code)
        response: HttpResponse = _go_on(request, suite)
    else:
        with transaction.atomic():
            proof = services.prove(user_id, code)
            if proof is not None:
                response = opening.finish(request, half, proof)
    if proof is None:
        form.add_error("code", WRONG_CODE)
        return page(request, half, form, found, status=422)
    limits.forget_failures(KIND, subject)
    if proof is Proof.RECOVERY:
        _say_what_is_left(request, found.codes_left - 1)
    return response


def _prove_by_passkey(request: ActorRequest, half: HalfOpen | None, suite: str) -> HttpResponse:
    user_id = _person(request, half)
    state = passkeys.asked(request)
    with transaction.atomic():
        if prove_by_passkey(state, request.POST["reponse"], user_id=user_id) is not None:
            if half is not None:
                return opening.finish(request, half, Proof.PASSKEY)
            services.prove_again_by(request.actor, Proof.PASSKEY)
            return _go_on(request, suite)
    found = queries.factors_of(user_id)
    form = CodeForm(request.POST, has_application=found.totp is not None)
    form.errors.clear()
    form.add_error(None, WRONG_PASSKEY)
    return page(request, half, form, found, status=422)


def page(
    request: ActorRequest, half: HalfOpen | None, form: CodeForm, found: queries.Factors, *, status: int
) -> HttpResponse:
    """The page that asks, and that says how to go away."""
    context = {
        "form": form,
        "is_entering": half is not None,
        "factors": found,
        "suite": form["suite"].value() or "",
        "elsewhere": passkeys.elsewhere(request),
    }
    return render(request, "accounts/second_factor.html", context, status=status)


def _say_what_is_left(request: ActorRequest, left: int) -> None:
    number = f"Il vous en reste {left}" if left else "Il ne vous en reste aucun"
    messages.warning(request, f"Ce code de secours ne servira plus. {number}\u00a0: refaites-en dans « Mon compte ».")


def _person(request: ActorRequest, half: HalfOpen | None) -> UUID:
    return half.user.pk if half else request.actor.person_id


def _go_on(request: ActorRequest, suite: str) -> HttpResponse:
    return SeeOther(suite or actors.first_path(request.actor))
