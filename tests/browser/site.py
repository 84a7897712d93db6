"""The product as ./run serves it, on a database of its own: web server, worker, mails as files."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from dev.launcher import serve
from dev.launcher.processes import end, python

ROOT = Path(__file__).resolve().parents[2]
# Mails are there within 5 s of the act (contract.md §6); a busy machine is given more.
PATIENCE = 30.0


@dataclass(frozen=True)
class Letter:
    """One mail, as a person's mail reader shows it."""

    event: str
    number: str
    text: str
    links: tuple[str, ...]


@dataclass
class Site:
    """Where the product answers, and where its mails are."""

    url: str
    mails: Path
    database: str
    # The session cookies of who has signed in, for their next browsers.
    entries: dict[str, list[Any]] = field(default_factory=dict)
    _read: set[Path] = field(default_factory=set)

    def let_time_pass(self) -> None:
        """The tries counted so far are of long ago: tests share people, whom limits would soon keep out."""
        with psycopg.connect(self.database) as connection:
            connection.execute("DELETE FROM accounts_attempt")

    def letter(self, email: str, event: str, about: str = "") -> Letter:
        """The oldest mail of this event, leading to `about`, that this person has not read yet; waits for it."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            for path in sorted(set(self.mails.glob("*.eml")) - self._read):
                message = message_from_bytes(path.read_bytes(), policy=policy.default)
                if (message["To"], message["X-Aplus-Evenement"]) != (email, event):
                    continue
                letter = self._open(message)
                if letter.links[0].endswith(about):
                    self._read.add(path)
                    return letter
            time.sleep(0.05)
        raise AssertionError(
            f"no mail « {event} » for {email} among {sorted(path.name for path in self.mails.iterdir())}"
        )

    def _open(self, message: object) -> Letter:
        assert message["Auto-Submitted"] == "auto-generated"
        text = message.get_body(["plain"]).get_content()
        links = tuple(line for line in text.splitlines() if line.startswith(self.url))
        html = message.get_body(["html"]).get_content()
        assert links, "a mail leads somewhere"
        assert set(re.findall(r'href="(http[^"]+)"', html)) == set(links)
        return Letter(message["X-Aplus-Evenement"], message["X-Aplus-Demande"] or "", text, links)


@contextmanager
def serving(var: Path, database_url: str) -> Iterator[Site]:
    """The product, from an empty database to its end."""
    with throw_away_database(database_url) as database, closing(serve.reserve(0)) as listener:
        for name in ("mails", "fichiers", "static"):
            (var / name).mkdir()
        port = listener.getsockname()[1]
        url = f"http://{serve.HOST}:{port}"
        told = {**serve.environment(var, port, database), "APLUS_BASE_URL": url}
        subprocess.run(python("-m", "tests.browser.prepare"), cwd=ROOT, env=told, check=True)
        children = [serve.start_worker(told), serve.start_web(told, listener)]
        try:
            wait(lambda: serve.is_up(port))
            yield Site(url, var / "mails", database)
        finally:
            for child in children:
                child.terminate()
            for child in children:
                end(child, 15, 10)


def wait(ready: Callable[[], bool]) -> None:
    """Until it is so."""
    limit = time.monotonic() + serve.FIRST_ANSWER_SECONDS
    while not ready():
        assert time.monotonic() < limit, "the site does not answer"
        time.sleep(0.1)


@contextmanager
def throw_away_database(url: str) -> Iterator[str]:
    """An empty database beside the given one, for as long as it is needed."""
    parts = urlsplit(url)
    name = f"browser_{os.getpid()}"
    beside = sql.Identifier(name)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(beside))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(beside))
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(beside))
