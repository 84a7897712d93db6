"""The CSV of a hundred thousand rows: when it starts, and how much memory it takes."""

import resource
import time

from django.core.handlers.wsgi import WSGIHandler
from django.db.models import Count

from aplus.accounts.models import Membership, User
from aplus.accounts.queries.actors import cgu_in_force
from aplus.core import clock
from aplus.demandes.models import Part
from aplus.demandes.rules.life import DemandeState
from dev.bench.latency import Unexpected
from dev.bench.report import Figure
from dev.bench.visits import Visitor, open_session

ROWS = 100_000
ADDRESS = "/demandes.csv"
READER = "export@demo.example"


def measure(handler: WSGIHandler, rows: int = ROWS) -> list[Figure]:
    """The export of somebody who holds that many demandes, through as many groupes as it takes."""
    visitor = Visitor(handler, open_session(_reader(rows).pk))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    first, lines = 0.0, 0
    for chunk in visitor.stream(ADDRESS):
        first = first or (time.perf_counter() - started)
        lines += chunk.count(b"\n")
    whole = time.perf_counter() - started
    if lines <= 1:
        raise Unexpected("an empty export")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return [
        Figure("rows of the CSV export", lines - 1, ""),
        Figure("CSV export, first byte", round(first, 2), "s", 1),
        Figure("CSV export, whole", round(whole, 1), "s"),
        Figure("CSV export, memory grown by", round(grown, 1), "MiB", 64),
    ]


def _reader(rows: int) -> User:
    """A member of the busiest groupes, until their open parts are that many."""
    known = User.objects.filter(email=READER).first()
    if known:
        return known
    now = clock.now()
    reader = User.objects.create(
        email=READER,
        first_name="E",
        last_name="Export",
        cgu_version=cgu_in_force(),
        cgu_accepted_at=now,
        welcomed_at=now,
        created_at=now,
        password="!",  # noqa: S106  no password: sign-in by mailed link
    )
    held, total = [], 0
    parts = Part.objects.exclude(demande_state=DemandeState.ARCHIVED)
    for groupe_id, number in parts.values_list("groupe").annotate(held=Count("pk")).order_by("-held", "groupe"):
        if total >= rows:
            break
        held.append(groupe_id)
        total += number
    Membership.objects.bulk_create(
        Membership(
            user=reader,
            groupe_id=groupe_id,
            is_instructeur=True,
            instructeur_since=now.replace(year=now.year - 3, day=1),
            created_at=now,
        )
        for groupe_id in held
    )
    return reader
