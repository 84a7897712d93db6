"""Reading what the tables name: the newest rows for the page, all of them for the file, and the counts."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject

from aplus.accounts.models import User
from aplus.gestion.queries.my_data.told import COUNTS, SECTIONS, Counted, Section

LATEST = 20
CHUNK = 1000


def latest(user_id: UUID) -> tuple[dict[str, list[dict[str, Any]]], dict[str, int]]:
    """The newest rows of each section (one more than `LATEST` when there are others), and the counts: one query."""
    sections = {f"section_{rank}": _newest(section) for rank, section in enumerate(SECTIONS)}
    counts = {f"count_{rank}": _number(counted) for rank, counted in enumerate(COUNTS)}
    row: Any = User.objects.filter(pk=user_id).annotate(**sections, **counts).values(*sections, *counts).get()
    shown = {section.title: row[f"section_{rank}"] for rank, section in enumerate(SECTIONS)}
    return shown, {counted.title: row[f"count_{rank}"] for rank, counted in enumerate(COUNTS)}


def every(section: Section, user_id: UUID) -> Iterator[dict[str, Any]]:
    """All the rows of a section, a thousand at a time."""
    whose = User.objects.values_list("email", flat=True).get(pk=user_id) if section.of == "email" else user_id
    rows = section.rows(whose).order_by("pk")
    paths = section.fields.values()
    found = list(rows.values_list("pk", *paths)[:CHUNK])
    while found:
        yield from (dict(zip(section.fields, row[1:], strict=True)) for row in found)
        found = list(rows.filter(pk__gt=found[-1][0]).values_list("pk", *paths)[:CHUNK])


def counts(user_id: UUID) -> dict[str, int]:
    """The counts alone: one query."""
    numbers = {f"count_{rank}": _number(counted) for rank, counted in enumerate(COUNTS)}
    row: Any = User.objects.filter(pk=user_id).annotate(**numbers).values(*numbers).get()
    return {counted.title: row[f"count_{rank}"] for rank, counted in enumerate(COUNTS)}


def _newest(section: Section) -> ArraySubquery:
    told = JSONObject(**{f"f{rank}": F(path) for rank, path in enumerate(section.fields.values())})
    rows = section.rows(OuterRef(section.of)).order_by(F(section.newest).desc(nulls_last=True))
    return ArraySubquery(rows.values(told=told)[: LATEST + 1])


def _number(counted: Counted) -> Coalesce:
    rows = counted.model._default_manager.filter(**{counted.about: OuterRef("pk")}).order_by()  # noqa: SLF001  the same
    return Coalesce(Subquery(rows.values(counted.about).annotate(number=Count("*")).values("number")), 0)
