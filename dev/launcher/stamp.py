"""What a database was prepared with, kept in the database itself: nothing is done twice, nor with other keys."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
# Whatever makes the tables, the reference data or the demo world.
SOURCES = ("requirements-run.txt", "aplus/*/migrations/*.py", "aplus/annuaire/**/*", "dev/**/*")
# The comment goes with the table, whichever database it is in.
TABLE = "django_migrations"


@dataclass(frozen=True)
class Stamp:
    """The digest of the sources, and those of the keys that sealed the secrets."""

    sources: str
    keys: list[str]

    def fits(self, keys: Iterable[str]) -> bool:
        """Whether one of these keys was there when the secrets were sealed."""
        return not set(self.keys).isdisjoint(keys)


def digest(root: Path = ROOT, patterns: Iterable[str] = SOURCES) -> str:
    """Changes when a file does, or its name."""
    total = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()}):
        if path.suffix != ".pyc":
            content = path.read_bytes()
            total.update(f"{path.relative_to(root)} {len(content)}\n".encode())
            total.update(content)
    return total.hexdigest()


def fingerprints(keys: str) -> list[str]:
    """Which keys APLUS_KEKS has, without telling them."""
    return [hashlib.sha256(key.strip().encode()).hexdigest()[:16] for key in keys.split(",") if key.strip()]


def read(connection: psycopg.Connection[Any]) -> Stamp | None:
    """The stamp of this database; None when it has none."""
    query = "SELECT obj_description(to_regclass(%s), 'pg_class')"
    row = connection.execute(query, [TABLE]).fetchone()
    return Stamp(**json.loads(row[0])) if row and row[0] else None


def write(connection: psycopg.Connection[Any], stamp: Stamp) -> None:
    """Says that this database is prepared."""
    comment = sql.SQL("COMMENT ON TABLE {} IS {}").format(sql.Identifier(TABLE), sql.Literal(json.dumps(asdict(stamp))))
    connection.execute(comment)
