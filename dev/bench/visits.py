"""A signed-in person in front of the application itself: no network, only the time that the server takes."""

import gzip
import io
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler

from aplus.accounts.models import User
from aplus.accounts.sessions import SessionStore

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
FORM = re.compile(r'<form[^>]*action="(?P<action>[^"]*)"[^>]*>(?P<inside>.*?)</form>', re.DOTALL)
ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """What came back, and in how many milliseconds."""

    status: int
    headers: dict[str, str]
    body: bytes
    ms: float

    @property
    def clear(self) -> bytes:
        """The body, as it was before it was compressed."""
        return gzip.decompress(self.body) if self.headers.get("Content-Encoding") == "gzip" else self.body

    def hidden(self, action: str) -> dict[str, str]:
        """The hidden fields of the form that posts to this path."""
        for form in FORM.finditer(self.clear.decode()):
            if urlsplit(unescape(form["action"])).path == action:
                found = (dict(ATTRIBUTE.findall(field)) for field in HIDDEN.findall(form["inside"]))
                return {each["name"]: unescape(each.get("value", "")) for each in found if "name" in each}
        raise LookupError(f"no form posts to {action}")


def open_session(user_id: UUID) -> str:
    """A session of this person, without the mail; the cookie's value."""
    user = User.objects.get(pk=user_id)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.describe(is_shared_post=False, browser="Mesures")
    store.save()
    return store.session_key or ""


@dataclass
class Visitor:
    """One browser."""

    handler: WSGIHandler
    session: str
    csrf: str = ""

    def get(self, path: str, **headers: str) -> Answer:
        """Fetch a page."""
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, fields: Iterable[tuple[str, str]]) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode(list(fields)).encode(), {})

    def stream(self, path: str) -> Iterator[bytes]:
        """Fetch a page chunk by chunk, as it is, keeping none."""
        answer, _ = self._start("GET", path, b"", {"accept_encoding": "identity"})
        yield from answer
        answer.close()

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        started = time.perf_counter()
        answer, told = self._start(method, path, body, headers)
        content = b"".join(answer)
        elapsed = (time.perf_counter() - started) * 1000
        answer.close()
        for name, value in told["headers"]:
            if name == "Set-Cookie" and value.strip().startswith(f"{settings.CSRF_COOKIE_NAME}="):
                self.csrf = value.split("=", 1)[1].split(";")[0]
        return Answer(told["status"], dict(told["headers"]), content, elapsed)

    def _start(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[Any, dict[str, Any]]:
        parts = urlsplit(path)
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}"
        if self.csrf:
            cookies += f"; {settings.CSRF_COOKIE_NAME}={self.csrf}"
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_COOKIE": cookies,
            "HTTP_ACCEPT_ENCODING": "gzip",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        told: dict[str, Any] = {}

        def start(status: str, fields: list[tuple[str, str]], _info: Any = None) -> Any:
            told["status"] = int(status.split(maxsplit=1)[0])
            told["headers"] = fields

        return self.handler(environ, start), told
