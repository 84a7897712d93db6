"""Who asks: the session, the actor, the closed site, the pages that come first for who is not at home yet."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve, reverse

from aplus.access.gate import ActorRequest, SeeOther
from aplus.accounts.models import Session
from aplus.accounts.polling import Brings, columns_beside, is_polling
from aplus.accounts.queries import actors as queries
from aplus.accounts.rules.beginning import mark_of
from aplus.accounts.rules.factors import must_have_one
from aplus.accounts.services import beginning
from aplus.accounts.sessions import SessionStore
from aplus.policy import decisions
from aplus.policy.actor import NOBODY
from aplus.ui import context, notices
from aplus.ui import views as ui

# What answers without asking whose session it is: supervision, and the programs that prove themselves.
WITHOUT_SESSION = frozenset({"/etat", "/retours/mailjet/"})
PASSKEYS = "/moi/securite/cles/"
# What one must be able to read before accepting the CGU, and the ways out.
BEFORE_WELCOME = frozenset(
    {
        "/accessibilite/",
        "/cgu/",
        "/confidentialite/",
        "/deconnexion/",
        "/favicon.ico",
        "/mentions-legales/",
        "/robots.txt",
        "/securite/",
        "/.well-known/security.txt",
    }
)


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, with the engine of the settings: reads the cookie, saves what changed, sets or drops the cookie."""


class ActorMiddleware:
    """Set `request.user` and `request.actor` from the one query of the session; nobody without a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Say who asks; lead to what comes first; note that the session is in use, except by a timer."""
        request.user = AnonymousUser()
        request.actor = NOBODY  # type: ignore[attr-defined]  # see access.gate.ActorRequest
        if request.path in WITHOUT_SESSION:
            return self.get_response(request)
        store = request.session
        assert isinstance(store, SessionStore)  # noqa: S101  SESSION_ENGINE
        store.brings, store.has_bell = beside_session(request.path_info)
        session = store.current()
        if session is not None and session.user is not None:
            request.user = session.user
            request.actor = queries.actor_of(session)  # type: ignore[attr-defined]  # the same
            request.brought = session.brought  # type: ignore[attr-defined]  # the same
            context.attach_unread(request, partial(queries.unread_of, session))
        notices.attach(request, session)
        closing = None if stays_open(request.path) or _administers(request) else notices.of(request).closing
        if closing is not None:
            return ui.closed(request, closing)
        if session is not None and not queries.is_welcomed(session) and not may_come_before_welcome(request.path):
            return lead_to(reverse("accounts:welcome"), request)
        if session is not None and lacks_factor(request, session) and not may_come_before_factor(request.path):
            return lead_to(reverse("accounts:application"), request)
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and not is_polling(match.func):
            store.stamp()
            if session is not None and session.user is not None and is_shown(request, response):
                actor = cast("ActorRequest", request).actor
                beginning.note(session.user, actor, mark_of(match.view_name, match.kwargs))
        return response


def is_shown(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether a person has this page before them now."""
    return request.method == "GET" and response.status_code == HTTPStatus.OK


def beside_session(path: str) -> tuple[Brings | None, bool]:
    """What the view at this address wants of the session's query, and whether it is a page, with its bell."""
    try:
        match = resolve(path)
    except Resolver404:
        return None, True
    columns = columns_beside(match.func)
    return (columns, match.kwargs) if columns is not None else None, not is_polling(match.func)


def may_come_before_welcome(path: str) -> bool:
    """The welcome page itself, entering, leaving, writing to the team, what must be readable before."""
    own_address = reverse("accounts:change_address")
    return (
        path in BEFORE_WELCOME
        or path == reverse("accounts:welcome")
        # The mailed link of a change of address: its token is not to be carried along as a page to come back to.
        or (path.startswith(own_address) and path != own_address)
        or path.startswith(
            (
                "/aide/",
                "/cgu/",
                "/contact/",
                "/connexion/lien/",
                "/connexion/mot-de-passe/nouveau/",
                settings.STATIC_URL,
            )
        )
    )


def stays_open(path: str) -> bool:
    """During maintenance: the ways in and out, what says the law, what supervision asks."""
    ways_in = ("/cgu/", "/connexion/", settings.STATIC_URL, *(["/demo/"] if settings.DEMO else []))
    return path in BEFORE_WELCOME or path.startswith(ways_in)


def _administers(request: HttpRequest) -> bool:
    return decisions.may_administer(request.actor)  # type: ignore[attr-defined]  # see access.gate.ActorRequest


def lacks_factor(request: HttpRequest, session: Session) -> bool:
    """Whether this person must have a second factor and has none yet."""
    if session.user is None or not settings.SECOND_FACTOR_ASKED or cast("Any", session).has_factor:
        return False
    return must_have_one(cast("ActorRequest", request).actor)


def may_come_before_factor(path: str) -> bool:
    """Setting one up, what may come before the welcome page, and this page itself."""
    return may_come_before_welcome(path) or path.startswith((reverse("accounts:application"), PASSKEYS))


def lead_to(address: str, request: HttpRequest) -> SeeOther:
    """A page to be done with first, which leads back to the one asked for; what was posted has none to lead back to."""
    if request.method not in {"GET", "HEAD"}:
        return SeeOther(address)
    return SeeOther(f"{address}?{urlencode({'suite': request.get_full_path()})}")
