"""When the content of a demande goes, and why (privacy-and-security.md §1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aplus.annuaire.rules import Calendar, end_of, local_day
from aplus.demandes.rules.idle import months_after
from aplus.demandes.rules.mandat import KEPT_AFTER_WITHDRAWAL

KEPT_MONTHS = 6
# No six months are shorter: before that nothing is to be looked at.
KEPT_AT_LEAST = timedelta(days=181)


class Reason(StrEnum):
    """Why: the words of the certificates."""

    ARCHIVED = "archivage"
    WITHDRAWN = "retrait"


@dataclass(frozen=True)
class Erasure:
    """Its moment and its reason."""

    at: datetime
    reason: Reason


def erasure_of(archived_at: datetime | None, withdrawn_at: datetime | None, calendar: Calendar) -> Erasure | None:
    """Six months after archiving, local days; thirty days after a withdrawal when that comes first; None while open."""
    if archived_at is None:
        return None
    usual = Erasure(end_of(months_after(local_day(archived_at, calendar), KEPT_MONTHS), calendar), Reason.ARCHIVED)
    if withdrawn_at is None or withdrawn_at + KEPT_AFTER_WITHDRAWAL > usual.at:
        return usual
    return Erasure(withdrawn_at + KEPT_AFTER_WITHDRAWAL, Reason.WITHDRAWN)
