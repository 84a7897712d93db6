"""Writing the trail: one line per act, in the act's own transaction."""

from uuid import UUID

from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.policy.actor import Actor


def write(
    actor: Actor,
    act: str,
    *,
    kind: str = "",
    thing_id: UUID | None = None,
    demande_id: UUID | None = None,
    codes: dict[str, str | int | bool] | None = None,
) -> None:
    """Add one line; `codes` holds small technical values only (states, counts, codes), never content."""
    JournalLine.objects.create(
        at=clock.now(),
        actor_id=actor.user_id,
        session_id=actor.session_id,
        act=act,
        kind=kind,
        thing_id=thing_id,
        demande_id=demande_id,
        codes=codes or {},
    )

