"""A database remembers what it was prepared with."""

from pathlib import Path

import psycopg
import pytest
from django.db import connection

from dev.launcher import stamp


def test_the_digest_sees_changes_new_names_and_nothing_else(tmp_path: Path) -> None:
    patterns = ["data/*"]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("1")
    first = stamp.digest(tmp_path, patterns)
    (tmp_path / "data" / "cache.pyc").write_text("x")
    (tmp_path / "elsewhere").write_text("x")
    assert stamp.digest(tmp_path, patterns) == first
    (tmp_path / "data" / "a.csv").write_text("2")
    second = stamp.digest(tmp_path, patterns)
    (tmp_path / "data" / "a.csv").rename(tmp_path / "data" / "b.csv")
    assert len({first, second, stamp.digest(tmp_path, patterns)}) == 3


def test_the_real_digest_covers_migrations_reference_data_and_demo_world() -> None:
    found = {path.relative_to(stamp.ROOT) for pattern in stamp.SOURCES for path in stamp.ROOT.glob(pattern)}
    names = {str(path) for path in found}
    assert "aplus/accounts/migrations/0001_initial.py" in names
    assert "dev/launcher/stamp.py" in names
    assert any(name.startswith("aplus/annuaire/") and name.endswith(".csv") for name in names)


def test_keys_are_recognised_but_not_told() -> None:
    old, new = "a:c2VjcmV0", "b:b3RoZXI="
    marks = stamp.fingerprints(f"{new}, {old}")
    assert len(marks) == 2
    assert "c2VjcmV0" not in str(marks)
    assert stamp.Stamp("x", stamp.fingerprints(old)).fits(marks)
    assert not stamp.Stamp("x", stamp.fingerprints(old)).fits(stamp.fingerprints(new))


@pytest.mark.django_db
def test_it_is_kept_in_the_database() -> None:
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg.Connection)
    assert stamp.read(connection.connection) is None
    written = stamp.Stamp("it's", ["k1", "k2"])
    stamp.write(connection.connection, written)
    assert stamp.read(connection.connection) == written


@pytest.mark.django_db
def test_an_empty_database_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "TABLE", "no_such_table")
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg.Connection)
    assert stamp.read(connection.connection) is None
