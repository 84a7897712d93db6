"""What the page about one's own security says: sessions and entries in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from aplus.accounts.models import Session
from aplus.accounts.rules.entering import UNKNOWN_BROWSER
from aplus.journal.models import JournalLine
from aplus.ui.dates import moment_label

MEANS = {
    "lien": "par un lien reçu par e-mail",
    "mot-de-passe": "par mot de passe",
    "cle": "par une clé d’accès",
    "proconnect": "par ProConnect",
    "invitation": "par une invitation",
}


@dataclass(frozen=True)
class SessionLine:
    """« Firefox sous Windows, depuis le 3 mars à 9 h 05, par mot de passe »."""

    id: UUID
    browser: str
    since: str
    since_at: datetime
    last_use_at: datetime
    means: str
    is_shared_post: bool
    is_this_one: bool


@dataclass(frozen=True)
class EntryLine:
    """« 3 mars à 9 h 05 : Firefox sous Windows, par mot de passe »."""

    at: datetime
    browser: str
    means: str


def session_lines(sessions: Iterable[Session], current: UUID | None) -> list[SessionLine]:
    """The sessions as their owner reads them; the one in use first."""
    lines = [
        SessionLine(
            id=session.id,
            browser=_capital(session.browser or UNKNOWN_BROWSER),
            since=moment_label(session.created_at, settings.TIME_ZONE),
            since_at=session.created_at,
            last_use_at=session.last_seen_at,
            means=MEANS.get(session.means, ""),
            is_shared_post=session.is_shared_post,
            is_this_one=session.id == current,
        )
        for session in sessions
    ]
    return sorted(lines, key=lambda line: not line.is_this_one)


def entry_lines(entries: Iterable[JournalLine]) -> list[EntryLine]:
    """The last entries, from the lines of the journal."""
    return [
        EntryLine(
            at=line.at,
            browser=_capital(str(line.codes.get("navigateur") or UNKNOWN_BROWSER)),
            means=MEANS.get(str(line.codes.get("moyen", "")), ""),
        )
        for line in entries
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
