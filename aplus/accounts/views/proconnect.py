"""HTTP of ProConnect: go there by a link, come back identified. Without its settings these pages do not exist."""

import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse

from aplus.access.gate import ActorRequest, SeeOther, public
from aplus.accounts import limits, proconnect
from aplus.accounts.opening import go_in
from aplus.accounts.presenters import proconnect as presenters
from aplus.accounts.presenters.proconnect import Nowhere
from aplus.accounts.proconnect import Identity, NotBelieved, Silent
from aplus.accounts.queries import actors as queries
from aplus.accounts.rules import entering as rules
from aplus.accounts.services import proconnect as services
from aplus.accounts.sessions import SessionStore
from aplus.core.errors import TooMany
from aplus.ui import views as ui

MEANS = "proconnect"
LONGEST = 2000
RETRY_AFTER_SECONDS = 60

logger = logging.getLogger(__name__)


def _only_when_configured(view: Callable[[ActorRequest], HttpResponse]) -> Callable[[ActorRequest], HttpResponse]:
    """404 to everything without ProConnect; then GET only, whose answer is the browser's own; tries are counted."""

    @wraps(view)
    def guarded(request: ActorRequest) -> HttpResponse:
        if not proconnect.is_configured():
            raise Http404
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        try:
            limits.take_from_network(request)
            return view(request)
        except TooMany as limit:
            return ui.too_many(request, limit.retry_after)
        except Silent as why:
            logger.warning("proconnect silent", extra={"why": str(why)})
            response = _nowhere(request, presenters.SILENT)
            response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
            return response

    return guarded


@public(reason="people without a session must reach it")
@_only_when_configured
def start(request: ActorRequest) -> HttpResponse:
    """Lead to ProConnect, with a request that only this browser may bring back."""
    suite = rules.local_path(request.GET.get("suite", ""))
    if request.actor.is_signed_in:
        return SeeOther(suite or queries.first_path(request.actor))
    begun = proconnect.begin(_return_url())
    services.keep(_store(request), begun, suite)
    return SeeOther(begun.url)


@public(reason="ProConnect leads people back here; what it says is verified")
@_only_when_configured
def come_back(request: ActorRequest) -> HttpResponse:
    """Verify who this is, and open the session of their account, if they have one."""
    said = {name: request.GET.get(name, "")[:LONGEST] for name in ("state", "code", "error", "iss")}
    kept = services.take(_store(request), said["state"])
    if kept is None:
        return _nowhere(request, presenters.OVER)
    if said["error"] or not said["code"]:
        return _nowhere(request, presenters.CANCELLED)
    try:
        identity = proconnect.identify(
            said["code"], nonce=kept.nonce, verifier=kept.verifier, return_url=_return_url(), issuer=said["iss"]
        )
    except NotBelieved as why:
        logger.warning("proconnect refused", extra={"why": str(why)})
        return _nowhere(request, presenters.NOT_BELIEVED)
    return _enter(request, identity, kept.suite)


def _enter(request: ActorRequest, identity: Identity, suite: str) -> HttpResponse:
    # To leave ProConnect as well when leaving: on this side only, never in the browser.
    remembers = {services.ID_TOKEN: identity.id_token}
    with transaction.atomic():
        user = services.account_of(identity.email)
        if user is not None:
            return go_in(request, user, means=MEANS, suite=suite, remembers=remembers)
    request.session.update(remembers)
    return _nowhere(request, presenters.NO_ACCOUNT, identity.email)


def leaving_url(request: HttpRequest) -> str:
    """Where who came by ProConnect goes once signed out; '' for the others."""
    id_token = request.session.get(services.ID_TOKEN, "") if proconnect.is_configured() else ""
    return proconnect.leaving_url(id_token, f"{settings.BASE_URL}/") if id_token else ""


def _return_url() -> str:
    return settings.BASE_URL + reverse("accounts:proconnect_back")


def _nowhere(request: HttpRequest, page: Nowhere, email: str = "") -> HttpResponse:
    return render(request, "accounts/proconnect.html", {"page": page, "email": email}, status=page.status)


def _store(request: HttpRequest) -> SessionStore:
    assert isinstance(request.session, SessionStore)  # noqa: S101  SESSION_ENGINE
    return request.session
