"""Pages of things sorted by name. The place in a list is the id of its last row: an address names nobody."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

PAGE_SIZE = 50

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the id after which the next ones begin (None on the last page)."""

    rows: list[Row]
    following: UUID | None


def page(rows: "QuerySet[Row, Any]", after: UUID | None, size: int = PAGE_SIZE) -> "Page[Row]":
    """The rows after this one, by name; from the beginning when it is not among them."""
    if after is not None:
        name = rows.filter(pk=after).order_by().values_list("sort_key", flat=True).first()
        if name is not None:
            rows = rows.filter(TupleGreaterThan(Tuple(F("sort_key"), F("pk")), (name, after)))
    found = list(rows.order_by("sort_key", "pk")[: size + 1])
    return Page(found[:size], found[size - 1].pk if len(found) > size else None)
