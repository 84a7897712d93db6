"""Error pages and helpers of every app, health, robots, security.txt."""

import sys
import traceback
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from aplus.access.gate import public, sign_in_redirect
from aplus.core import clock
from aplus.ui import health
from aplus.ui.context import actor_of
from aplus.ui.notices import Closing

# Below these, the visitor is asked to sign in whether the page exists or not (product.md §5).
PRIVATE = (
    "demandes",
    "demandes.csv",
    "demandes.xlsx",
    "groupes",
    "moi",
    "pilotage",
    "fichiers",
    "mandats",
    "bienvenue",
)
# But for a mailed link, open to all: its token is not to be carried along as the page to come back to.
MAILED = "/moi/adresse/"
HEALTH_PATH = "/etat"
RETRY_AFTER_SECONDS = 30
CLOSED_SECONDS, CLOSED_AT_MOST_SECONDS = 60, 3600
CHUNK = 64 * 1024
SECURITY_TXT_VALIDITY = timedelta(days=180)
MINUTE, HOUR = 60, 3600


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent cannot be read."""
    return render(request, "ui/errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: visible, not allowed."""
    return render(request, "ui/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for what is hidden and what is absent; private sections ask nobody in particular to sign in."""
    return _sign_in_first(request) or render(request, "ui/errors/404.html", status=404)


def _sign_in_first(request: HttpRequest) -> HttpResponse | None:
    is_private = request.path.split("/")[1] in PRIVATE and not request.path.startswith(MAILED)
    return sign_in_redirect(request) if is_private and not actor_of(request).is_signed_in else None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is not one that this browser was given, or it is too old (or its session ended: sign in)."""
    return _sign_in_first(request) or render(request, "ui/errors/csrf.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """500, from a page that needs nothing; 503 when the cause is the database's absence."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return unavailable(request)
    # An exception's words may hold what a person typed: its kind and places are enough to find it.
    places = traceback.extract_tb(error.__traceback__) if error else []
    where = [f"{Path(place.filename).name}:{place.lineno} {place.name}" for place in places]
    structlog.get_logger("aplus.request").error("crash", error=type(error).__name__, where=where)
    return _plain(request, 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: come back in a moment; the health address keeps its own shape."""
    if request.path == HEALTH_PATH:
        return _health(health.check_without_database())
    response = _plain(request, 503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def closed(request: HttpRequest, closing: Closing) -> HttpResponse:
    """503: maintenance. What was sent is read and forgotten: a browser hears the answer only once it has sent all."""
    with suppress(OSError):
        while request.read(CHUNK):
            pass
    seconds = CLOSED_SECONDS
    if closing.until_at is not None:
        left = int((closing.until_at - clock.now()).total_seconds())
        seconds = min(max(left, CLOSED_SECONDS), CLOSED_AT_MOST_SECONDS)
    context = {
        "closing": closing,
        "is_known": closing.until_at is not None and closing.until_at > clock.now(),
        "was_sent": request.method not in {"GET", "HEAD"},
        "support_email": settings.SUPPORT_EMAIL,
    }
    response = HttpResponse(render_to_string("ui/errors/closed.html", context), status=503)
    response.headers["Retry-After"] = str(seconds)
    return response


def too_large(request: HttpRequest) -> HttpResponse:
    """413: the whole sending is over the limit."""
    return _plain(request, 413)


def length_required(request: HttpRequest) -> HttpResponse:
    """411: the sender does not say how much it sends."""
    return _plain(request, 411)


def _plain(request: HttpRequest, status: int) -> HttpResponse:
    """A page that needs neither session, nor database, nor menu."""
    context = {
        "reference": getattr(request, "request_id", ""),
        "support_email": settings.SUPPORT_EMAIL,
        "max_megabytes": settings.MAX_BODY_BYTES // 1024 // 1024,
    }
    return HttpResponse(render_to_string(f"ui/errors/{status}.html", context), status=status)


def waiting_time(seconds: int) -> str:
    """How long to wait, in words, never shorter than the truth."""
    if seconds < MINUTE:
        count, unit = max(seconds, 1), "seconde"
    elif seconds < HOUR:
        count, unit = -(-seconds // MINUTE), "minute"
    else:
        count, unit = -(-seconds // HOUR), "heure"
    return f"{count} {unit}{'s' if count > 1 else ''}"


def too_many(request: HttpRequest, retry_after: int) -> HttpResponse:
    """429: a limit is reached; the page says how long to wait."""
    response = render(request, "ui/errors/429.html", {"wait": waiting_time(retry_after)}, status=429)
    response.headers["Retry-After"] = str(max(retry_after, 1))
    return response


def gone(request: HttpRequest, message: str, url: str, label: str) -> HttpResponse:
    """410: what was here has ended; the message says why, the link goes on."""
    return render(request, "ui/errors/410.html", {"message": message, "url": url, "label": label}, status=410)


def conflict(request: HttpRequest, message: str, url: str) -> HttpResponse:
    """409 without anything typed to keep: who did what, and the way back."""
    return render(request, "ui/errors/409.html", {"message": message, "url": url}, status=409)


def _health(state: health.Health) -> HttpResponse:
    return JsonResponse(state.as_dict(), status=200 if state.is_good else 503)


@public(reason="supervision asks it without an account; it tells no secret")
@require_safe
def health_page(_request: HttpRequest) -> HttpResponse:
    """Health, in JSON."""
    return _health(health.check())


@public(reason="robots have no account")
@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """What robots may read: the public pages."""
    lines = [
        "User-agent: *",
        *(f"Disallow: /{section}" for section in PRIVATE),
        "Disallow: /connexion/",
        "Disallow: /inscription/",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@public(reason="whoever finds a flaw must know whom to tell (RFC 9116)")
@require_safe
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Whom to tell about a flaw."""
    expires = (clock.now() + SECURITY_TXT_VALIDITY).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{settings.SUPPORT_EMAIL}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
        f"Policy: {settings.BASE_URL}/securite/",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public(reason="browsers ask it on every page")
@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """The icon, for browsers that look for it at the root."""
    response = HttpResponseRedirect(static("dsfr/dist/favicon/favicon.ico"))
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
