"""Files that several processes share: locks, atomic writing, who may reach them."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def lock(path: Path) -> int | None:
    """The open file that holds the lock until every process that has it is gone; None when others hold it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """The whole file or none of it, even for a reader that comes in between."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def is_open_to_all(folder: Path) -> bool:
    """Whether any account may enter the folder; permissions by group or by list count as no."""
    folder = folder.resolve()
    return all(step.stat().st_mode & 0o001 for step in [folder, *folder.parents])


def short_folder(prefix: str) -> Path:
    """A new folder of ours, of a short name, that any account may enter (not list)."""
    usual = Path(tempfile.gettempdir())
    fits = len(os.fsencode(usual)) <= 40 and "," not in str(usual) and is_open_to_all(usual)  # noqa: PLR2004  socket paths are short
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=usual if fits else "/tmp"))  # noqa: S108  mkdtemp makes it ours
    folder.chmod(0o711)
    return folder


@contextmanager
def throw_away_folder(prefix: str) -> Iterator[Path]:
    """A short folder, gone at the end with all it holds."""
    folder = short_folder(prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
