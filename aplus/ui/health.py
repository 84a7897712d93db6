"""Whether the database, the worker and the storage of files answer."""

import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, OperationalError, connection

# A worker beats every 10 seconds (procrastinate's default).
WORKER_SILENCE_SECONDS = 60


@dataclass(frozen=True)
class Health:
    """What answers."""

    base: bool
    worker: bool
    stockage: bool
    # Closed on purpose: nothing is out of order.
    maintenance: bool = False

    @property
    def is_good(self) -> bool:
        """All that must."""
        return self.base and self.worker and self.stockage

    def as_dict(self) -> dict[str, str | bool]:
        """What the health page shows."""
        return {"etat": "ok" if self.is_good else "en panne", **asdict(self)}


def check() -> Health:
    """Ask each, with one query."""
    base, worker, maintenance = _database()
    return Health(base=base, worker=worker, stockage=_storage(), maintenance=maintenance)


def check_without_database() -> Health:
    """What remains to ask once the database is known not to answer."""
    return Health(base=False, worker=False, stockage=_storage())


def _database() -> tuple[bool, bool, bool]:
    """Whether it answers, whether a worker beats, whether the site is closed."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM procrastinate_workers"
                " WHERE last_heartbeat > now() - make_interval(secs => %s)),"
                " EXISTS (SELECT 1 FROM ui_maintenance WHERE is_on)",
                [WORKER_SILENCE_SECONDS],
            )
            row = cursor.fetchone()
            return True, bool(row and row[0]), bool(row and row[1])
    except (OperationalError, InterfaceError):
        return False, False, False
    except DatabaseError:  # it answers, without the worker's tables
        return True, False, False


def _storage() -> bool:
    """Writable, with room for one more request; a remote storage must answer a question."""
    try:
        folder = Path(default_storage.path(""))
    except NotImplementedError:
        return _remote_storage()
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        return os.access(existing, os.W_OK | os.X_OK) and shutil.disk_usage(existing).free > settings.MAX_BODY_BYTES
    except OSError:
        return False


def _remote_storage() -> bool:
    try:
        default_storage.exists("etat")
    except Exception:  # each remote storage has errors of its own; all mean that it does not answer
        return False
    return True
