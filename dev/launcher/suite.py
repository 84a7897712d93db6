"""./test: pytest on a database of its own, with a browser when there is one; `./test --checks`: every other check."""

import argparse
import math
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config import env
from dev.launcher import Trouble, checks, files, postgres
from dev.launcher.processes import (
    Stopped,
    Supervisor,
    adopt_orphans,
    bury_orphans,
    children,
    end,
    end_orphans,
    python,
    say,
    spawn,
)

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
PACKAGES = ["chromium", "fonts-dejavu-core"]
GRACE_SECONDS = 10.0
# Twice what the whole takes on a busy machine.
LONGEST_SECONDS = 40 * 60.0


@dataclass(frozen=True)
class Wanted:
    """The command line: our own words, and what goes to pytest as it is."""

    checks: bool
    marks: str
    rest: list[str]


def parse(arguments: list[str]) -> Wanted:
    """Takes our words out of the command line."""
    parser = argparse.ArgumentParser(prog="./test", add_help=False, allow_abbrev=False)
    parser.add_argument("--checks", action="store_true")
    parser.add_argument("-m", dest="marks", default="")
    ours, rest = parser.parse_known_args(arguments)
    return Wanted(ours.checks, ours.marks, rest)


def main(arguments: list[str]) -> int:
    """Runs what the command line asks for; returns the exit status."""
    wanted = parse(arguments)
    supervisor = Supervisor()
    supervisor.listen()
    try:
        if wanted.checks:
            with environment() as told:
                return checks.run(checks.every(), lambda command: run(supervisor, command, told))
        browser = CHROMIUM.exists() or install_browser(supervisor)
        with environment() as told:
            status = run_tests(supervisor, pytest(wanted, browser=browser), told)
        if not browser:
            say(warning())
    except Trouble as trouble:
        say(f"error: {trouble}")
        return 1
    except Stopped:
        return 130
    return status


def pytest(wanted: Wanted, *, browser: bool) -> list[str]:
    """The command of the tests that can run here."""
    marks = [f"({wanted.marks})"] if wanted.marks else []
    if not browser:
        marks.append("not browser")
    return python("-m", "pytest", "-n", "2", *(["-m", " and ".join(marks)] if marks else []), *wanted.rest)


def run_tests(supervisor: Supervisor, command: list[str], told: dict[str, str]) -> int:
    """Runs the tests to their end, which leaves nothing running; what they leave is a failure."""
    known = children()
    adopt_orphans()
    try:
        status = run(supervisor, command, told, LONGEST_SECONDS)
    finally:
        is_left = end_orphans(known, GRACE_SECONDS)
    return status or int(is_left)


def run(supervisor: Supervisor, command: list[str], told: dict[str, str], seconds: float = math.inf) -> int:
    """Runs a command to its end, passing a request to stop on to it; ends it itself after so many seconds."""
    limit = time.monotonic() + seconds
    known = children()
    process = spawn(command, cwd=ROOT, env=told, death_signal=signal.SIGTERM)
    try:
        while process.poll() is None:
            supervisor.tick()
            bury_orphans({process.pid, *known})
            if time.monotonic() > limit:
                say(f"error: no end after {seconds / 60:.0f} minutes: {' '.join(command)}")
                end(process, signal.SIGINT, 20)
                return 1
    except Stopped:
        end(process, signal.SIGINT, 20)
        raise
    return process.returncode


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """What tests and checks are told: the test settings, a database, a folder for temporary files that goes away."""
    with files.throw_away_folder("aplus-test-") as folder:
        told = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "TMPDIR": str(folder)}
        if env.text("DATABASE_URL", ""):
            yield told
        else:
            with postgres.throw_away() as database:
                yield {**told, "DATABASE_URL": database}


def install_browser(supervisor: Supervisor) -> bool:
    """Whether Chromium is there in the end; only root may install it."""
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        return False
    say(f"Installing {' and '.join(PACKAGES)} (once)")
    told = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = run(supervisor, [apt, "update", "-qq"], told)
    install = run(supervisor, [apt, "install", "-qq", "-y", "--no-install-recommends", *PACKAGES], told)
    return update == install == 0 and CHROMIUM.exists()


def warning() -> str:
    """What was not run, and what to do."""
    line = "!" * 78
    return (
        f"{line}\n!! NO BROWSER: the tests marked `browser` (journeys, accessibility) WERE NOT RUN.\n"
        f"!! As root: apt-get update && apt-get install {' '.join(PACKAGES)}\n!! then ./test again.\n{line}"
    )
