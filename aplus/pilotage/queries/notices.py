"""Banners by when they are shown, and the closing of the site."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from aplus.core import clock
from aplus.ui.models import Banner, Maintenance

PAST_SHOWN = 50


@dataclass(frozen=True)
class Banners:
    """Those of the list, by when they are shown; of the past ones, the last."""

    shown: list[Banner]
    to_come: list[Banner]
    past: list[Banner]


def banners() -> Banners:
    """All of them, as of now."""
    now = clock.now()
    lasting = Q(until_at=None) | Q(until_at__gt=now)
    past = list(Banner.objects.filter(until_at__lte=now).order_by("-until_at", "id")[:PAST_SHOWN])
    rows = list(Banner.objects.filter(lasting))
    return Banners(
        shown=[row for row in rows if row.from_at <= now],
        to_come=[row for row in rows if row.from_at > now],
        past=past,
    )


def banner(banner_id: UUID) -> Banner | None:
    """One of them."""
    return Banner.objects.filter(pk=banner_id).first()


def is_over(row: Banner, now: datetime) -> bool:
    """Whether it is shown no more."""
    return row.until_at is not None and row.until_at <= now


def maintenance() -> Maintenance:
    """The closing of the site; open as long as nobody closed it."""
    return Maintenance.objects.filter(pk=Maintenance.ROW).first() or Maintenance()
