"""The demo's mails read back from their folder, newest first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path

from django.conf import settings

PER_PAGE = 50
# What FileBackend writes, and nothing else: no name can lead out of the folder.
NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{38}")


@dataclass(frozen=True)
class Letter:
    """One mail; `links` are (label, address) in order."""

    name: str
    at: datetime
    to: str
    subject: str
    event: str
    text: str
    links: tuple[tuple[str, str], ...]


def letter(name: str) -> Letter | None:
    """The mail of that name, without its extension."""
    if not NAME.fullmatch(name):
        return None
    path = Path(settings.MAIL_DIR) / f"{name}.eml"
    return _read(path) if path.is_file() else None


def letters(*, to: str = "", before: str = "") -> tuple[list[Letter], bool]:
    """One page, newest first: of one recipient when `to` is given, older than `before`; and whether more follow."""
    found = (
        one for one in _all() if (not to or one.to.casefold() == to.casefold()) and (not before or one.name < before)
    )
    page = list(islice(found, PER_PAGE + 1))
    return page[:PER_PAGE], len(page) > PER_PAGE


def recipients() -> list[str]:
    """Everyone who has mail."""
    return sorted({one.to for one in _all()})


def _all() -> Iterator[Letter]:
    folder = Path(settings.MAIL_DIR)
    names = (path.stem for path in folder.glob("*.eml")) if folder.is_dir() else ()
    for name in sorted(names, reverse=True):
        if (one := letter(name)) is not None:
            yield one


# A mail never changes once it has its name.
@lru_cache(maxsize=4096)
def _read(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(["plain"])
    text = body.get_content() if body is not None else ""
    return Letter(
        name=path.stem,
        at=datetime.strptime(path.stem.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        event=str(message["X-Aplus-Evenement"]),
        text=text,
        links=tuple(_links(text)),
    )


def _links(text: str) -> Iterator[tuple[str, str]]:
    """Each link is alone on its line, under its label."""
    lines = text.splitlines()
    for above, line in pairwise(lines):
        if line.startswith(f"{settings.BASE_URL}/"):
            yield above.removesuffix("\u00a0:"), line
