"""A framework made stricter: unknown template variables fail, inline code in a page fails, no network."""

import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.client import ClientHandler

from tests import pages, personas
from tests.committed import forget_the_journal
from tests.once import once

# In a process that ran the browser, Playwright's loop stays open: Django would take every later test for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

APPEND_ONLY = ("transition",)
INLINE = re.compile(rb"<[^>]+\s(?:on[a-z]+|style)\s*=|<script(?![^>]*\ssrc=)[^>]*>|<style", re.IGNORECASE)


class UnknownVariable(str):
    """What Django puts in place of an unknown variable: here, a failure that names it."""

    def __contains__(self, _part: object) -> bool:
        return True

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"a template uses an unknown variable: {name}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long` adds the long series, run before a release."""
    parser.addoption("--long", action="store_true", help="run the long series too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long series out unless asked for."""
    if config.getoption("--long"):
        return
    kept = [item for item in items if item.get_closest_marker("long") is None]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.fixture(scope="session", autouse=True)
def _folders() -> None:
    """The folders a running product has."""
    for name in ("static", "fichiers", "mails"):
        (Path(settings.VAR_DIR) / name).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """The tests' database, which nobody uses any more when it is taken away: not a process that was killed either."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )


@pytest.fixture(autouse=True)
def _strict_templates() -> None:
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable("%s")


@pytest.fixture(autouse=True)
def _strict_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every HTML answer of a test client is free of inline scripts, styles and handlers (the CSP forbids them)."""
    handle = ClientHandler.__call__

    def checked(self: ClientHandler, environ: dict[str, Any]) -> Any:
        response = handle(self, environ)
        if "text/html" in response.headers.get("Content-Type", "") and not response.streaming:
            found = INLINE.search(response.content)
            assert found is None, f"inline code in {environ['PATH_INFO']}: {found.group(0)[:120]!r}"
            pages.keep(environ["PATH_INFO"], response)
        return response

    monkeypatch.setattr(ClientHandler, "__call__", checked)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves the machine."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> Any:
        host = address[0] if isinstance(address, tuple) else ""
        assert not host or host in {"127.0.0.1", "::1", "localhost"}, f"a test reaches for {host}"
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(autouse=True)
def _flush_append_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transactional tests empty every table afterwards: the owner lifts the append-only triggers for that moment."""
    teardown = TransactionTestCase._fixture_teardown

    def lifted(self: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            for table in APPEND_ONLY:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM procrastinate_jobs")
            cursor.execute("DELETE FROM secrets.secret")
        flush = connection.ops.sql_flush
        with monkeypatch.context() as patch:
            # The blind index is in a schema of its own, where Django does not look: it goes with the demandes.
            patch.setattr(connection.ops, "sql_flush", lambda *a, **k: flush(*a, **{**k, "allow_cascade": True}))
            teardown(self)
        with connection.cursor() as cursor:
            for table in APPEND_ONLY:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        forget_the_journal()

    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lifted)


@pytest.fixture
def world(db: None) -> personas.World:
    """The personas of product.md §2 with their groupes."""
    return once("world", personas.build)


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    """A client with a live session of this person."""

    def make(user: Any) -> Client:
        client = Client()
        personas.sign_in(client, user)
        return client

    return make
