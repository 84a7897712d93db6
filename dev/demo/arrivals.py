"""Who is about to come: an address that Rachel invited, a colleague whom Alice proposes; screens show both."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from aplus.accounts.rules.inviting import Wanted
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import inviting, proposing
from aplus.core import clock
from dev.demo.playing import Event
from dev.demo.settling import Cast

INVITED_AGO, PROPOSED_AGO = timedelta(days=2), timedelta(days=1)
INVITED = "lucie.bernard@demo.example"
PROPOSED = "hugo.masson@demo.example"
# What these acts mail: told in the past, like the rest of the demo's.
EVENTS = (inviting.INVITED, proposing.PROPOSED)


def events(cast: Cast, now: datetime) -> list[Event]:
    """An invitation and a proposal that wait in France services Argenteuil."""
    acts = ((now - INVITED_AGO, _invite), (now - PROPOSED_AGO, _propose))
    return [Event(at, partial(_play, act, cast, at)) for at, act in acts]


def _play(act: Callable[[Cast], None], cast: Cast, at: datetime) -> None:
    with clock.at(at):
        act(cast)


def _invite(cast: Cast) -> None:
    groupe, rachel = cast.groupes["fs_argenteuil"], cast.actors["rachel"]
    held = inviting.hold(rachel, [groupe.pk])[groupe.pk]
    inviting.invite_all(rachel, held, [Wanted(INVITED, Flags(is_aidant=True), "Lucie", "Bernard")])


def _propose(cast: Cast) -> None:
    groupe, alice = cast.groupes["fs_argenteuil"], cast.actors["alice"]
    proposing.propose_arrival(alice, groupe.pk, PROPOSED, key=uuid4(), location=f"/groupes/{groupe.pk}/")
