"""The life of accounts that do not serve: warned twice, closed, erased (accounts.md §2, privacy-and-security.md §1)."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models.functions import Coalesce

from aplus.accounts.models import User
from aplus.accounts.rules import life
from aplus.accounts.rules.life import Step
from aplus.accounts.services import closing
from aplus.core import clock
from aplus.core.errors import DomainError
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy.actor import SYSTEM

logger = logging.getLogger(__name__)

# The word of X-Aplus-Evenement.
NOTICE = "inactivite"
# Shorter than any four months: who is due is looked at exactly under the row's lock.
AT_LEAST = timedelta(days=115)


def warn_and_close() -> int:
    """Give each account that rests its next step, in a transaction of its own; how many.

    Run twice, late, or by several at once: each step looks again at the locked row, and two notices are always given,
    25 days apart, before an account is closed.
    """
    now = clock.now()
    rests = User.objects.annotate(since=Coalesce("last_active_at", "welcomed_at", "created_at"))
    found = rests.filter(is_active=True, since__lte=now - AT_LEAST).order_by("since").values_list("pk", flat=True)
    return each(list(found), lambda user_id: _step(user_id, now), "inactivity")


def each(user_ids: list[UUID], act: Callable[[UUID], bool], what: str) -> int:
    """Act on each in its own transaction; what fails for one must not keep the others."""
    done = 0
    for user_id in user_ids:
        try:
            with transaction.atomic():
                done += act(user_id)
        except Exception as error:  # whatever one account holds must not keep the others
            logger.warning("account left for tomorrow", extra={"what": what, "error": type(error).__name__})
    return done


def since_of(user: User) -> datetime:
    """From when the inactivity of an account is counted."""
    return user.last_active_at or user.welcomed_at or user.created_at


def closes_at(user: User) -> datetime:
    """The first moment at which an account that was warned may be closed; for what its notices say."""
    left = life.BETWEEN_NOTICES * (1 + len(life.NOTICE_AFTER) - user.inactivity_notices)
    six_months = life.after_months(since_of(user), life.CLOSED_AFTER)
    return max(six_months, user.inactivity_noticed_at + left) if user.inactivity_noticed_at else six_months


def _due(user: User, now: datetime) -> Step:
    if not user.is_active:
        return Step.NOTHING
    return life.step_due(since_of(user), user.inactivity_notices, user.inactivity_noticed_at, now)


def _step(user_id: UUID, now: datetime) -> bool:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return False
    step = _due(user, now)
    if step is Step.CLOSE:
        return _close(user_id, now)
    return step is Step.NOTICE and _warn(user_id, now)


def _warn(user_id: UUID, now: datetime) -> bool:
    user = User.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=user_id).first()
    if user is None or _due(user, now) is not Step.NOTICE:
        return False
    user.inactivity_notices += 1
    user.inactivity_noticed_at = now
    user.save(update_fields=["inactivity_notices", "inactivity_noticed_at"])
    codes: dict[str, str | int | bool] = {"rang": user.inactivity_notices}
    journal.write(SYSTEM, NOTICE, kind="compte", thing_id=user.pk, codes=codes)
    tell(act_id=uuid4(), event=NOTICE, at=now, people=[user.pk], codes=codes)
    return True


def _close(user_id: UUID, now: datetime) -> bool:
    """Nothing for the last administrateur, nor for who came back while the rows were waited for."""
    person = closing.lock(SYSTEM, user_id).person
    if _due(person.user, now) is not Step.CLOSE:
        return False
    try:
        with transaction.atomic():
            closing.close_locked(SYSTEM, person, now, reason=closing.IDLE)
    except DomainError:
        return False
    return True
