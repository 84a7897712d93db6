"""Pure rules of a change of address: its two sides, what its links are worth, how long they live."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aplus.accounts.rules.entering import Limit

LINKS_LIVE = timedelta(hours=24)
KEPT = timedelta(days=30)
# Of one account, and to one new address: nobody's mailbox is filled through us.
ASKED = (Limit(5, timedelta(minutes=15)), Limit(20, timedelta(days=1)))


class Side(StrEnum):
    """From which of the two addresses."""

    OLD = "ancienne"
    NEW = "nouvelle"


class ChangeState(StrEnum):
    """What became of a change."""

    PENDING = "en cours"
    DONE = "faite"
    CANCELLED = "annulée"
    EXPIRED = "expirée"


@dataclass(frozen=True, slots=True)
class Dates:
    """When a change ends, was done, was cancelled."""

    expires_at: datetime
    done_at: datetime | None
    cancelled_at: datetime | None

    def state(self, now: datetime) -> ChangeState:
        """What the change is worth at this moment."""
        if self.done_at is not None:
            return ChangeState.DONE
        if self.cancelled_at is not None:
            return ChangeState.CANCELLED
        return ChangeState.PENDING if now < self.expires_at else ChangeState.EXPIRED
