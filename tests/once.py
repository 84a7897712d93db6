"""What many tests begin with is made once in a process: its rows are kept, and put back for each test after the first.

Making the people of the tests and one demande takes hundreds of queries; putting their rows back takes one a table.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast

from django.db import connection

from aplus.core import clock

Made = TypeVar("Made")
Rows = dict[str, list[bytes]]
# By the clock of the test: what is "just now" in what is kept still is.
FRESH = timedelta(seconds=30)
TABLES = """
    SELECT table_schema, table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
    FROM information_schema.tables JOIN information_schema.columns USING (table_schema, table_name)
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
        AND NOT EXISTS (SELECT FROM pg_class WHERE relispartition
            AND oid = format('%I.%I', table_schema, table_name)::regclass)
        AND is_generated = 'NEVER' AND table_name NOT IN ('django_migrations', 'procrastinate_events')
    GROUP BY 1, 2
"""


@dataclass
class Kept:
    """One thing made, as of this moment: the object, and the rows it added, by `COPY`'s name of their table."""

    after: object
    at: datetime
    made: bytes
    rows: dict[str, bytes]


_kept: dict[str, Kept] = {}
_tables: list[str] = []


def once(name: str, make: Callable[[], Made], *, after: object = None) -> Made:
    """What `make` returns, with its rows in the database, made only if it is not kept already.

    `after`: what must have been there before, and be the same, for the rows to fit. `make` may only add rows.
    """
    kept = _kept.get(name)
    if kept is None or kept.after != after or not timedelta(0) <= clock.now() - kept.at <= FRESH:
        at, before = clock.now(), _rows()
        made = make()
        _kept[name] = Kept(after, at, pickle.dumps(made), _added(before, _rows()))
        return made
    _put_back(kept.rows)
    return cast("Made", pickle.loads(kept.made))


def _rows() -> Rows:
    """Every row there is, by table and its columns."""
    with connection.cursor() as cursor:
        if not _tables:
            cursor.execute(TABLES)
            _tables.extend(f'"{schema}"."{table}" ({columns})' for schema, table, columns in cursor.fetchall())
        found = {}
        for table in _tables:
            name, _, columns = table.partition(" ")
            with cursor.copy(f"COPY (SELECT {columns[1:-1]} FROM {name}) TO STDOUT") as copy:
                found[table] = b"".join(copy).splitlines(keepends=True)
    return found


def _added(before: Rows, after: Rows) -> dict[str, bytes]:
    added = {}
    for table, rows in after.items():
        old = set(before[table])
        assert old <= set(rows), f"{table}: what is made once may add rows, not change them"
        if new := [row for row in rows if row not in old]:
            added[table] = b"".join(new)
    return added


def _put_back(rows: dict[str, bytes]) -> None:
    with connection.cursor() as cursor:
        for table, lines in rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(lines)
