"""The expected answer of every route to every persona: docs/acces.csv, read by the document and by its test."""

import csv
from dataclasses import dataclass
from pathlib import Path

from aplus.core.documents import DOCS

PATH = DOCS / "acces.csv"


@dataclass(frozen=True)
class Expected:
    """One line of the table: a route, a method, and what each persona gets."""

    route: str
    method: str
    answers: dict[str, str]


def read(path: Path = PATH) -> list[Expected]:
    """The lines of the table, in the order in which they are written."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Expected(line.pop("route").strip(), line.pop("method").strip(), {who: line[who].strip() for who in line})
            for line in ({name.strip(): value for name, value in row.items()} for row in csv.DictReader(file))
        ]
