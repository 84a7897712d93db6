"""Making what time has brought: each row whose moment has come, in a transaction of its own, whatever the others do.

Rows are parts, demandes, mandats: anything with `next_step_at`. Idempotent: the row is looked at again once its
demande is held. Several workers at once are harmless: a demande that somebody holds is left for the next minute.
"""

import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from aplus.core import clock
from aplus.demandes.models import Demande, Part, StepDone

logger = logging.getLogger(__name__)

# The next minute goes on with what is left.
TURN_LASTS = timedelta(seconds=50)
BATCH = 100


def make_due(rows: QuerySet[Any], make: Callable[[UUID, UUID], None], *, demande: str = "demande_id") -> None:
    """Call `make(demande id, row id)` for each row whose `next_step_at` has come, oldest first, inside a transaction.

    `demande` is the field that holds the demande's id ("pk" for demandes). What fails is logged, rolled back, tried
    again the next minute, and does not hold back the others.
    """
    until = clock.now() + TURN_LASTS
    after: tuple[datetime, UUID] | None = None
    while clock.now() < until and (batch := _batch(rows, demande, after)):
        for _, row_id, demande_id in batch:
            try:
                _make_one(rows, make, row_id, demande_id)
            except Exception as error:  # whatever one demande holds must not stop the others
                _log(error, demande_id)
        after = batch[-1][:2]


def note(demande: Demande, step: str, *, round_: int, at: datetime, part: Part | None = None) -> bool:
    """Write that a step is made; False when it was made already in this round: then nobody is to be told again."""
    _, is_new = StepDone.objects.get_or_create(demande=demande, part=part, step=step, round=round_, defaults={"at": at})
    return is_new


def _batch(
    rows: QuerySet[Any], demande: str, after: tuple[datetime, UUID] | None
) -> Sequence[tuple[datetime, UUID, UUID]]:
    due = rows.filter(next_step_at__lte=clock.now())
    if after is not None:
        at, row_id = after
        due = due.filter(Q(next_step_at__gt=at) | Q(next_step_at=at, pk__gt=row_id), next_step_at__gte=at)
    return list(due.order_by("next_step_at", "pk").values_list("next_step_at", "pk", demande)[:BATCH])


def _make_one(rows: QuerySet[Any], make: Callable[[UUID, UUID], None], row_id: UUID, demande_id: UUID) -> None:
    with transaction.atomic():
        free = Demande.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=demande_id)
        if free.values_list("pk").first() is None:
            return
        if rows.filter(pk=row_id, next_step_at__lte=clock.now()).exists():
            make(demande_id, row_id)


def _log(error: Exception, demande_id: UUID) -> None:
    """Only the error's kind and place: its text may hold what people typed."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    logger.warning(
        "step not made",
        extra={
            "demande": str(demande_id),
            "error": f"{type(error).__name__} in {place.name}, line {place.lineno}",
        },
    )
