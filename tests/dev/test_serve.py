"""./run: what it refuses before it starts, and one whole life of the real demo."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from dev.launcher import Trouble, files, serve
from dev.launcher.processes import spawn

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; from dev.launcher.serve import main; sys.exit(main(sys.argv[1:]))"
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder for one demo."""
    with files.throw_away_folder("aplus-v-") as folder:
        yield folder


@pytest.mark.parametrize("port", ["huit", "-1", "70000"])
def test_a_port_that_is_none_is_named(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], var: Path, port: str
) -> None:
    monkeypatch.setenv("PORT", port)
    monkeypatch.setenv("APLUS_VAR", str(var))
    assert serve.main([]) == 1
    assert f"error: PORT must be a number from 1 to 65535, not '{port}'" in capfd.readouterr().out


def test_a_busy_port_is_refused_with_another_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "PORT_SECONDS", 0)
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {port} cannot be used .* PORT={port + 1} ./run"):
            serve.reserve(port)


def test_a_folder_serves_one_demo(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], var: Path
) -> None:
    monkeypatch.setenv("APLUS_VAR", str(var))
    with serve.locked(var):
        assert serve.main([]) == 1
    assert f"Another ./run is using {var}" in capfd.readouterr().out


def test_a_folder_of_somebody_else_is_named(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def refuse(_path: Path) -> int:
        raise PermissionError(13, "denied", "/somewhere/run.lock")

    monkeypatch.setattr(files, "lock", refuse)
    assert serve.main([]) == 1
    assert "no right to write /somewhere/run.lock" in capfd.readouterr().out


def test_other_words_get_the_usage(capfd: pytest.CaptureFixture[str]) -> None:
    assert serve.main(["--help"]) == 0
    assert serve.main(["start"]) == 2
    assert capfd.readouterr().out.count("Usage: ./run") == 2


def test_manage_needs_a_served_database(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], var: Path
) -> None:
    monkeypatch.setenv("APLUS_VAR", str(var))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert serve.main(["manage", "check"]) == 1
    assert "start ./run first" in capfd.readouterr().out


def test_a_database_that_is_not_there_is_a_clear_refusal() -> None:
    with pytest.raises(Trouble, match="DATABASE_URL does not lead to a database"):
        serve.connect("postgresql://aplus@/aplus?host=/nowhere")


def test_keys_of_the_environment_win_over_the_kept_ones(monkeypatch: pytest.MonkeyPatch, var: Path) -> None:
    monkeypatch.setenv("APLUS_SECRET_KEY", "mine")
    monkeypatch.delenv("APLUS_KEKS", raising=False)
    told = serve.environment(var, 8000, "postgresql:///x")
    assert told["APLUS_SECRET_KEY"] == "mine"
    assert told["APLUS_KEKS"] == serve.keys(var)["APLUS_KEKS"]
    assert (told["PORT"], told["DATABASE_URL"], told["APLUS_VAR"]) == ("8000", "postgresql:///x", str(var))


class Running:
    """A real ./run in a process of its own, on a port that the system chose."""

    def __init__(self, var: Path) -> None:
        dropped = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "APLUS_BASE_URL"}
        dropped |= {"APLUS_SECRET_KEY", "APLUS_KEKS", "APLUS_SEARCH_KEY"}
        self.env = {name: value for name, value in os.environ.items() if name not in dropped}
        self.env |= {"APLUS_VAR": str(var), "PORT": "0", "PYTHONUTF8": "1"}
        self.file = var / "demo.json"
        self.output = var / "output"
        with self.output.open("wb") as output:
            self.process = spawn([sys.executable, "-c", START], cwd=ROOT, env=self.env, stdout=output.fileno())

    def demo(self) -> dict[str, Any]:
        """The content of demo.json, once it is there."""
        limit = time.monotonic() + 120
        while not self.file.exists():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < limit, self.output.read_text()
            time.sleep(0.05)
        content: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return content

    def family(self) -> set[int]:
        """The launcher and everything that it started."""
        pairs = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it ended meanwhile
                head, _, tail = path.read_text().rpartition(")")
                pairs.append((int(head.split()[0]), int(tail.split()[1])))
        found = {self.process.pid}
        while more := {pid for pid, parent in pairs if parent in found} - found:
            found |= more
        return found


def assert_gone(pids: set[int]) -> None:
    """Waits for the end of all these processes."""
    limit = time.monotonic() + 15
    while left := {pid for pid in pids if Path(f"/proc/{pid}").exists()}:
        assert time.monotonic() < limit, f"still there: {left}"
        time.sleep(0.05)


def test_one_whole_life(var: Path) -> None:
    """Ready, describing itself, refusing a twin, killed without leftovers, back with its data, stopped cleanly."""
    first = Running(var)
    demo = first.demo()
    assert demo.keys() == {"adresse", "mails", "personas", "groupes", "totp"}
    assert demo["mails"] == str(var / "mails")
    assert demo["personas"]
    with urllib.request.urlopen(f"{demo['adresse']}etat", timeout=20) as answer:
        assert answer.status == 200
    assert f"Administration+ est prêt : {demo['adresse']}" in first.output.read_text()
    twin = subprocess.run([sys.executable, "-c", START], cwd=ROOT, env=first.env, capture_output=True, check=False)
    assert (twin.returncode, twin.stdout[:23]) == (1, b"error: Another ./run is")
    manage = [sys.executable, "-c", START, "manage", "migrate", "--check"]
    assert subprocess.run(manage, cwd=ROOT, env=first.env, capture_output=True, check=False).returncode == 0

    family = first.family()
    assert len(family) > 8
    first.process.kill()
    first.process.wait()
    first.file.unlink()
    second = Running(var)
    assert second.demo()["personas"] == demo["personas"]
    assert_gone(family - {first.process.pid})
    assert "Préparation de la base" not in second.output.read_text()

    family = second.family()
    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(60) == 0
    assert_gone(family)
    assert not second.file.exists()
