"""Children die with their parent, come back when they die alone, and stop in order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.launcher import Trouble, processes
from dev.launcher.processes import Child, Stopped, Supervisor, end, spawn

ROOT = Path(__file__).resolve().parents[2]

# Newer Pythons warn of what `spawn` does in a process with threads; the launcher has none, the test runner has.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    """A supervisor whose children are gone at the end."""
    made = Supervisor()
    yield made
    for child in made.children:
        child.process.kill()
        child.process.wait()


@pytest.fixture
def _handlers() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def is_there(pid: int) -> bool:
    """Whether the process runs, and is no corpse."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def sleeper(name: str = "sleeper") -> Child:
    """A child that stays."""
    return Child(name, lambda: spawn(["sleep", "60"]))


LEAVES = "import subprocess; subprocess.Popen(['sleep', '61'], start_new_session=True)"
ADOPTS = f"""
import subprocess, sys
from dev.launcher import processes
known = processes.children()
processes.adopt_orphans()
subprocess.run([sys.executable, "-c", {LEAVES!r}], check=True)
sys.exit(10 * processes.end_orphans(known, 0.2) + len(processes.children()))
"""


def test_what_a_descendant_left_running_is_killed_and_said() -> None:
    """Who waits for the end of our output is not kept waiting."""
    done = subprocess.run([sys.executable, "-c", ADOPTS], cwd=ROOT, capture_output=True, timeout=30, check=False)
    assert done.returncode == 10
    assert done.stdout == b"error: left running by the tests, now killed: sleep 61 \n"


def test_a_child_dies_with_a_parent_that_was_killed() -> None:
    program = "import time; from dev.launcher.processes import spawn; print(spawn(['sleep', '60']).pid); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-u", "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert is_there(child)
        parent.kill()
    limit = time.monotonic() + 10
    while is_there(child):
        assert time.monotonic() < limit, "the child outlived its parent"
        time.sleep(0.02)


def test_a_child_whose_parent_was_quicker_to_die_does_not_start() -> None:
    program = "import os, signal; from dev.launcher.processes import die_with_parent as die\ndie(signal.SIGKILL, 1)()"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 1


def test_who_does_not_want_to_stop_is_killed() -> None:
    stubborn = spawn(["sh", "-c", "trap '' TERM; echo ready; sleep 60"], stdout=subprocess.PIPE)
    assert stubborn.stdout
    assert stubborn.stdout.readline() == b"ready\n"
    end(stubborn, signal.SIGTERM, 0.1)
    stubborn.stdout.close()
    assert stubborn.returncode == -signal.SIGKILL


def test_what_dies_is_started_again(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor.add(sleeper("web server"))
    supervisor.add(sleeper("worker"))
    steady, killed = (child.process.pid for child in supervisor.children)
    supervisor.children[1].process.kill()
    supervisor.children[1].process.wait()
    ticks = iter(range(3))

    def tick() -> None:
        if next(ticks, None) is None:
            raise Stopped

    monkeypatch.setattr(supervisor, "tick", tick)
    with pytest.raises(Stopped):
        supervisor.watch()
    assert supervisor.children[0].process.pid == steady
    assert supervisor.children[1].process.pid != killed
    assert supervisor.children[1].process.poll() is None
    assert capfd.readouterr().out == "The worker ended with status -9: starting it again.\n"


def test_what_keeps_dying_is_started_less_and_less_often(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    starts: list[float] = []

    def start() -> subprocess.Popen[bytes]:
        starts.append(now)
        process = spawn(["false"])
        process.wait()
        return process

    child = Child("worker", start)
    supervisor.add(child)
    while now < 1030:
        supervisor._revive(child)
        now += 1
    assert [start - 1000 for start in starts] == [0, 0, 1, 3, 7, 15, 25]
    now += 60
    supervisor._revive(child)
    assert child.pause == 1


def test_a_child_that_ends_before_it_is_ready_is_a_failure(supervisor: Supervisor) -> None:
    supervisor.add(Child("worker", lambda: spawn(["false"])))
    with pytest.raises(Trouble, match="The worker stopped at once"):
        supervisor.wait_for(lambda: False, seconds=10, what="it")


def test_what_is_never_ready_is_a_failure(supervisor: Supervisor) -> None:
    supervisor.add(sleeper())
    with pytest.raises(Trouble, match="GET /etat did not answer within 0 seconds"):
        supervisor.wait_for(lambda: False, seconds=0, what="GET /etat")


def test_a_command_that_fails_is_named(supervisor: Supervisor) -> None:
    supervisor.run(["true"], cwd=Path("/"), env={}, what="The first")
    with pytest.raises(Trouble, match="The second failed"):
        supervisor.run(["false"], cwd=Path("/"), env={}, what="The second")


def test_the_last_started_is_stopped_first(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor.add(sleeper("database"))
    supervisor.add(sleeper("web server"))
    by_pid = {child.process.pid: child.name for child in supervisor.children}
    stopped: list[str] = []

    def note(process: subprocess.Popen[bytes], ask: signal.Signals, seconds: float) -> None:
        stopped.append(by_pid[process.pid])
        end(process, ask, seconds)

    monkeypatch.setattr(processes, "end", note)
    supervisor.stop()
    assert stopped == ["web server", "database"]
    assert not any(is_there(pid) for pid in by_pid)


@pytest.mark.usefixtures("_handlers")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_is_heard_at_the_next_tick(supervisor: Supervisor, number: signal.Signals) -> None:
    supervisor.listen()
    supervisor.tick()
    os.kill(os.getpid(), number)
    with pytest.raises(Stopped):
        supervisor.tick()


@pytest.mark.usefixtures("_handlers")
def test_under_nohup_the_end_of_the_terminal_is_ignored(supervisor: Supervisor) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    supervisor.listen()
    os.kill(os.getpid(), signal.SIGHUP)
    supervisor.tick()


@pytest.mark.usefixtures("_handlers")
def test_a_terminal_that_is_gone_is_noticed_without_a_signal(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.isatty", lambda _descriptor: True)
    supervisor.listen()
    supervisor.tick()
    monkeypatch.setattr("os.isatty", lambda _descriptor: False)
    with pytest.raises(Stopped):
        supervisor.tick()


def test_nobody_reading_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_descriptor: int, _text: bytes) -> int:
        raise BrokenPipeError

    monkeypatch.setattr("os.write", broken)
    processes.say("anyone?")
