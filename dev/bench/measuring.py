"""What `./run bench [national|tenfold|small]`: does: build the world once, measure, print the table, keep the JSON."""

import argparse
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command

from aplus.demandes.models import Demande
from config import env
from dev.bench import exports, latency, load, readers, report, sending, world
from dev.launcher.processes import end
from dev.launcher.serve import HOST, is_up, reserve, start_web, start_worker

TO_START_SECONDS = 30
RATIO = 1.3
COMPARED = [f"{what}, p{rank}" for what in ("list", "one demande", "search", "reply") for rank in (50, 95)]


def main() -> int:
    """The command line; returns the exit status: 1 when a budget is missed."""
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("world", nargs="?", choices=sorted(world.SIZES), default=world.NATIONAL.name)
    parser.add_argument("--page", action="store_true", help="write the table into docs/mesures.md too")
    wanted = parser.parse_args()
    size = world.SIZES[wanted.world]
    database = os.environ["DATABASE_URL"]
    seconds = prepare(size, database)
    with psycopg.connect(database) as connection:
        facts = {"machine": report.machine(connection), "rows": world.summary(), "built_in_seconds": seconds}
    figures = measure(size)
    report.say(report.table(figures))
    folder = env.var_dir().parent
    report.say(f"JSON: {report.keep(folder, size.name, figures, facts)}")
    if wanted.page:
        report.write_page(folder)
    return 0 if all(figure.is_kept for figure in figures) else 1


def prepare(size: world.Size, database: str) -> int:
    """Tables, reference data and the world, unless they are there; in how many seconds the world was made."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference")
    if Demande.objects.exists():
        return 0
    report.say(f"Building the world {size.name}: {size.total} demandes. This takes minutes.")
    started = time.monotonic()
    world.build(size, database)
    return round(time.monotonic() - started)


def measure(size: world.Size) -> list[report.Figure]:
    """Everything, the quiet measures first."""
    handler = WSGIHandler()
    people = readers.choose(handler)
    report.say("Pages and acts, one after the other")
    figures = latency.measure(people)
    figures += exports.measure(handler)
    with serving() as port:
        report.say("Sending, with a worker")
        figures += sending.measure(handler, lambda: time.sleep(0.5))
        report.say("The mixed day")
        crowd = [load.Person(reader.visitor.session, reader.demandes) for reader in people]
        figures += load.measure(port, crowd, report.say)
    before = report.kept(env.var_dir().parent, world.NATIONAL.name)
    if size is world.TENFOLD and before:
        now = {figure.what: figure.value for figure in figures}
        figures += [
            report.Figure(f"tenfold / national: {what}", round(now[what] / before[what], 2), "×", RATIO)
            for what in COMPARED
        ]
    return figures


@contextmanager
def serving() -> Iterator[int]:
    """The web server and the worker of `./run`, for the time of the block; the port."""
    listener = reserve(0)
    port = listener.getsockname()[1]
    told = {**os.environ, "PORT": str(port), "APLUS_BASE_URL": f"http://{HOST}:{port}"}
    processes = [start_web(told, listener), start_worker(told)]
    try:
        limit = time.monotonic() + TO_START_SECONDS
        while not is_up(port) and time.monotonic() < limit:
            time.sleep(0.2)
        yield port
    finally:
        for process in processes:
            end(process, signal.SIGTERM, 10)
        listener.close()
