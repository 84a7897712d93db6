"""Reading the terms of use: the version in force, the former ones, those to come, and who accepted which."""

import re
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from aplus.accounts.models import CguVersion, User
from aplus.core import clock

FIRST_TEXT = Path(__file__).resolve().parent.parent / "data" / "cgu.md"
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")


def in_force() -> CguVersion | None:
    """The version asked of everyone now; None when none was published."""
    return readable().first()


def readable() -> QuerySet[CguVersion]:
    """Those in force now or before, the newest first: anyone may read them."""
    return CguVersion.objects.filter(in_force_at__lte=clock.now()).order_by("-in_force_at")


def readable_version(version: str) -> CguVersion | None:
    """One of them; a version to come is read by administrateurs only."""
    return readable().filter(version=version).first() if VERSION.fullmatch(version) else None


def version_of(version: str) -> CguVersion | None:
    """Any version, of this name."""
    return CguVersion.objects.filter(version=version).first() if VERSION.fullmatch(version) else None


def text_of(row: CguVersion | None) -> str:
    """Its Markdown; the first version has the text that came with the product."""
    return (row.text if row is not None else "") or _first_text()


def all_versions() -> QuerySet[CguVersion]:
    """All of them, the newest first, each with `accepted`: how many people accepted it last."""
    accepting = User.objects.filter(cgu_version=OuterRef("version"), cgu_accepted_at__isnull=False)
    number = accepting.order_by().values("cgu_version").annotate(number=Count("pk")).values("number")
    accepted = Coalesce(Subquery(number, output_field=IntegerField()), 0)
    return CguVersion.objects.annotate(accepted=accepted).select_related("published_by").order_by("-in_force_at")


def is_in_force_at(row: CguVersion, now: datetime) -> bool:
    """Whether it is, or was: nothing of it changes any more."""
    return row.in_force_at <= now


@cache
def _first_text() -> str:
    return FIRST_TEXT.read_text(encoding="utf-8")
