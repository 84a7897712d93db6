"""Time that passes in tests: moments in a place's time, the jobs of that moment, what they wrote and sent."""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.core import mail

from aplus.core import clock
from aplus.demandes import tasks
from aplus.demandes.models import Demande, Transition
from tests.notifications.jobs import run_jobs


def local(text: str, zone: str = "Europe/Paris") -> datetime:
    """A moment « 2026-05-07 00:00 » in a place's time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def keep_time() -> None:
    """What the worker does each minute."""
    tasks.make_part_steps.func(0)
    tasks.make_demande_steps.func(0)


def pass_to(moment: datetime) -> dict[str, str]:
    """The jobs of this moment, and the mails they lead to: whom, and of which event; nobody twice."""
    with clock.at(moment):
        keep_time()
        return told()


def told() -> dict[str, str]:
    """Send what waits: whom each mail goes to and its event."""
    mail.outbox.clear()
    run_jobs()
    found: dict[str, str] = {}
    for one in mail.outbox:
        (address,) = one.to
        assert address not in found, f"{address} is told twice"
        found[address] = one.extra_headers["X-Aplus-Evenement"]
    return found


def lines(demande: Demande) -> list[tuple[str, str]]:
    """What time has left in the history: event and code, oldest first."""
    rows = Transition.objects.filter(demande=demande, actor=None).order_by("id")
    return [(line.event, line.code) for line in rows]


def everyone(event: str, *addresses: str | Iterable[str]) -> dict[str, str]:
    """The same event for all of these."""
    found: dict[str, str] = {}
    for one in addresses:
        found |= dict.fromkeys([one] if isinstance(one, str) else one, event)
    return found
