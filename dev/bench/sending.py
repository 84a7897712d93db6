"""Sending a demande to three groupes of thirty people, and how soon their mails leave."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.handlers.wsgi import WSGIHandler
from django.db.models import Count, F, QuerySet

from aplus.accounts.models import Membership
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.notifications.models import Notification, State
from dev.bench.latency import expect
from dev.bench.places import LARGE_GROUPE
from dev.bench.report import Figure, percentiles
from dev.bench.visits import Visitor, open_session

NEW = "/demandes/nouvelle/"
SENT = 25
# One after the other at this rhythm: three times what the whole country sends in its busiest hour.
PAUSE_SECONDS = 3.0
GROUPES = 3
BUDGET = {50: 75.0, 95: 150.0}
HANDED_OVER = timedelta(seconds=10)
PATIENCE_SECONDS = 120
DRAFT = re.compile(r"/demandes/nouvelle/([0-9a-f-]{36})/")


def measure(handler: WSGIHandler, wait: Callable[[], None], number: int = SENT) -> list[Figure]:
    """Send them one after the other, with a worker running; `wait` lets it live."""
    structure, groupes = _largest()
    aidant = Membership.objects.filter(groupe=structure, is_aidant=True).earliest("user_id")
    visitor = Visitor(handler, open_session(aidant.user_id))
    _drain(Notification.objects.filter(is_mail=True), wait)
    began = clock.now()
    times = []
    for _ in range(number):
        times.append(_send(visitor, structure, groupes))
        time.sleep(PAUSE_SECONDS)
    people = Membership.objects.filter(groupe__in=groupes, is_instructeur=True).values("user").distinct().count()
    return [
        Figure("people told of each demande sent", people, ""),
        *percentiles("send to 3 groupes", times, BUDGET),
        *_handed_over(began, wait),
    ]


def _largest() -> tuple[Groupe, list[Groupe]]:
    """Three groupes of one territoire that have thirty instructeurs, and a structure there."""
    held = Groupe.objects.annotate(people=Count("memberships")).filter(
        people__gte=LARGE_GROUPE, memberships__is_instructeur=True
    )
    groupe = held.order_by("sort_key").first() or Groupe.objects.filter(memberships__is_instructeur=True)[0]
    territoire = groupe.territoires.get()
    others = Groupe.objects.filter(territoires=territoire, memberships__is_instructeur=True).annotate(
        people=Count("memberships")
    )
    structure = Groupe.objects.filter(territoires=territoire, memberships__is_aidant=True).order_by("sort_key")[0]
    return structure, list(others.order_by("-people", "sort_key")[:GROUPES])


def _send(visitor: Visitor, structure: Groupe, groupes: list[Groupe]) -> float:
    """The four steps; the milliseconds of the last one."""
    territoire = structure.territoires.get().code
    draft = _step(visitor, NEW, [
        ("structure", str(structure.id)), ("territoire", territoire), ("thematique", "autre"),
        *(("groupes", str(groupe.id)) for groupe in groupes),
    ])  # fmt: skip
    needed = {field for groupe in groupes for field in groupe.organisme.identifiers}
    _step(visitor, f"{NEW}{draft}/usager/", [
        ("sujet", "Dossier sans réponse"), ("prenom", "Awa"), ("nom", "Mesure"), ("date_naissance", "12/03/1985"),
        *((f"sans_{field}", "1") for field in needed),
        ("mandat", "existant"), ("mandat_mode", "papier"),
        ("mandat_obtenu_le", f"{clock.now() - timedelta(days=1):%Y-%m-%dT%H:%M}"),
    ])  # fmt: skip
    _step(visitor, f"{NEW}{draft}/blocage/", [("description", "Sans nouvelles depuis trois mois.")])
    address = f"{NEW}{draft}/envoi/"
    hidden = expect(visitor.get(address), 200).hidden(address)
    return expect(visitor.post(address, [*hidden.items(), ("attestation", "1")]), 303).ms


def _step(visitor: Visitor, address: str, fields: list[tuple[str, Any]]) -> UUID:
    hidden = expect(visitor.get(address), 200).hidden(address)
    answer = expect(visitor.post(address, [*hidden.items(), *fields]), 303)
    found = DRAFT.search(answer.headers["Location"])
    if found is None:
        raise LookupError(answer.headers["Location"])
    return UUID(found[1])


def _handed_over(began: Any, wait: Callable[[], None]) -> list[Figure]:
    """Which share of the mails left within ten seconds of their act."""
    lines = Notification.objects.filter(at__gte=began, is_mail=True)
    _drain(lines, wait)
    total = lines.count()
    in_time = lines.filter(state=State.SENT, sent_at__lte=F("at") + HANDED_OVER).count()
    return [
        Figure("mails of these acts", total, ""),
        Figure("mails handed over within 10 s", round(100 * in_time / max(total, 1), 2), "%", 99, is_at_least=True),
    ]


def _drain(lines: QuerySet[Notification], wait: Callable[[], None]) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while lines.filter(state=State.PENDING).exists() and time.monotonic() < limit:
        wait()
