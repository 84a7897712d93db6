"""The mixed day: people at their rhythm against the real web server, more and more of them, until it is too slow."""

import http.client
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings

from dev.bench.report import Figure
from dev.bench.visits import FORM, HIDDEN

SECONDS = 20
RATES = (25, 50, 75, 100, 125, 150)
SLOWEST_MS = 250.0
WANTED = 100
CLIENTS = 24
HOST = "127.0.0.1"
NAMED = re.compile(r'name="([^"]*)"[^>]*value="([^"]*)"')


@dataclass(frozen=True)
class Person:
    """A session's cookie and the demandes to go through."""

    session: str
    demandes: list[UUID]


@dataclass
class Client:
    """One browser on a connection that stays open."""

    port: int
    person: Person
    csrf: str = ""
    etags: dict[str, str] = field(default_factory=dict)
    # The address and the body of a reply about to be sent.
    reply: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection(HOST, self.port, timeout=30)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request, whole."""
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.person.session}"
        if self.csrf:
            cookies += f"; {settings.CSRF_COOKIE_NAME}={self.csrf}"
        told = {"Cookie": cookies, **headers}
        if body:
            told["Content-Type"] = "application/x-www-form-urlencoded"
        self._line.request(method, path, body or None, told)
        response = self._line.getresponse()
        content = response.read()
        for cookie in response.headers.get_all("Set-Cookie", []):
            if cookie.startswith(f"{settings.CSRF_COOKIE_NAME}="):
                self.csrf = cookie.split("=", 1)[1].split(";")[0]
        return response.status, dict(response.headers), content


@dataclass
class Day:
    """One rate for some seconds; each request starts at its time, however late the others are."""

    port: int
    people: list[Person]
    rate: int
    seconds: int = SECONDS
    times: list[float] = field(default_factory=list)
    failures: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0
        self._rng = random.Random(self.rate)  # noqa: S311  the same day each time

    def run(self) -> None:
        """Return when the last request is answered."""
        self._start = time.perf_counter() + 0.5
        crowd = [self.people[number % len(self.people)] for number in range(CLIENTS)]
        threads = [threading.Thread(target=self._live, args=(Client(self.port, person),)) for person in crowd]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _live(self, client: Client) -> None:
        while True:
            with self._lock:
                number, self._next = self._next, self._next + 1
                act, demande = self._rng.random(), self._rng.choice(client.person.demandes)
            due = self._start + number / self.rate
            if due > self._start + self.seconds:
                return
            time.sleep(max(0.0, due - time.perf_counter()))
            self._one(act, client, f"/demandes/{demande}/", due)

    def _one(self, act: float, client: Client, path: str, due: float) -> None:
        """Seventy in a hundred read a list or a demande, twenty poll, ten write."""
        ways: list[tuple[float, Callable[[], int]]] = [
            (0.30, lambda: client.ask("GET", "/demandes/")[0]),
            (0.70, lambda: _read(client, path)),
            (0.90, lambda: _poll(client, path)),
            (1.00, lambda: _write(client, path)),
        ]
        try:
            status = next(way for limit, way in ways if act < limit)()
        except (OSError, http.client.HTTPException):
            status = 0
        elapsed = (time.perf_counter() - due) * 1000
        with self._lock:
            self.times.append(elapsed)
            self.failures += status not in {200, 303, 304, 409}

    @property
    def p95(self) -> float:
        """The 95th percentile, in milliseconds, waiting included."""
        ordered = sorted(self.times)
        return ordered[len(ordered) * 95 // 100] if ordered else 0.0


def _read(client: Client, path: str) -> int:
    status, _, body = client.ask("GET", path)
    fields = hidden_fields(body.decode(), f"{path}messages/")
    if fields:
        client.reply = (f"{path}messages/", urlencode([*fields, ("message", "Bien reçu, merci.")]))
    return status


def _poll(client: Client, path: str) -> int:
    known = {"If-None-Match": client.etags[path]} if client.etags.get(path) else {}
    status, headers, _ = client.ask("GET", f"{path}suite/", **known)
    client.etags[path] = headers.get("ETag", "")
    return status


def _write(client: Client, path: str) -> int:
    """Send the reply whose page was read before; without one, read the page: a read like another."""
    if not client.reply:
        return _read(client, path)
    (address, body), client.reply = client.reply, None
    return client.ask("POST", address, body)[0]


def hidden_fields(page: str, action: str) -> list[tuple[str, str]]:
    """The hidden fields of the form that posts to this path."""
    for form in FORM.finditer(page):
        if unescape(form["action"]) == action:
            return [
                (name, unescape(value)) for tag in HIDDEN.findall(form["inside"]) for name, value in NAMED.findall(tag)
            ]
    return []


def measure(port: int, people: list[Person], say: Callable[[str], None]) -> list[Figure]:
    """The highest rate whose 95th percentile stays below the limit, and what each rate gave."""
    Day(port, people, rate=10, seconds=5).run()
    best, figures = 0, []
    for rate in RATES:
        day = Day(port, people, rate)
        day.run()
        say(f"  {rate} requests/s: p95 {day.p95:.0f} ms, {day.failures} failures of {len(day.times)}")
        figures.append(Figure(f"mixed day at {rate} requests/s, p95", round(day.p95, 1), "ms"))
        if day.failures:
            figures.append(Figure(f"mixed day at {rate} requests/s, failures", day.failures, "", 0))
        if day.p95 >= SLOWEST_MS:
            break
        best = rate
    return [Figure("mixed day, p95 < 250 ms up to", best, "requests/s", WANTED, is_at_least=True), *figures]
