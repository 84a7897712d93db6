"""The one end of every way in: a session, or half of one until the second factor is proved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aplus.access.gate import SeeOther
from aplus.accounts.models import User
from aplus.accounts.queries import actors as queries
from aplus.accounts.queries.factors import has_factor
from aplus.accounts.rules import entering as rules
from aplus.accounts.rules.factors import HALF_LASTS
from aplus.accounts.services import factors
from aplus.accounts.services.entering import note_entry
from aplus.accounts.sessions import SessionStore
from aplus.core import clock

BACKEND = "django.contrib.auth.backends.ModelBackend"
# Where a session without account keeps who has come half the way in.
HALF = "a-moitie-entre"


@dataclass(frozen=True)
class HalfOpen:
    """Somebody who proved the means of entering, and not the second factor yet."""

    user: User
    means: str
    suite: str
    is_shared_post: bool
    # What the session keeps of this entry.
    remembers: Mapping[str, str] = field(default_factory=dict)


def go_in(
    request: HttpRequest,
    user: User,
    *,
    means: str,
    suite: str,
    is_shared_post: bool = False,
    factor_proved: bool = False,
    remembers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Open this person's session, with its line, and lead to `suite`, a path of this site, or to their first page.

    Who has a second factor gets half a session, in which nothing is open but the page that asks for it, unless
    `factor_proved`: this very entry proved one. `means` is the journal's word; `remembers` what the session
    keeps on this side, under its own names. Whatever the browser held before is
    over. To be called in the transaction that uses up the means of entering.
    """
    half = HalfOpen(user, means, rules.local_path(suite), is_shared_post, remembers or {})
    with transaction.atomic():
        if factor_proved:
            return _enter(request, half, factor_at=clock.now())
        if settings.SECOND_FACTOR_ASKED and has_factor(user.pk):
            return _open_half(request, half)
        return _enter(request, half, factor_at=None)


def half_open(request: HttpRequest) -> HalfOpen | None:
    """Who has come half the way in with this browser; nobody once the account is closed or changed since."""
    store = _store(request)
    session = store.current()
    kept: dict[str, Any] | None = store.get(HALF) if session is not None and session.user_id is None else None
    if session is None or kept is None:
        return None
    user = User.objects.filter(pk=kept["compte"], is_active=True, email=kept["email"]).first()
    if user is None or user.get_session_auth_hash() != kept["empreinte"]:
        return None
    return HalfOpen(user, kept["moyen"], kept["suite"], session.is_shared_post, kept["retient"])


def finish(request: HttpRequest, half: HalfOpen, proof: factors.Proof) -> HttpResponse:
    """The second factor is proved: the session, under a new key. In the transaction that uses the proof up."""
    response = _enter(request, half, factor_at=clock.now())
    session = _store(request).row
    assert session is not None  # noqa: S101  just saved
    factors.note_proof(half.user.pk, session.id, proof)
    return response


def _enter(request: HttpRequest, half: HalfOpen, *, factor_at: datetime | None) -> HttpResponse:
    store = _store(request)
    browser = _browser(request)
    store.flush()
    store.describe(is_shared_post=half.is_shared_post, browser=browser, means=half.means, factor_at=factor_at)
    login(request, half.user, backend=BACKEND)
    store.update(dict(half.remembers))
    store.save()
    session = store.row
    assert session is not None  # noqa: S101  just saved
    note_entry(half.user, session.id, means=half.means, browser=browser)
    # `request.actor` is still whoever was signed in before.
    return SeeOther(half.suite or queries.first_path(queries.actor_for(half.user.pk)))


def _open_half(request: HttpRequest, half: HalfOpen) -> HttpResponse:
    store = _store(request)
    store.flush()
    store.describe(is_shared_post=half.is_shared_post, browser=_browser(request), means=half.means, lasts=HALF_LASTS)
    store[HALF] = {
        "compte": str(half.user.pk),
        "moyen": half.means,
        "suite": half.suite,
        # A password or an address changed meanwhile ends what was begun with the former ones.
        "email": half.user.email,
        "empreinte": half.user.get_session_auth_hash(),
        "retient": dict(half.remembers),
    }
    store.save()
    return SeeOther(reverse("accounts:second_factor"))


def _browser(request: HttpRequest) -> str:
    return rules.browser_name(request.headers.get("User-Agent", ""))


def _store(request: HttpRequest) -> SessionStore:
    assert isinstance(request.session, SessionStore)  # noqa: S101  SESSION_ENGINE
    return request.session
