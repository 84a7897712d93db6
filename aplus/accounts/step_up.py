"""A second factor proved lately: what role changes and exports ask, beside @access, of whoever has a factor."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from aplus.access.gate import SeeOther
from aplus.accounts.rules import entering
from aplus.accounts.rules import factors as rules
from aplus.accounts.sessions import SessionStore
from aplus.core import clock

ADDRESS = "/connexion/second-facteur/"
SAFE = frozenset({"GET", "HEAD"})
V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def fresh_factor(view: V) -> V:
    """Put under @access: who has a second factor, proved more than two hours ago, is led to prove it again.

    Then back to this page, by GET. Reading asks a little earlier than sending, so that a form that was opened can be
    sent; what is sent all the same leads back to the page of its form. Nothing for who has no factor.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **arguments: Any) -> HttpResponseBase:
        within = rules.FORM_FRESH_FOR if request.method in SAFE else rules.FRESH_FOR
        if is_to_be_proved(request, within=within):
            return SeeOther(f"{ADDRESS}?{urlencode({'suite': page_of(request)})}")
        return view(request, *args, **arguments)

    return cast("V", asked)


def is_to_be_proved(request: HttpRequest, *, within: Any = rules.FRESH_FOR) -> bool:
    """Whether the person of this session has a factor and did not prove it so lately."""
    store = request.session
    assert isinstance(store, SessionStore)  # noqa: S101  SESSION_ENGINE
    session = store.current()
    if session is None or not settings.SECOND_FACTOR_ASKED or not cast("Any", session).has_factor:
        return False
    return not rules.is_fresh(session.factor_at, clock.now(), within)


def page_of(request: HttpRequest) -> str:
    """The page to come back to by GET: this one, or the one whose form was sent when the browser says which."""
    if request.method in SAFE:
        return request.get_full_path()
    form = urlsplit(request.headers.get("Referer", ""))
    path = f"{form.path}?{form.query}" if form.query else form.path
    is_ours = form.netloc == request.get_host()
    return (is_ours and entering.local_path(path)) or request.get_full_path()
