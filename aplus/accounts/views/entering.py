"""HTTP of signing in: ask for a link, enter by it, be welcomed, leave."""

from functools import partial

from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aplus.access.gate import ActorRequest, SeeOther, access, public
from aplus.accounts import limits, proconnect
from aplus.accounts.forms.entering import EnterForm, SignInForm, WelcomeForm
from aplus.accounts.models import User
from aplus.accounts.opening import go_in
from aplus.accounts.presenters import entering as presenters
from aplus.accounts.queries import actors as queries
from aplus.accounts.queries import cgu
from aplus.accounts.rules import entering as rules
from aplus.accounts.rules.entering import LinkState
from aplus.accounts.services import entering as services
from aplus.accounts.services import returning
from aplus.accounts.services.entering import LinkOver
from aplus.accounts.sessions import SessionStore
from aplus.accounts.views.proconnect import leaving_url
from aplus.core.errors import Overtaken, TooMany, Unknown
from aplus.policy import decisions
from aplus.ui import views as ui

ASK_AGAIN, ASK_BACK = "nouveau", "revenir"


@public(reason="people without a session must reach it")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: ActorRequest) -> HttpResponse:
    """Type one's address, get a link; the answer is the same for every address."""
    if request.method != "POST":
        suite = rules.local_path(request.GET.get("suite", ""))
        if request.actor.is_signed_in:
            return _go_on(request, suite)
        return _sign_in_page(request, SignInForm(initial={"suite": suite}), 200)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, 422)
    try:
        limits.take_from_network(request)
        services.ask_link(form.cleaned_data["email"], suite=form.cleaned_data["suite"], browser=_browser(request))
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    return SeeOther(reverse("accounts:sign_in_sent"))


@public(reason="people without a session must reach it")
@require_safe
def sign_in_sent(request: HttpRequest) -> HttpResponse:
    """What to do next, the same for every address."""
    return render(request, "accounts/sign_in_sent.html")


@public(reason="the link in the mail is what proves who asks")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: ActorRequest, token: str) -> HttpResponse:
    """One button: mail scanners open links, only its POST enters."""
    try:
        if request.method != "POST":
            context = {"link": services.link_in_force(token), "form": EnterForm()}
            return render(request, "accounts/enter.html", context)
        if request.POST.get("action") == ASK_AGAIN:
            limits.take_from_network(request)
            services.ask_link_again(token, browser=_browser(request))
            return SeeOther(reverse("accounts:sign_in_sent"))
        if request.POST.get("action") == ASK_BACK:
            returning.ask(token)
            return render(request, "accounts/return_asked.html")
        form = EnterForm(request.POST)
        is_shared_post = form.is_valid() and form.cleaned_data["poste_partage"]

        def let_in(user: User, suite: str) -> HttpResponse:
            return go_in(request, user, means="lien", suite=suite, is_shared_post=is_shared_post)

        return services.enter(token, let_in=let_in)
    except LinkOver as over:
        return _over(request, over)
    except Unknown:
        return _unknown_link(request)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)


@access(decisions.may_enter)
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: ActorRequest) -> HttpResponse:
    """First entry, or new CGU: accept them, complete one's name and function, read the three first steps."""
    user = _user(request)
    if request.method == "POST":
        form = WelcomeForm(request.POST)
        if not form.is_valid():
            return _welcome_page(request, form, status=422)
        given = form.cleaned_data
        try:
            services.welcome(
                request.actor,
                first_name=given["prenom"],
                last_name=given["nom"],
                function=given["fonction"],
                version=given["version"],
            )
        except Overtaken as overtaken:
            form.add_error(None, str(overtaken))
            return _welcome_page(request, form, status=409)
        return _go_on(request, given["suite"])
    suite = rules.local_path(request.GET.get("suite", ""))
    session = _store(request).current()
    if session is None or queries.is_welcomed(session):
        return _go_on(request, suite)
    known = {"prenom": user.first_name, "nom": user.last_name, "fonction": user.function, "suite": suite}
    return _welcome_page(request, WelcomeForm(initial=known), status=200)


@public(reason="leaving needs no right; without a session there is nothing to leave")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: ActorRequest) -> HttpResponse:
    """A page with one button; its POST ends the session and empties what the browser kept."""
    if request.method != "POST":
        return render(request, "accounts/sign_out.html")
    onwards = leaving_url(request)
    services.leave(request.actor, partial(logout, request))
    response = SeeOther(onwards or "/")
    response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return response


def _sign_in_page(request: ActorRequest, form: SignInForm, status: int) -> HttpResponse:
    context = {"form": form, "has_proconnect": proconnect.is_configured()}
    return render(request, "accounts/sign_in.html", context, status=status)


def _over(request: ActorRequest, over: LinkOver) -> HttpResponse:
    if over.state is LinkState.USED and request.actor.is_signed_in:
        return _go_on(request, over.suite)
    if over.state is LinkState.CLOSED_ACCOUNT:
        return render(request, "accounts/closed_account.html", {"action": ASK_BACK}, status=410)
    context = {"over": presenters.OVER[over.state], "action": ASK_AGAIN}
    return render(request, "accounts/link_over.html", context, status=410)


def _unknown_link(request: HttpRequest) -> HttpResponse:
    """404, counted: whoever tries tokens is slowed down."""
    try:
        limits.take_from_network(request)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    raise Http404


def _welcome_page(request: ActorRequest, form: WelcomeForm, *, status: int) -> HttpResponse:
    user, in_force = _user(request), cgu.in_force()
    form.show(in_force.version if in_force else "")
    context = {
        "form": form,
        "steps": presenters.first_steps(request.actor),
        "is_first": not user.welcomed_at,
        "cgu": in_force,
        "has_changed": in_force is not None and user.cgu_version not in {"", in_force.version},
    }
    return render(request, "accounts/welcome.html", context, status=status)


def _go_on(request: ActorRequest, suite: str) -> HttpResponse:
    """The page asked for, else the first page of the person's role."""
    return SeeOther(suite or queries.first_path(request.actor))


def _browser(request: HttpRequest) -> str:
    return rules.browser_name(request.headers.get("User-Agent", ""))


def _store(request: HttpRequest) -> SessionStore:
    assert isinstance(request.session, SessionStore)  # noqa: S101  SESSION_ENGINE
    return request.session


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  behind a session
    return request.user
