"""Everything that is checked besides the tests, in one list: what CI runs is what people run."""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from config import env
from dev.launcher.processes import python, say

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """A command that says by its status whether all is well, and how to mend what is not."""

    name: str
    command: list[str]
    remedy: str


def every() -> list[Check]:
    """The checks, the quickest first."""
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "aplus").glob("**/templates/**/*.html"))
    djade = str(PROGRAMS / "djade")
    checks = [
        Check("style", python("-m", "ruff", "check"), ".venv/bin/ruff check --fix"),
        Check("format", python("-m", "ruff", "format", "--check"), ".venv/bin/ruff format"),
        Check(
            "templates",
            [djade, "--check", "--target-version", "5.2", *templates],
            ".venv/bin/djade --target-version 5.2 and the files above",
        ),
        Check("imports", [str(PROGRAMS / "lint-imports")], "imports go down only: ARCHITECTURE.md"),
        Check("system", python("manage.py", "check", "--fail-level", "WARNING"), "the lines above say what"),
        Check("migrations", python("manage.py", "makemigrations", "--check", "--dry-run"), "manage.py makemigrations"),
        Check("rights", python("manage.py", "document_access", "--check"), "manage.py document_access"),
        Check("life cycle", python("manage.py", "document_lifecycle", "--check"), "manage.py document_lifecycle"),
        Check("types", python("-m", "mypy"), "the lines above say where"),
    ]
    if env.flag("APLUS_AUDIT", default=False):
        audit = python("-m", "pip_audit", "--require-hashes", "--disable-pip", "-r", "requirements.txt")
        checks.append(Check("known flaws", audit, "raise the version in pyproject.toml, then dev/lock"))
    return checks


def run(checks: Iterable[Check], execute: Callable[[list[str]], int]) -> int:
    """Runs them all, whatever fails, and says at the end what did."""
    failed = []
    for check in checks:
        say(f"== {check.name}")
        began = time.monotonic()
        if execute(check.command):
            failed.append(check)
        say(f"== {check.name}: {'FAILED' if check in failed else 'ok'} in {time.monotonic() - began:.0f} s")
    for check in failed:
        say(f"FAILED: {check.name}. Remedy: {check.remedy}")
    return 1 if failed else 0
