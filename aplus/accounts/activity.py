"""That a person is there: what their inactivity is counted from."""

from datetime import datetime, timedelta

from django.db.models import Q

from aplus.accounts.models import User

EVERY = timedelta(days=1)


def stamp(user: User, now: datetime) -> None:
    """Note it at most once a day; whoever was warned of their inactivity is warned no more."""
    if user.last_active_at is not None and now - user.last_active_at < EVERY:
        return
    due = Q(last_active_at=None) | Q(last_active_at__lte=now - EVERY)
    User.objects.filter(due, pk=user.pk, is_active=True).update(
        last_active_at=now, inactivity_notices=0, inactivity_noticed_at=None
    )
    user.last_active_at = now
