"""One act of an administrateur: its one-time key, its right asked again, what the page showed, its journal line."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction

from aplus.access.keys import read_key, use_key
from aplus.accounts.queries import actors
from aplus.core.errors import NotAllowed, Overtaken
from aplus.journal import services as journal
from aplus.pilotage.rules.marks import mark_of
from aplus.policy import decisions
from aplus.policy.actor import Actor


@contextmanager
def writing(actor: Actor, key: str, location: str) -> Iterator[None]:
    """One transaction, for who still administers; the same key again raises AlreadyDone."""
    with transaction.atomic():
        use_key(actor, read_key(key), location)
        if not decisions.may_administer(actors.as_of_now(actor)):
            raise NotAllowed
        yield


def require_as_seen(now: Mapping[str, Any], seen: str, *, what: str) -> None:
    """Raise Overtaken when the row, locked, is no longer what the page showed; nothing said is nothing seen."""
    if seen and seen != mark_of(now):
        raise Overtaken(
            f"Un autre administrateur vient de changer {what}\u00a0: vérifiez sur sa page ce qui a changé. "
            "Ce que vous avez écrit est gardé ci-dessous\u00a0; l’enregistrer remplacera ce qui est en place."
        )


def note(actor: Actor, act: str, kind: str, *, thing_id: UUID | None = None, **codes: str | int | bool) -> None:
    """The act's line: the code of the thing, never its text."""
    journal.write(actor, act, kind=kind, thing_id=thing_id, codes=codes)
