"""HTTP of passwords: enter by one, set it anew by a mailed link, and one's own."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, access, public
from aplus.access.keys import read_key, refuse_used_key
from aplus.accounts import limits
from aplus.accounts.forms.keys import KeyForm
from aplus.accounts.forms.passwords import (
    ChangePasswordForm,
    ForgottenForm,
    NewPasswordForm,
    PasswordSignInForm,
    RemovePasswordForm,
    SetPasswordForm,
)
from aplus.accounts.models import LinkPurpose, User
from aplus.accounts.opening import go_in
from aplus.accounts.presenters import passwords as presenters
from aplus.accounts.queries import actors as queries
from aplus.accounts.rules import entering as rules
from aplus.accounts.services import entering as links
from aplus.accounts.services import passwords as services
from aplus.accounts.services.entering import LinkOver
from aplus.core.errors import AlreadyDone, Refused, TooMany, Unknown
from aplus.policy import decisions
from aplus.ui import views as ui

MEANS = KIND = "mot-de-passe"
ASK_AGAIN = "nouveau"
METHODS = ["GET", "HEAD", "POST"]
WITHOUT_SESSION = "people without a session must reach it"
# The same for an unknown address, an account without password, closed, or a wrong password.
REFUSED = "Adresse ou mot de passe incorrect. Vous pouvez aussi entrer par un lien reçu par e-mail."


@public(reason=WITHOUT_SESSION)
@require_http_methods(METHODS)
def sign_in(request: ActorRequest) -> HttpResponse:
    """Enter by a password; one message for every failure."""
    if request.method != "POST":
        suite = rules.local_path(request.GET.get("suite", ""))
        if request.actor.is_signed_in:
            return SeeOther(suite or queries.first_path(request.actor))
        return _sign_in_page(request, PasswordSignInForm(initial={"suite": suite}), 200)
    form = PasswordSignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, 422)
    typed = form.cleaned_data
    subject = limits.account_here(request, typed["email"])
    try:
        limits.take_from_network(request)
        limits.take_failure(KIND, subject)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    user = services.right_one(typed["email"], typed["mot_de_passe"])
    with transaction.atomic():
        entering = services.still_right(user) if user else None
        if entering is not None:
            limits.forget_failures(KIND, subject)
            return go_in(request, entering, means=MEANS, suite=typed["suite"], is_shared_post=typed["poste_partage"])
    form.add_error(None, REFUSED)
    return _sign_in_page(request, form, 422)


@public(reason=WITHOUT_SESSION)
@require_http_methods(METHODS)
def forgotten(request: ActorRequest) -> HttpResponse:
    """Type one's address, get a link that sets a password anew; the same answer for every address."""
    if request.method != "POST":
        return render(request, "accounts/password_forgotten.html", {"form": ForgottenForm()})
    form = ForgottenForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/password_forgotten.html", {"form": form}, status=422)
    try:
        limits.take_from_network(request)
        links.ask_link(form.cleaned_data["email"], suite="", browser=_browser(request), purpose=LinkPurpose.PASSWORD)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    return SeeOther(reverse("accounts:sign_in_sent"))


@public(reason="the link in the mail is what proves who asks")
@require_http_methods(METHODS)
def new_password(request: ActorRequest, token: str) -> HttpResponse:
    """Set a password by the mailed link; it opens no session and leaves the second factor as it is."""
    form = NewPasswordForm()
    try:
        if request.POST.get("action") == ASK_AGAIN:
            limits.take_from_network(request)
            links.ask_link_again(token, browser=_browser(request), purpose=LinkPurpose.PASSWORD)
            return SeeOther(reverse("accounts:sign_in_sent"))
        services.may_be_reset(token)
        if request.method != "POST":
            return _new_page(request, form, 200)
        form = NewPasswordForm(request.POST)
        if not form.is_valid():
            return _new_page(request, form, 422)
        services.reset(token, form.cleaned_data["mot_de_passe"])
    except Refused as refused:
        form.refuse(refused)
        return _new_page(request, form, 422)
    except LinkOver as over:
        context = {"over": presenters.OVER[over.state], "action": ASK_AGAIN}
        return render(request, "accounts/link_over.html", context, status=410)
    except Unknown:
        return _unknown_link(request)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    messages.success(request, "Votre mot de passe est changé\u00a0: connectez-vous.")
    return SeeOther(reverse("accounts:password_sign_in"))


