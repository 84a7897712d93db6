"""Keyset pages: in which order a list is read, and the opaque mark (`apres`) after which its next page begins."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Case, F, Model, Q, QuerySet, Value, When
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.lookups import IsNull

from aplus.demandes.rules.turns import MY_TURN, NOT_MY_TURN, URGENT_MY_TURN

_RANKS = {str(rank): rank for rank in (URGENT_MY_TURN, MY_TURN, NOT_MY_TURN)}
_LONGEST = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Row = TypeVar("Row", bound=Model)


def unguessed(condition: Q) -> Any:
    """The condition, in a form of which PostgreSQL guesses nothing but that nearly all rows have it.

    Guessing that few rows are left, it would gather them all and sort them; as it is, it walks the index that has the
    order of the list and stops at the end of the page.
    """
    return IsNull(Case(When(condition, then=Value(1))), False)  # noqa: FBT003  Django's own signature


@dataclass(frozen=True, slots=True)
class Mark:
    """The place of one row in one order; `rank` counts in the order by due date only."""

    sorting: str
    rank: int
    at: datetime
    row_id: UUID

    def to_text(self) -> str:
        """What the address holds; nobody has to read it."""
        text = f"{self.sorting}|{self.rank}|{(self.at - _EPOCH) // _MICROSECOND}|{self.row_id.hex}"
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> "Mark | None":
        """The mark an address holds; None for anything that is not one."""
        if not text or len(text) > _LONGEST:
            return None
        try:
            clear = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
            sorting, rank, microseconds, row_id = clear.split("|")
            return cls(sorting, _RANKS[rank], _EPOCH + int(microseconds) * _MICROSECOND, UUID(row_id))
        except (ValueError, KeyError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order: by rank then `column`, the earliest first; or by `column` alone, the latest first; then by id."""

    name: str
    column: str
    is_by_rank: bool = False
    id_column: str = "demande_id"

    def first(self, rows: QuerySet[Row, Any], after: Mark | None, number: int) -> QuerySet[Row, Any]:
        """The first rows past the mark: a range of the index that has this order."""
        if after is not None:
            rows = rows.filter(self._past(after))
        order = ("rank", self.column) if self.is_by_rank else (f"-{self.column}",)
        return rows.order_by(*order, self.id_column)[:number]

    def columns(self) -> tuple[str, ...]:
        """What `mark` takes of a row."""
        return (self.id_column, "rank", self.column) if self.is_by_rank else (self.id_column, self.column)

    def mark(self, row_id: UUID, *key: Any) -> Mark:
        """The place of a row read with `columns`."""
        rank, at = key if self.is_by_rank else (URGENT_MY_TURN, *key)
        return Mark(self.name, rank, at, row_id)

    def key(self, mark: Mark) -> tuple[Any, ...]:
        """By what marks are sorted in Python, as the database sorts the rows."""
        if self.is_by_rank:
            return (mark.rank, mark.at, mark.row_id)
        return ((_EPOCH - mark.at), mark.row_id)

    def start(self, mark: Mark | None) -> Mark | None:
        """The mark when it is one of this order, else none: the first page."""
        return mark if mark is not None and mark.sorting == self.name else None

    def _past(self, mark: Mark) -> Any:
        if self.is_by_rank:
            place = Tuple(F("rank"), F(self.column), F(self.id_column))
            return TupleGreaterThan(place, (mark.rank, mark.at, mark.row_id))
        # The first condition alone is a range of the index; the second cuts its first moment.
        past = Q(**{f"{self.column}__lt": mark.at}) | Q(**{f"{self.id_column}__gt": mark.row_id})
        return Q(**{f"{self.column}__lte": mark.at}) & Q(unguessed(past))
