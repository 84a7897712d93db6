"""The virtual environment: made once, kept in line with a lock, entered. Read by any Python 3, before all else."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "aplus.json"
OLDEST_PYTHON = (3, 11)


def enter(lock: str) -> None:
    """Returns once this process runs in the environment, with everything that the lock lists."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed, this is {sys.version.split()[0]}.")
    try:
        _bring_in_line(ROOT / lock)
    except PermissionError as error:
        sys.exit(f"Cannot write {error.filename}: run as the owner of {ROOT}, or copy the project elsewhere.")
    except subprocess.CalledProcessError as error:
        sys.exit(f"This command failed, the lines above say why: {' '.join(map(str, error.cmd))}")
    if Path(sys.prefix).resolve() != VENV.resolve():
        # UTF-8 whatever the locale says: bare systems have none, and paths and personas have accents.
        environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
        os.execve(PYTHON, [str(PYTHON), *sys.argv], environment)  # noqa: S606  ourselves, under another interpreter


def is_in_line(stamp: dict[str, str], lock: Path) -> bool:
    """Whether this very lock was installed with the interpreter that the environment has now."""
    return stamp.get("interpreter") == os.path.realpath(PYTHON) and stamp.get(lock.name) == digest(lock)


def digest(lock: Path) -> str:
    """What changes when the lock does."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def read_stamp() -> dict[str, str]:
    """What was installed: the interpreter, and each lock's digest."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return stamp


def _bring_in_line(lock: Path) -> None:
    if is_in_line(read_stamp(), lock):
        return
    VENV.mkdir(exist_ok=True)
    folder = os.open(VENV, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # ./run and ./test may begin together
    try:
        stamp = read_stamp()
        if not is_in_line(stamp, lock):
            if not _is_usable(stamp):
                _create()
                stamp = {}
            _install(lock)
            stamp |= {"interpreter": os.path.realpath(PYTHON), lock.name: digest(lock)}
            STAMP.write_text(json.dumps(stamp, indent=1))
    finally:
        os.close(folder)


def _is_usable(stamp: dict[str, str]) -> bool:
    """False after an interrupted creation, or when the system's Python was replaced by another."""
    if stamp:
        return os.access(PYTHON, os.X_OK) and stamp["interpreter"] == os.path.realpath(PYTHON)
    try:
        return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _create() -> None:
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        sys.exit("Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv")
    print(f"Creating {VENV}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def _install(lock: Path) -> None:
    print(f"Installing what {lock.name} lists (once, about a minute)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install"]
    subprocess.run([*pip, "--require-hashes", "--only-binary=:all:", "-r", str(lock)], check=True)
