"""What A+ knows about me, as a page reads it and as a file holds it."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.formats import date_format
from django.utils.timezone import localtime

from aplus.core import clock
from aplus.gestion.queries.my_data import reading, told

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*")
EMPTY = "-"
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Table:
    """A section: its columns, its lines, and whether the file has more of them."""

    title: str
    columns: list[str]
    lines: list[list[str]]
    has_more: bool

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The only line, with its columns: what there is once is read as facts, without what is empty."""
        return [(name, words) for name, words in zip(self.columns, self.lines[0], strict=True) if words != EMPTY]


def tables(found: dict[str, list[dict[str, Any]]]) -> list[Table]:
    """The sections that hold something."""
    return [
        Table(
            title=section.title,
            columns=list(section.fields),
            lines=[[_words(value) for value in row.values()] for row in found[section.title][: reading.LATEST]],
            has_more=len(found[section.title]) > reading.LATEST,
        )
        for section in told.SECTIONS
        if found[section.title]
    ]


def as_json(user_id: UUID) -> Iterator[str]:
    """One object, section by section, read as it leaves."""
    yield "{" + f"{_json('Fichier fait le')}: {_json(clock.now())}"
    for section in told.SECTIONS:
        yield f",\n{_json(section.title)}: ["
        yield from _separated(reading.every(section, user_id))
        yield "]"
    yield f",\n{_json('Nombres')}: {_json(reading.counts(user_id))}"
    left_out = {f"{table}.{field}": why for table, fields in told.LEFT_OUT.items() for field, why in fields.items()}
    yield f",\n{_json('Ce que ce fichier ne contient pas')}: {_json(left_out)}" + "}\n"


def _separated(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    for before, row in zip(chain(["\n"], repeat(",\n")), rows, strict=False):
        yield before + _json(row)


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _words(value: Any) -> str:
    """A value of a row as people read it."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return ", ".join(_words(one) for one in value) or EMPTY
    if isinstance(value, dict):
        return ", ".join(f"{name}\u00a0: {_words(one)}" for name, one in value.items()) or EMPTY
    text = str(value)
    if MOMENT.fullmatch(text):
        at = localtime(datetime.fromisoformat(text))
        return f"{date_format(at, 'j F Y')} à {date_format(at, 'H:i')}"
    return date_format(date.fromisoformat(text), "j F Y") if DAY.fullmatch(text) else text