@access(decisions.may_enter)
@require_http_methods(METHODS)
def own_password(request: ActorRequest) -> HttpResponse:
    """Set one's password, or change it."""
    has_one = _user(request).has_usable_password()
    if request.method != "POST":
        return _own_page(request, ChangePasswordForm() if has_one else SetPasswordForm(), RemovePasswordForm())
    form = ChangePasswordForm(request.POST) if has_one else SetPasswordForm(request.POST)

    def act() -> None:
        typed, location = form.cleaned_data, reverse("accounts:security")
        services.set_password(
            request.actor,
            typed["mot_de_passe"],
            current=typed.get("mot_de_passe_actuel", ""),
            key=typed["cle"],
            location=location,
        )

    done = "Votre mot de passe est enregistré. Vos autres sessions sont fermées."
    return _write(request, form, act, done, lambda: _own_page(request, form, RemovePasswordForm(), 422))


@access(decisions.may_enter)
def remove_own_password(request: ActorRequest) -> HttpResponse:
    """Back to mailed links only."""
    page = reverse("accounts:own_password")
    if request.method != "POST":
        return SeeOther(page) if request.method in {"GET", "HEAD"} else HttpResponseNotAllowed(["POST"])
    form = RemovePasswordForm(request.POST)

    def act() -> None:
        typed, location = form.cleaned_data, reverse("accounts:security")
        services.remove_password(
            request.actor, current=typed["mot_de_passe_actuel"], key=typed["cle"], location=location
        )

    done = "Votre mot de passe est retiré\u00a0: vous entrerez par un lien reçu par e-mail."
    return _write(request, form, act, done, lambda: _own_page(request, ChangePasswordForm(), form, 422))


def _write(
    request: ActorRequest, form: KeyForm, act: Callable[[], None], done: str, page: Callable[[], HttpResponse]
) -> HttpResponse:
    """Do it, counting as failures the tries of whoever found the session open and guesses the password."""
    subject = limits.account_here(request, _user(request).email)
    try:
        # Before anything: a form sent twice is neither a mistake, nor a failure, nor a way to forget any.
        refuse_used_key(request.actor, read_key(request.POST.get("cle")))
        if not form.is_valid():
            return page()
        limits.take_failure(KIND, subject)
        act()
    except Refused as refused:
        if "mot_de_passe_actuel" not in refused.problems:
            limits.forget_failures(KIND, subject)
        form.refuse(refused)
        return page()
    except AlreadyDone as already:
        return SeeOther(already.location)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    limits.forget_failures(KIND, subject)
    messages.success(request, done)
    return SeeOther(reverse("accounts:security"))


def _sign_in_page(request: HttpRequest, form: PasswordSignInForm, status: int) -> HttpResponse:
    return render(request, "accounts/password_sign_in.html", {"form": form}, status=status)


def _new_page(request: HttpRequest, form: NewPasswordForm, status: int) -> HttpResponse:
    return render(request, "accounts/password_new.html", {"form": form}, status=status)


def _own_page(request: ActorRequest, form: KeyForm, removal: KeyForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "removal": removal, "has_one": _user(request).has_usable_password()}
    return render(request, "accounts/own_password.html", context, status=status)


def _unknown_link(request: HttpRequest) -> HttpResponse:
    """404, counted: whoever tries tokens is slowed down."""
    try:
        limits.take_from_network(request)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    raise Http404


def _browser(request: HttpRequest) -> str:
    return rules.browser_name(request.headers.get("User-Agent", ""))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  behind a session
    return request.user
