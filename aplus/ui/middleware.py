"""What surrounds every answer: request line in the logs, security headers, compression, size limit, database gone."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from aplus.ui import views

Answer = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'{elsewhere}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
FEATURES = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
    *("payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
# Passkeys, on our own pages only.
OWN_FEATURES = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join(
    [*(f"{feature}=()" for feature in FEATURES), *(f"{feature}=(self)" for feature in OWN_FEATURES)]
)
HEADERS = {
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
COMPRESSIBLE = re.compile(r"text/|application/(json|javascript|manifest\+json)|image/svg\+xml")
KNOWN_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
DRAIN_CHUNK = 64 * 1024
# A browser reads the answer only once it has sent its body: what is a little too large is swallowed, not kept.
DRAIN_LIMIT_FACTOR = 5


def content_security_policy() -> str:
    """The policy of every page: forms stay here; signing out also goes through ProConnect, when there is one."""
    issuer = urlsplit(settings.PROCONNECT_ISSUER)
    return CONTENT_SECURITY_POLICY.format(elsewhere=f" {issuer.scheme}://{issuer.netloc}" if issuer.scheme else "")


class RequestLogMiddleware:
    """One line per request: which route answered, how, how long. Never the path, the query or who asked."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.log = structlog.get_logger("aplus.request")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the request an id, and write its line once answered."""
        request_id = uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # read by the error pages
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            match = request.resolver_match
            self.log.info(
                "request",
                method=request.method if request.method in KNOWN_METHODS else "other",
                route=match.view_name if match else "",
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        response.headers["X-Request-Id"] = request_id
        return response


class SecurityHeadersMiddleware:
    """The headers of privacy-and-security.md §3 that Django does not set; a view's own value wins."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add what is missing."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", content_security_policy())
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Text only: a sealed or already compressed file goes as it is."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress what compresses."""
        if not COMPRESSIBLE.match(response.headers.get("Content-Type", "")):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed


class BodyLimitMiddleware:
    """Refuse a body over MAX_BODY_BYTES from its announced length, before anything parses or stores it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """413 when too large, 411 when the length is not announced (no browser does that)."""
        length = str(request.META.get("CONTENT_LENGTH") or "")
        if request.META.get("HTTP_TRANSFER_ENCODING") and not length:
            return views.length_required(request)
        if length.isascii() and length.isdigit() and int(length) > settings.MAX_BODY_BYTES:
            self._swallow(request, min(int(length), DRAIN_LIMIT_FACTOR * settings.MAX_BODY_BYTES))
            return views.too_large(request)
        return self.get_response(request)

    @staticmethod
    def _swallow(request: HttpRequest, limit: int) -> None:
        """Read and forget; a sender that hangs up gets no answer anyway."""
        stream = request.META["wsgi.input"]
        with suppress(OSError):
            while limit > 0 and (chunk := stream.read(min(DRAIN_CHUNK, limit))):
                limit -= len(chunk)


class UnavailableMiddleware:
    """The database does not answer: a plain 503, and the next request tries again.

    What the other middleware raise never comes up to here (Django answers at once with the 500 view): `views.broken`
    recognizes it there.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Nothing on the way in or out."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The view's exception, when it is the database's absence."""
        return views.unavailable(request) if isinstance(exception, OperationalError | InterfaceError) else None
