"""Events by day, newest first, as the page of notifications shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.utils.timezone import localdate

from aplus.gestion.queries.bell import is_unread
from aplus.notifications.bell import Said
from aplus.notifications.models import Notification
from aplus.ui.dates import day_label


@dataclass(frozen=True)
class Event:
    """One event: « Inès Caron (CAF du Val-d’Oise) a pris la demande en charge. »"""

    said: Said
    at: datetime
    is_unread: bool


@dataclass(frozen=True)
class Day:
    """The events of one day: « Aujourd’hui, 3 mars 2026 »."""

    label: str
    events: list[Event]


def days(lines: Sequence[Notification], said: Mapping[UUID, Said], now: datetime) -> list[Day]:
    """Only what is said: a line without words is one that this person has no right to any more."""
    events = [Event(said[line.pk], line.at, is_unread(line)) for line in lines if line.pk in said]
    today = localdate(now)
    return [Day(_label(day, today), list(some)) for day, some in groupby(events, key=lambda event: localdate(event.at))]


def seen(lines: Sequence[Notification], said: Mapping[UUID, Said]) -> list[UUID]:
    """Read by being shown: what leads to no demande, and what is said no more."""
    return [line.pk for line in lines if is_unread(line) and not (line.pk in said and said[line.pk].is_of_demande)]


def _label(day: date, today: date) -> str:
    near = {today: "Aujourd’hui", today - timedelta(days=1): "Hier"}.get(day)
    return f"{near}, {day_label(day)}" if near else day_label(day).capitalize()
