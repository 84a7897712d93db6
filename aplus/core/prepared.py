"""Queries of the pages asked most: their SQL is compiled once per shape and process, only the values change.

Building SQL took Django longer than PostgreSQL takes to answer it: a third of a page (docs/mesures.md, decision 0025).
"""

import copy
from collections.abc import Collection, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Generic, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

M = TypeVar("M", bound=Model)


def stand_in(name: str) -> UUID:
    """An id that stands for a value in the query that is compiled, and is found nowhere else."""
    return uuid5(NAMESPACE_URL, name)


class Statement:
    """SQL made with stand-ins; each parameter equal to one is replaced by the value of the same name.

    `unused` names those that this statement may do without. Another that is not found is a ValueError: it was changed
    on its way, and would stay in place of the value.
    """

    def __init__(
        self, sql: str, parameters: Sequence[Any], stand_ins: Mapping[str, Any], unused: Collection[str] = ()
    ) -> None:
        self.sql = sql
        self._parameters = [_slot(each, stand_ins) for each in parameters]
        found = {each.name for each in self._parameters if isinstance(each, _Slot)}
        missing = stand_ins.keys() - found - set(unused)
        if missing:
            raise ValueError(f"not in the query: {sorted(missing)}")

    def parameters(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters for these values."""
        return [values[each.name] if isinstance(each, _Slot) else each for each in self._parameters]


class Prepared(Generic[M]):
    """A queryset made with stand-ins.

    What it decides in Python must be the same for every value: two shapes are two of these.
    """

    def __init__(
        self, queryset: "QuerySet[M, Any]", stand_ins: Mapping[str, Any], unused: Collection[str] = ()
    ) -> None:
        self._compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = self._compiler.as_sql()
        self._statement = Statement(sql, parameters, stand_ins, unused)
        columns = [each for each, _, _ in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(columns)

    def models(self, **values: Any) -> list[M]:
        """The objects, with what is selected with them and annotated."""
        query = SimpleNamespace(get_compiler=lambda **_: self._ready(values))
        source = SimpleNamespace(query=query, db=DEFAULT_DB_ALIAS, _known_related_objects={})
        return list(ModelIterable(source))  # type: ignore[arg-type]  # all that it reads of a queryset

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a `values_list` queryset."""
        compiler = self._ready(values)
        return list(compiler.results_iter(compiler.execute_sql(), tuple_expected=True))

    def _ready(self, values: Mapping[str, Any]) -> Any:
        """A compiler that has done its work, on the connection of this thread."""
        compiler: Any = copy.copy(self._compiler)
        compiler.connection = connection
        compiler.as_sql = lambda: (self._statement.sql, self._statement.parameters(values))
        compiler.get_converters = lambda _: self._converters
        return compiler


class _Slot:
    """The place of a value."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def _slot(parameter: Any, stand_ins: Mapping[str, Any]) -> Any:
    # Binary values come wrapped.
    value = getattr(parameter, "obj", parameter)
    for name, each in stand_ins.items():
        if isinstance(value, type(each)) and value == each:
            return _Slot(name)
    return parameter
