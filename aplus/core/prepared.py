"""Queries asked at every request: their SQL is compiled once per process, only the values change.

Building the SQL of the session's query took Django longer than PostgreSQL takes to answer it (docs/mesures.md).
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Row = dict[str, Any]


class Prepared:
    """The first row of a `values()` queryset, made by `make(**stand_ins)`.

    `stand_ins` are values of the right types, found nowhere else in the query: each parameter equal to one of them
    is replaced by the value of the same name. `make` must not decide anything by its arguments.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], stand_ins: Mapping[str, Any]) -> None:
        self._make, self._stand_ins = make, dict(stand_ins)
        self._compiled: tuple[str, list[Any], list[str]] | None = None

    def first(self, **values: Any) -> Row | None:
        """The row, as the database driver reads it (JSON as text); None when there is none."""
        sql, parameters, names = self._compiled or self._compile()
        given = [values[each.name] if isinstance(each, _Slot) else each for each in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            row = cursor.fetchone()
        return dict(zip(names, row, strict=True)) if row is not None else None

    def _compile(self) -> tuple[str, list[Any], list[str]]:
        query = self._make(**self._stand_ins)[:1].query
        sql, parameters = query.sql_with_params()
        slots = [self._slot(each) for each in parameters]
        found = {each.name for each in slots if isinstance(each, _Slot)}
        if found != self._stand_ins.keys():
            raise ValueError(f"not in the query: {sorted(self._stand_ins.keys() - found)}")
        names = [*query.extra_select, *query.values_select, *query.annotation_select]
        self._compiled = sql, slots, names
        return self._compiled

    def _slot(self, parameter: Any) -> Any:
        # Binary values come wrapped.
        value = getattr(parameter, "obj", parameter)
        for name, stand_in in self._stand_ins.items():
            if type(value) is type(stand_in) and value == stand_in:
                return _Slot(name)
        return parameter


class _Slot:
    """The place of a value."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name
