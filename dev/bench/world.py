"""Building a world at scale in an empty database: deterministic, by bulk copies, in minutes."""

import multiprocessing
import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import repeat
from typing import Any

import django
import psycopg
from django.db import connection

from aplus.core import clock
from aplus.demandes.models import Demande
from aplus.journal.rules import months_from
from dev.bench import places, rows, story
from dev.bench.tables import Batch, bare, copy, described

SEED = 20_261
CHUNK = 4_000


@dataclass(frozen=True)
class Size:
    """How large a world is (budgets.md)."""

    name: str
    users: int
    demandes: int
    archived: int

    @property
    def total(self) -> int:
        """All its demandes."""
        return self.demandes + self.archived


NATIONAL = Size("national", 9_000, 100_000, 150_000)
TENFOLD = Size("tenfold", 90_000, 1_000_000, 1_500_000)
# To try the command itself.
SMALL = Size("small", 3_200, 2_000, 1_000)
SIZES = {size.name: size for size in (NATIONAL, TENFOLD, SMALL)}

TABLES = tuple(rows.COLUMNS)
# Partitioned: its indexes are those of its months.
LARGE = [f"{rows.SCHEMAS.get(name, 'public')}.{name}" for name in TABLES if name != "journal_line"]


class NotEmpty(Exception):
    """There are demandes already: this is somebody's database."""


def build(size: Size, database: str, processes: int = 2) -> None:
    """Fill the database, which must hold the reference data and no demande; raises NotEmpty."""
    if Demande.objects.exists():
        raise NotEmpty
    now = clock.now()
    everywhere = places.make(size.users, now, SEED)
    _give_the_journal_its_months(now)
    ranges = [(first, min(first + CHUNK, size.total)) for first in range(0, size.total, CHUNK)]
    with psycopg.connect(database, autocommit=True) as own, bare(own, LARGE):
        told = pickle.dumps((size, everywhere, now, database))
        # A process of its own knows no model before it is set up: what is told travels packed.
        with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), django.setup) as pool:
            for _ in pool.map(_fill, ranges, repeat(told)):
                pass
    with psycopg.connect(database, autocommit=True) as own:
        own.execute("SELECT setval('demande_number', %s)", [300_000 + size.total])
        own.execute("VACUUM ANALYZE")


@lru_cache(maxsize=1)
def _unpacked(told: bytes) -> tuple[Size, places.Places, datetime, str]:
    unpacked: tuple[Size, places.Places, datetime, str] = pickle.loads(told)  # noqa: S301  packed by `build`
    return unpacked


def _fill(numbers: tuple[int, int], told: bytes) -> None:
    """One range of demandes, in one transaction."""
    first, last = numbers
    size, everywhere, now, database = _unpacked(told)
    batch = Batch()
    for one in stories(first, last, size, everywhere, now):
        rows.write(one, now, batch)
    with psycopg.connect(database) as own:
        for name in TABLES:
            table = described(own, name, rows.COLUMNS[name], rows.SCHEMAS.get(name, "public"))
            copy(own, table, batch.rows.get(name, []))


def stories(first: int, last: int, size: Size, everywhere: places.Places, now: datetime) -> Iterator[story.Story]:
    """The demandes of these numbers: open and archived ones mixed, as time would have mixed them."""
    for number in range(first, last):
        is_archived = number * size.archived % size.total < size.archived
        yield story.tell(number, is_archived=is_archived, places=everywhere, now=now, seed=SEED)


def _give_the_journal_its_months(now: datetime) -> None:
    first = (now - timedelta(days=800)).date().replace(day=1)
    with connection.cursor() as cursor:
        for month in months_from(first, (now.year - first.year) * 12 + now.month - first.month):
            cursor.execute("SELECT journal_add_partition(%s)", [month])


def summary() -> dict[str, Any]:
    """How many rows the large tables have."""
    with connection.cursor() as cursor:
        counted = {}
        for name in TABLES:
            cursor.execute(f"SELECT count(*) FROM {rows.SCHEMAS.get(name, 'public')}.{name}")  # noqa: S608  our names
            counted[name] = cursor.fetchone()[0]
    return counted
