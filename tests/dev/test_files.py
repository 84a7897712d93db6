"""Locks, whole files, and folders that other accounts may enter."""

import os
from pathlib import Path

import pytest

from dev.launcher import files


def test_a_lock_is_for_one_until_it_is_closed(tmp_path: Path) -> None:
    first = files.lock(tmp_path / "lock")
    assert first is not None
    assert files.lock(tmp_path / "lock") is None
    os.close(first)
    again = files.lock(tmp_path / "lock")
    assert again is not None
    os.close(again)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "secret.json"
    files.write(target, "before", mode=0o600)
    assert target.stat().st_mode & 0o777 == 0o600

    def die(_descriptor: int) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", die)
        with pytest.raises(OSError, match="no space"):
            files.write(target, "after")
    assert target.read_text() == "before"
    files.write(target, "après")
    assert target.read_text(encoding="utf-8") == "après"
    assert [path.name for path in tmp_path.iterdir()] == ["secret.json"]


def test_one_closed_folder_on_the_way_is_enough(tmp_path: Path) -> None:
    outer = Path(files.short_folder("aplus-"))
    inner = outer / "inner"
    inner.mkdir(mode=0o755)
    inner.chmod(0o755)
    assert files.is_open_to_all(inner)
    outer.chmod(0o700)
    assert not files.is_open_to_all(inner)
    inner.rmdir()
    outer.rmdir()


@pytest.mark.parametrize("name", ["n" * 60, "one,two"])
def test_a_temporary_folder_is_short_wherever_the_usual_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    usual = tmp_path / name
    usual.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(usual))
    with files.throw_away_folder("aplus-") as folder:
        assert folder.parent == Path("/tmp")
        (folder / "file").touch()
    assert not folder.exists()
