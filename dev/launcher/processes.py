"""Child processes: they die with this one however it ends, are watched, started again, and stopped in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from dev.launcher import Trouble

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
TICK_SECONDS = 0.05
STEADY_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 10.0

_libc = ctypes.CDLL(None, use_errno=True)


class Stopped(BaseException):
    """Someone asked to stop: Ctrl-C, SIGTERM, or the terminal is gone."""


@dataclass(frozen=True)
class Account:
    """The account that a child runs as."""

    name: str
    user: int
    group: int


def say(text: str) -> None:
    """A line for the person at the keyboard, who may be gone."""
    with suppress(OSError):
        os.write(1, f"{text}\n".encode())


def die_with_parent(death_signal: signal.Signals, parent: int) -> Callable[[], None]:
    """What a child runs first, so that the kernel sends it this signal when the parent's thread that made it ends."""

    def arrange() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def spawn(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals = signal.SIGKILL,
    account: Account | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
    stdout: int | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a child out of reach of the terminal's signals. Call it from the main thread only."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        cwd=cwd,
        env=env,
        pass_fds=pass_fds,
        start_new_session=True,
        preexec_fn=die_with_parent(death_signal, os.getpid()),  # noqa: PLW1509  this process has one thread
        user=account.user if account else None,
        group=account.group if account else None,
        extra_groups=[] if account else None,
    )


def end(process: subprocess.Popen[bytes], ask: signal.Signals, seconds: float) -> None:
    """Asks the process to stop, and kills it when it has not after so many seconds."""
    process.send_signal(ask)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def adopt_orphans() -> None:
    """From now on what our descendants leave behind becomes our child: `end_orphans` finds it."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)


def bury_orphans(known: set[int]) -> None:
    """Take away those that ended; the status of a `known` child is for who started it."""
    while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and ended.si_pid not in known:
        os.waitpid(ended.si_pid, 0)


def children() -> set[int]:
    """The processes whose parent is this one and that still run."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(parent) == os.getpid() and state != "Z":
                found.add(int(entry.name))
    return found


def end_orphans(known: set[int], seconds: float) -> bool:
    """Kills the children that are not `known` and still there after so many seconds, and says which; whether any was.

    They would keep the terminal, or the pipe, of who waits for us to end.
    """
    limit = time.monotonic() + seconds
    while children() - known and time.monotonic() < limit:
        time.sleep(TICK_SECONDS)
    was_any = False
    while left := children() - known:
        was_any = True
        for pid in left:
            with suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                say(f"error: left running by the tests, now killed: {command[:200]}")
                os.kill(pid, signal.SIGKILL)
        time.sleep(TICK_SECONDS)
    return was_any


@dataclass
class Child:
    """One process that should always be there."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    ask_to_stop: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] = field(init=False)
    started_at: float = field(init=False, default=0.0)
    pause: float = field(init=False, default=0.0)

    def begin(self) -> None:
        """Starts the process."""
        self.process = self.start()
        self.started_at = time.monotonic()


@dataclass
class Supervisor:
    """The children, in the order of their start; they are stopped in the opposite one."""

    children: list[Child] = field(default_factory=list)
    _signal: int = 0
    _terminal: bool = False

    def listen(self) -> None:
        """From now on Ctrl-C, SIGTERM and the end of the terminal raise `Stopped` at the next tick."""
        self._terminal = os.isatty(1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                signal.signal(number, self._note)

    def _note(self, number: int, _frame: object) -> None:
        self._signal = number

    def add(self, child: Child) -> None:
        """Starts the child and watches over it."""
        child.begin()
        self.children.append(child)

    def tick(self) -> None:
        """A short rest, unless someone asked to stop."""
        if self._signal or (self._terminal and not os.isatty(1)):
            raise Stopped
        time.sleep(TICK_SECONDS)

    def run(self, command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], what: str) -> None:
        """Runs a command to its end; its failure is ours."""
        process = spawn(command, cwd=cwd, env=env)
        try:
            while process.poll() is None:
                self.tick()
        finally:
            if process.poll() is None:
                end(process, signal.SIGTERM, 5)
        if process.returncode:
            raise Trouble(f"{what} failed: the lines above say why.")

    def wait_for(self, ready: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Waits until it is ready; a child that ends before that is a failure, not an accident."""
        limit = time.monotonic() + seconds
        while not ready():
            self.tick()
            for child in self.children:
                if child.process.poll() is not None:
                    raise Trouble(f"The {child.name} stopped at once: the lines above say why.")
            if time.monotonic() > limit:
                raise Trouble(f"{what} did not answer within {seconds:.0f} seconds.")

    def watch(self) -> None:
        """Starts again what dies, until someone asks to stop."""
        while True:
            self.tick()
            for child in self.children:
                if child.process.poll() is not None:
                    self._revive(child)

    def _revive(self, child: Child) -> None:
        now = time.monotonic()
        lasted = now - child.started_at
        if lasted < child.pause:
            return
        if lasted > STEADY_SECONDS:
            child.pause = 0.0
        say(f"The {child.name} ended with status {child.process.returncode}: starting it again.")
        child.pause = min(max(1.0, child.pause * 2), LONGEST_PAUSE_SECONDS)
        child.begin()

    def stop(self) -> None:
        """Stops all the children, the last started first."""
        while self.children:
            child = self.children.pop()
            end(child.process, child.ask_to_stop, 15)


def python(*arguments: str) -> list[str]:
    """A command of the same Python, in the same environment."""
    return [sys.executable, *arguments]
