"""The only reader of os.environ: every setting from outside, typed, with its meaning."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent


class MissingSetting(RuntimeError):
    """A setting that production cannot do without is absent."""


def text(name: str, default: str | None = None) -> str:
    """The variable, or the default; without either, a clear refusal to start."""
    value = os.environ.get(name, "") or default
    if value is None:
        raise MissingSetting(f"{name} is not set: see docs/exploitation.md")
    return value


def optional(name: str) -> str:
    """The variable, or nothing."""
    return os.environ.get(name, "")


def number(name: str, default: int) -> int:
    """The variable as a whole number."""
    return int(os.environ.get(name, "") or default)


def flag(name: str, *, default: bool) -> bool:
    """1, true, oui, yes are true; 0, false, non, no are false."""
    value = os.environ.get(name, "").strip().lower()
    return default if not value else value in {"1", "true", "oui", "yes"}


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in (os.environ.get(name, "") or default).split(",") if word.strip()]


def socket_address(name: str) -> str:
    """An absolute path, or host:port; empty when it is not set. Anything else is refused at the start."""
    value = optional(name)
    if value and not value.startswith("/"):
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal():
            raise MissingSetting(f"{name} is neither host:port nor the path of a socket: see docs/exploitation.md")
    return value


def check_together(*names: str) -> bool:
    """All of these variables (True), or none: some of them only is refused at the start."""
    missing = [name for name in names if not optional(name)]
    if missing and len(missing) < len(names):
        raise MissingSetting(f"{', '.join(missing)} is not set, which goes with what is: see docs/exploitation.md")
    return not missing


def var_dir() -> Path:
    """Where the running product keeps its files (mails of the demo, attachments, embedded database)."""
    return Path(os.environ.get("APLUS_VAR", "") or ROOT / "var").resolve()


@dataclass(frozen=True)
class Database:
    """A PostgreSQL address taken apart, as Django wants it."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: dict[str, str]


def database(default: str | None = None) -> Database:
    """DATABASE_URL: postgresql://user:password@host:port/name, or with ?host=/socket/folder."""
    parts = urlsplit(text("DATABASE_URL", default))
    options = dict(parse_qsl(parts.query))
    return Database(
        name=unquote(parts.path.lstrip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=options.pop("host", "") or unquote(parts.hostname or ""),
        port=options.pop("port", "") or str(parts.port or ""),
        options=options,
    )
