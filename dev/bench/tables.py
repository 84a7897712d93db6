"""Filling large tables: rows by binary COPY, indexes and foreign keys taken off before and put back after."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """A table as it is filled: its columns and their types, in the order of the rows."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    schema: str = "public"

    @property
    def identifier(self) -> sql.Identifier:
        """With its schema."""
        return sql.Identifier(self.schema, self.name)


@dataclass
class Batch:
    """Rows on their way, by table."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        """One more row."""
        self.rows.setdefault(table, []).append(row)


def copy(connection: psycopg.Connection[Any], table: Table, rows: Iterable[Row]) -> None:
    """Append the rows."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        table.identifier, sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        stream.set_types(table.types)
        for row in rows:
            stream.write_row(row)


def described(connection: psycopg.Connection[Any], name: str, columns: Sequence[str], schema: str = "public") -> Table:
    """The table with the types that its columns have; those that are not named get what stands for "not yet"."""
    found: dict[str, str] = dict(
        connection.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = format('%%I.%%I', %s::text, %s::text)::regclass AND attnum > 0 AND NOT attisdropped",
            [schema, name],
        ).fetchall()
    )
    known: dict[str, str] = {
        "character varying": "varchar",
        "timestamp with time zone": "timestamptz",
        "bigint[]": "int8[]",
    }
    return Table(name, tuple(columns), tuple(known.get(found[column], found[column]) for column in columns), schema)


@contextmanager
def bare(connection: psycopg.Connection[Any], names: Sequence[str]) -> Iterator[None]:
    """Without indexes but the unique ones, nor foreign keys, for the time of the block; put back in bulk."""
    keys = connection.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid = ANY(%s::regclass[]) AND conparentid = 0",
        [list(names)],
    ).fetchall()
    indexes = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique",
        [list(names)],
    ).fetchall()
    for table, name, _ in keys:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        connection.execute(definition)
    for table, name, definition in keys:
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
