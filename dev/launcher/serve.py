"""./run: the whole demo in one command; `./run manage …` is manage.py with the demo's settings and database."""

import http.client
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import Popen

import psycopg

from config import env
from dev.launcher import Trouble, demo_file, files, postgres, stamp, suite
from dev.launcher.keys import keys
from dev.launcher.processes import Child, Stopped, Supervisor, python, say, spawn

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
FIRST_ANSWER_SECONDS = 90
# A web server whose launcher was killed a moment ago may still have the port.
PORT_SECONDS = 1.0
USAGE = """Usage: ./run                 start the demo; PORT, DATABASE_URL, APLUS_VAR and others: see README.md
       ./run manage COMMAND  a command of manage.py, on the demo's database
       ./run bench [WORLD]   measure a world at scale (national, tenfold or small), on a database of its own"""


def main(arguments: list[str]) -> int:
    """The command line; returns the exit status."""
    try:
        if not arguments:
            Demo().run()
            return 0
        if arguments[0] == "manage":
            return manage(arguments[1:])
        if arguments[0] == "bench":
            return bench(arguments[1:])
    except Trouble as trouble:
        say(f"error: {trouble}")
        return 1
    except PermissionError as error:
        say(f"error: no right to write {error.filename}: run as its owner, or give another APLUS_VAR.")
        return 1
    say(USAGE)
    return 0 if arguments[0] in {"-h", "--help"} else 2


def wanted_port() -> int:
    """PORT, 8000 without it."""
    try:
        port = env.number("PORT", 8000)
    except ValueError:
        port = -1
    if not 0 <= port < 2**16:
        raise Trouble(f"PORT must be a number from 1 to 65535, not {env.text('PORT')!r}.")
    return port


def reserve(port: int) -> socket.socket:
    """The port, held from before the first slow step to the end, whatever happens to the web server."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    limit = time.monotonic() + PORT_SECONDS
    while True:
        try:
            listener.bind((HOST, port))
            listener.listen()
        except OSError as error:
            if time.monotonic() > limit:
                listener.close()
                raise Trouble(f"Port {port} cannot be used ({error.strerror}). Try: PORT={port + 1} ./run") from error
            time.sleep(0.1)
        else:
            return listener


@contextmanager
def locked(var: Path) -> Iterator[None]:
    """Alone with the folder."""
    lock = files.lock(var / "run.lock")
    if lock is None:
        raise Trouble(f"Another ./run is using {var}: stop it, or give this one another APLUS_VAR and PORT.")
    try:
        yield
    finally:
        os.close(lock)


def environment(var: Path, port: int, database: str) -> dict[str, str]:
    """What the children are told."""
    told = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "APLUS_VAR": str(var),
        "DATABASE_URL": database,
        "PORT": str(port),
    }
    return {**keys(var), **os.environ, **told}


@contextmanager
def a_database(var: Path, supervisor: Supervisor) -> Iterator[str]:
    """The database's address: the one given, or that of our own server; everything is stopped at the end."""
    cluster = None
    try:
        given = env.text("DATABASE_URL", "")
        if not given:
            cluster = postgres.prepare(var)
            server = Child("database server", cluster.serve, ask_to_stop=signal.SIGINT)
            supervisor.add(server)
            supervisor.wait_for(cluster.answers, seconds=postgres.START_SECONDS, what="PostgreSQL")
            cluster.ensure_database()
        yield given or (cluster.url if cluster else "")
    finally:
        supervisor.stop()
        if cluster:
            cluster.release()


