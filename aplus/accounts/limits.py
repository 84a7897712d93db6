"""Limits counted in the database, on hashed subjects: how many tries an address or a network has left."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Max
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from aplus.accounts.models import Attempt
from aplus.accounts.rules import entering as rules
from aplus.accounts.rules.entering import Limit
from aplus.core import clock
from aplus.core.errors import TooMany

SALT = "aplus.accounts.limits"


def take(kind: str, subject: str, limits: tuple[Limit, ...]) -> None:
    """Count one try of this subject, or raise TooMany when one of the limits is reached.

    A refused try is not counted: whoever insists waits no longer. Tries of one subject pass one after the other,
    until the end of the caller's transaction if there is one.
    """
    digest = _digest(kind, subject)
    with transaction.atomic():
        _wait_for_turn(digest)
        now = clock.now()
        tries = Attempt.objects.filter(kind=kind, subject_hash=digest).order_by("-at").values_list("at", flat=True)
        waits = []
        for limit in limits:
            # The oldest of the last `number` tries: once it leaves the window there is room again.
            oldest = tries.filter(at__gt=now - limit.window)[limit.number - 1 : limit.number].first()
            waits += [oldest + limit.window - now] if oldest else []
        if waits:
            raise TooMany(_seconds(max(waits)))
        Attempt.objects.create(kind=kind, subject_hash=digest, at=now)


def account_here(request: HttpRequest, account: str) -> str:
    """The subject of a password or a code: an account and the client's network together.

    A stranger who fails elsewhere cannot lock its owner out. `account`: the address typed, known or not, or an id.
    """
    return f"{account} {rules.client_network(request.META, settings.TRUSTED_PROXIES)}"


def take_failure(kind: str, subject: str) -> None:
    """Count a try as failed before it is checked, or raise TooMany while the growing wait of the former ones lasts.

    Call it in a transaction of its own, so that it stays counted; `forget_failures` once the try proves good. Counted
    first, a thousand tries at once are no more than one after the other.
    """
    digest = _digest(kind, subject)
    with transaction.atomic():
        _wait_for_turn(digest)
        now = clock.now()
        failures = Attempt.objects.filter(kind=kind, subject_hash=digest, at__gt=now - rules.ATTEMPTS_KEPT)
        counted = failures.aggregate(number=Count("pk"), last=Max("at"))
        if counted["last"] is not None:
            left = counted["last"] + rules.growing_wait(counted["number"]) - now
            if left > timedelta(0):
                raise TooMany(_seconds(left))
        Attempt.objects.create(kind=kind, subject_hash=digest, at=now)


def forget_failures(kind: str, subject: str) -> None:
    """The try was good: the next failure is a first one."""
    Attempt.objects.filter(kind=kind, subject_hash=_digest(kind, subject)).delete()


def take_from_network(request: HttpRequest) -> None:
    """Count one try of the client's network at anything that could be guessed (300 per 15 minutes)."""
    network = rules.client_network(request.META, settings.TRUSTED_PROXIES)
    take("reseau", network, rules.TRIES_PER_NETWORK)


def clear_old() -> None:
    """Erase what no limit counts any more."""
    Attempt.objects.filter(at__lte=clock.now() - rules.ATTEMPTS_KEPT).delete()


def _digest(kind: str, subject: str) -> bytes:
    return salted_hmac(SALT, f"{kind}:{subject}", algorithm="sha256").digest()


def _seconds(wait: timedelta) -> int:
    """Whole seconds, never shorter than the truth."""
    return max(1, -(-wait // timedelta(seconds=1)))


def _wait_for_turn(digest: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
