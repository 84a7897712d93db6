"""The virtual environment is made, brought in line and left alone at the right moments."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from dev.launcher import venv


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with an empty lock, whose environment is not there yet."""
    monkeypatch.setattr(venv, "ROOT", tmp_path)
    monkeypatch.setattr(venv, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(venv, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(venv, "STAMP", tmp_path / ".venv" / "aplus.json")
    (tmp_path / "lock.txt").write_text("")
    return tmp_path


@pytest.fixture
def commands(place: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that would have been run: `venv` and `pip`."""
    ran: list[str] = []

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[bytes]:
        if command[-1] == "--version" and not venv.PYTHON.exists():
            raise FileNotFoundError
        ran.append(command[2])
        if command[2] == "venv":
            venv.PYTHON.parent.mkdir(parents=True, exist_ok=True)
            venv.PYTHON.unlink(missing_ok=True)
            venv.PYTHON.symlink_to("/bin/sh")
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    return ran


def test_the_first_time_it_is_made_and_filled_then_left_alone(place: Path, commands: list[str]) -> None:
    venv._bring_in_line(place / "lock.txt")
    assert commands == ["venv", "pip"]
    venv._bring_in_line(place / "lock.txt")
    assert commands == ["venv", "pip"]


def test_a_changed_lock_is_installed_again_without_touching_the_other_lock(place: Path, commands: list[str]) -> None:
    other = place / "other.txt"
    other.write_text("x")
    venv._bring_in_line(place / "lock.txt")
    venv._bring_in_line(other)
    (place / "lock.txt").write_text("changed")
    commands.clear()
    venv._bring_in_line(place / "lock.txt")
    venv._bring_in_line(other)
    assert commands == ["pip"]


def test_another_python_of_the_system_has_it_made_again(place: Path, commands: list[str]) -> None:
    venv._bring_in_line(place / "lock.txt")
    stamp = json.loads(venv.STAMP.read_text())
    venv.STAMP.write_text(json.dumps({**stamp, "interpreter": "/usr/bin/python3.10"}))
    commands.clear()
    venv._bring_in_line(place / "lock.txt")
    assert commands == ["venv", "pip"]


def test_an_installation_that_failed_is_tried_again(
    place: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_lock: Path) -> None:
        raise subprocess.CalledProcessError(1, ["pip", "install"])

    with monkeypatch.context() as broken:
        broken.setattr(venv, "_install", fail)
        with pytest.raises(SystemExit, match="pip install"):
            venv.enter("lock.txt")
    assert not venv.is_in_line(venv.read_stamp(), place / "lock.txt")
    commands.clear()
    venv._bring_in_line(place / "lock.txt")
    assert "pip" in commands


def test_a_debian_without_venv_is_told_the_package(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(venv, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        venv._bring_in_line(place / "lock.txt")


def test_a_folder_of_somebody_else_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_lock: Path) -> None:
        raise PermissionError(13, "denied", "/somewhere/.venv")

    monkeypatch.setattr(venv, "_bring_in_line", refuse)
    with pytest.raises(SystemExit, match=r"Cannot write /somewhere/\.venv"):
        venv.enter("lock.txt")


def test_an_old_python_is_refused_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(venv, "OLDEST_PYTHON", (99, 0))
    with pytest.raises(SystemExit, match=r"Python 99\.0 or newer is needed"):
        venv.enter("requirements-run.txt")


def test_run_and_test_can_share_one_environment() -> None:
    """Everything ./run installs, ./test installs in the same version: neither undoes the other."""
    root = Path(__file__).resolve().parents[2]
    pins = [
        dict(re.findall(r"^([\w.-]+)==(\S+)", (root / f"requirements-{name}.txt").read_text(), re.MULTILINE))
        for name in ("run", "dev")
    ]
    assert pins[0]
    assert pins[0].items() <= pins[1].items()