class Demo:
    """One demo, from its start to its stop."""

    def __init__(self) -> None:
        self.var = env.var_dir()
        self.mails = self.var / "mails"
        self.file = self.var / "demo.json"
        self.supervisor = Supervisor()

    def run(self) -> None:
        """Returns when someone has asked to stop and everything has stopped."""
        for folder in (self.var, self.mails, self.var / "fichiers", self.var / "static"):
            folder.mkdir(parents=True, exist_ok=True)
        with locked(self.var), closing(reserve(wanted_port())) as listener:
            self.file.unlink(missing_ok=True)
            self.supervisor.listen()
            try:
                with a_database(self.var, self.supervisor) as database:
                    self._serve(listener, environment(self.var, listener.getsockname()[1], database))
            except Stopped:
                say("Arrêté ; les données sont gardées.")
            finally:
                self.file.unlink(missing_ok=True)

    def _serve(self, listener: socket.socket, told: dict[str, str]) -> None:
        self._prepare(told)
        port = listener.getsockname()[1]
        self.supervisor.add(Child("worker", lambda: start_worker(told)))
        self.supervisor.add(Child("web server", lambda: start_web(told, listener)))
        self.supervisor.wait_for(lambda: is_up(port), seconds=FIRST_ANSWER_SECONDS, what="GET /etat")
        self._announce(f"http://{HOST}:{port}/", told)
        self.supervisor.watch()

    def _prepare(self, told: dict[str, str]) -> None:
        """Brings the database up to date, unless its stamp says that it is."""
        held = stamp.fingerprints(told["APLUS_KEKS"])
        wanted = stamp.Stamp(stamp.digest(), held)
        with connect(told["DATABASE_URL"]) as connection:
            found = stamp.read(connection)
            if found and not found.fits(held):
                raise Trouble(
                    "This database was filled with the keys of another APLUS_VAR (its keys.json) and cannot be read "
                    "with these: give that folder, or an empty database."
                )
            if found == wanted:
                return
            if found is None or found.sources != wanted.sources:
                say("Préparation de la base : tables, données de référence, monde de démonstration…")
                command = python("-m", "dev.launcher.prepare")
                self.supervisor.run(command, cwd=ROOT, env=told, what="The preparation of the database")
            stamp.write(connection, wanted)

    def _announce(self, address: str, told: dict[str, str]) -> None:
        with files.throw_away_folder("aplus-") as folder:
            target = folder / "people.json"
            command = python("-m", "dev.launcher.prepare", str(target))
            self.supervisor.run(command, cwd=ROOT, env=told, what="The description of the personas")
            people = json.loads(target.read_text(encoding="utf-8"))
        demo_file.write(self.file, address, self.mails, people)
        say(demo_file.welcome(address, self.mails, people))


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection of our own, or why there is none."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise Trouble(f"DATABASE_URL does not lead to a database: {error}") from error
    if connection.info.server_version < postgres.OLDEST_MAJOR * 10000:
        raise Trouble(f"PostgreSQL {postgres.OLDEST_MAJOR} or newer is needed.")
    return connection


def start_worker(told: dict[str, str]) -> Popen[bytes]:
    """Mails and other jobs; killed without ceremony with its parent, as jobs must bear it anyway."""
    command = python("manage.py", "procrastinate", "worker", "--concurrency", "4", "--shutdown-graceful-timeout", "10")
    return spawn(command, cwd=ROOT, env=told)


def start_web(told: dict[str, str], listener: socket.socket) -> Popen[bytes]:
    """The web server, on the port that we hold."""
    number = listener.fileno()
    command = python("-m", "gunicorn", "--config", "python:dev.launcher.web", "--bind", f"fd://{number}")
    command.append("config.wsgi:application")
    return spawn(command, cwd=ROOT, env=told, pass_fds=[number])


def is_up(port: int) -> bool:
    """Whether GET /etat answers 200."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection:
        try:
            connection.request("GET", "/etat")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False


def manage(arguments: list[str]) -> int:
    """manage.py with the demo's settings, on the database of the ./run that is serving."""
    var = env.var_dir()
    database = env.text("DATABASE_URL", "") or postgres.served(var)
    if not database:
        raise Trouble(f"No database is served in {var}: start ./run first, in another terminal.")
    process = Popen(python("manage.py", *arguments), cwd=ROOT, env=environment(var, wanted_port(), database))
    try:
        return process.wait()
    except KeyboardInterrupt:
        return process.wait()


def bench(arguments: list[str]) -> int:
    """The benchmark of docs/mesures.md, on a world of its own beside the demo's data; 1 when a budget is missed."""
    world = next((word for word in arguments if not word.startswith("-")), "national")
    var = env.var_dir() / "bench" / world
    for folder in (var, var / "mails", var / "fichiers", var / "static"):
        folder.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor()
    with locked(var):
        supervisor.listen()
        try:
            with a_database(var, supervisor) as database:
                told = environment(var, 0, database)
                return suite.run(supervisor, python("-m", "dev.bench.command", *arguments), told)
        except Stopped:
            say("Arrêté ; le monde est gardé.")
            return 130
