"""What stands above every page, and whether the site is closed: read with the session, else by one small query."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest

from aplus.core import clock
from aplus.ui.models import Banner, BannerKind, Maintenance


@dataclass(frozen=True, slots=True)
class Shown:
    """A banner as pages show it."""

    kind: str
    title: str
    text: str

    @property
    def is_alert(self) -> bool:
        """Whether it presses."""
        return self.kind == BannerKind.ALERT


@dataclass(frozen=True, slots=True)
class Closing:
    """The site is closed: why, and until when if it is known."""

    message: str
    until_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notices:
    """All that is said at this moment to one reader."""

    banners: tuple[Shown, ...] = ()
    closing: Closing | None = None


SILENCE = Notices()
CLOSING = "closing"
ATTRIBUTE = "aplus_notices"
FOR_EVERYONE = """
SELECT %(closing)s, message, '', until_at, NULL::timestamptz AS from_at, NULL::uuid AS id
  FROM ui_maintenance WHERE is_on
UNION ALL
SELECT kind, title, text, NULL, from_at, id
  FROM ui_banner WHERE is_public AND from_at <= %(now)s AND (until_at IS NULL OR until_at > %(now)s)
ORDER BY from_at, id
"""


def columns(now: datetime) -> dict[str, Any]:
    """What the session's query reads beside the session."""
    shown = Banner.objects.filter(Q(until_at=None) | Q(until_at__gt=now), from_at__lte=now)
    said = JSONObject(kind="kind", title="title", text="text", is_public="is_public")
    closing = Maintenance.objects.filter(is_on=True).values(said=JSONObject(message="message", until="until_at"))
    return {
        "notices_banners": ArraySubquery(shown.order_by("from_at", "id").values(said=said)),
        "notices_closing": Subquery(closing[:1]),
    }


def attach(request: HttpRequest, session: Any) -> None:
    """Say where `of` finds what this request's page shows: in the row of `columns`, else in the database."""
    source: Callable[[], Notices] = partial(_beside, session) if session is not None else for_everyone
    setattr(request, ATTRIBUTE, source)


def of(request: HttpRequest) -> Notices:
    """What is said to this reader, asked at most once; nothing on a request that failed before it was known."""
    found = getattr(request, ATTRIBUTE, SILENCE)
    if not isinstance(found, Notices):
        found = found()
        setattr(request, ATTRIBUTE, found)
    return found


def for_everyone() -> Notices:
    """What is said to people without a session; nothing when the database does not answer: public pages need none."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(FOR_EVERYONE, {"closing": CLOSING, "now": clock.now()})
            rows = cursor.fetchall()
    except (OperationalError, InterfaceError):
        return SILENCE
    closing = next((Closing(row[1], row[3]) for row in rows if row[0] == CLOSING), None)
    return Notices(tuple(Shown(*row[:3]) for row in rows if row[0] != CLOSING), closing)


def _beside(session: Any) -> Notices:
    """From a row that has the columns; a session without an account reads what is public."""
    banners = tuple(
        Shown(said["kind"], said["title"], said["text"])
        for said in session.notices_banners
        if said["is_public"] or session.user_id is not None
    )
    closing = session.notices_closing
    if closing is None:
        return Notices(banners)
    until = datetime.fromisoformat(closing["until"]) if closing["until"] else None
    return Notices(banners, Closing(closing["message"], until))
