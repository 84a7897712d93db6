"""What the tests of second factors share: coming half the way in, setting up, finding what was told."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from aplus.accounts.models import RecoveryCode, User
from aplus.accounts.rules import factors as rules
from aplus.accounts.services.factors import EVENT
from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from tests import personas

PAGE = "/connexion/second-facteur/"
APPLICATION, CODES, KEYS = "/moi/securite/application/", "/moi/securite/codes/", "/moi/securite/cles/"
KEY = re.compile(r'name="cle" value="([0-9a-f-]{36})"')
SPOKEN = re.compile(r"<code>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</code>")
CODE = "0123456789ABCDEF"
MINUTE = timedelta(minutes=1)
Ask = Callable[..., str]


def half_in(ask: Ask, user: User, suite: str = "", **fields: str) -> Client:
    """A browser in which this person opened their link and not the second factor."""
    client = Client()
    answer = client.post(ask(user.email, suite), fields)
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    return client


def give_totp(user: User) -> None:
    """An application with the secret that `personas.code_of` knows."""
    personas.totp_of(user, clock.now()).save(force_insert=True)


def give_codes(user: User, *codes: str) -> None:
    """Recovery codes that the test knows."""
    now = clock.now()
    for code in codes:
        digest = rules.hash_of_recovery_code(user.pk, code)
        RecoveryCode.objects.create(user=user, code_hash=digest, created_at=now)


def told(user: User) -> list[Any]:
    """What this person was mailed about their factors, oldest first."""
    rows = Notification.objects.filter(event=EVENT, person=user).order_by("at")
    return [row.codes["quoi"] for row in rows]


def lines(user: User, *acts: str) -> list[str]:
    """The journal's words about this person, among these."""
    return list(JournalLine.objects.filter(act__in=acts, actor_id=user.pk).order_by("id").values_list("act", flat=True))


def one_time_key(client: Client, page: str) -> str:
    """The key of the form of this page."""
    found = KEY.search(client.get(page).content.decode())
    assert found, page
    return found.group(1)
