"""Limits counted in the database, on hashed subjects: how many tries an address or a network has left."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
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
    digest = salted_hmac(SALT, f"{kind}:{subject}", algorithm="sha256").digest()
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
            raise TooMany(max(1, -(-max(waits) // timedelta(seconds=1))))
        Attempt.objects.create(kind=kind, subject_hash=digest, at=now)


def take_from_network(request: HttpRequest) -> None:
    """Count one try of the client's network at anything that could be guessed (300 per 15 minutes)."""
    network = rules.client_network(request.META, settings.TRUSTED_PROXIES)
    take("reseau", network, rules.TRIES_PER_NETWORK)


def clear_old() -> None:
    """Erase what no limit counts any more."""
    Attempt.objects.filter(at__lte=clock.now() - rules.ATTEMPTS_KEPT).delete()


def _wait_for_turn(digest: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
