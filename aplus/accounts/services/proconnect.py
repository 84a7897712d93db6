"""Entering by ProConnect: requests kept in the browser's session, each for one answer, and who an address is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from aplus.accounts.models import Session, User
from aplus.accounts.proconnect import Begun
from aplus.accounts.sessions import SessionStore
from aplus.core import clock

ASKED = "proconnect"
ID_TOKEN = "proconnect_id_token"  # noqa: S105  a name, not a secret
ANSWERED_WITHIN = timedelta(minutes=10)
# Tabs in which one may have begun.
ASKED_AT_ONCE = 3


@dataclass(frozen=True)
class Kept:
    """What the answer is held against, and the page asked for."""

    nonce: str
    verifier: str
    suite: str


def keep(store: SessionStore, begun: Begun, suite: str) -> None:
    """Bind a request to this browser."""
    asked: dict[str, Any] = dict(list(store.get(ASKED, {}).items())[1 - ASKED_AT_ONCE :])
    asked[begun.state] = [begun.nonce, begun.verifier, suite, clock.now().timestamp()]
    store[ASKED] = asked


def take(store: SessionStore, state: str) -> Kept | None:
    """The request of this state, which nobody gets again; None when it is not this browser's, or too old."""
    session = store.current()
    if session is None:
        return None
    with transaction.atomic():
        # Two answers at once: the second one finds nothing.
        row = Session.objects.select_for_update().filter(pk=session.pk).first()
        asked = store.decode(row.data).get(ASKED, {}) if row is not None else {}
        found = asked.pop(state, None)
        if found is None:
            return None
        store[ASKED] = asked
        store.save()
    nonce, verifier, suite, at = found
    if clock.now().timestamp() - at >= ANSWERED_WITHIN.total_seconds():
        return None
    return Kept(nonce, verifier, suite)


def account_of(email: str) -> User | None:
    """The active account of an address, locked: to be called in the transaction that opens its session."""
    return User.objects.select_for_update(no_key=True).filter(email=email, is_active=True, deleted_at=None).first()
