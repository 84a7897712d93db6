"""Which acts somebody has done, as far back as the journal goes."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists

from aplus.accounts.models import User
from aplus.journal.models import JournalLine


def acts_done(user_id: UUID, acts: Sequence[str]) -> set[str]:
    """Those of these acts that this person has done at least once: one query, which looks each up."""
    if not acts:
        return set()
    done = {
        f"act{rank}": Exists(JournalLine.objects.filter(actor_id=user_id, act=act)) for rank, act in enumerate(acts)
    }
    [row] = User.objects.filter(pk=user_id).values_list(*done.values())
    return {act for act, is_done in zip(acts, row, strict=True) if is_done}
