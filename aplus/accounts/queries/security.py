"""Reading what guards one's own account: the sessions in force and the last entries."""

from django.conf import settings
from django.db.models import Q

from aplus.accounts.models import Session
from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.policy.actor import Actor

ENTRIES = 10


def own_sessions(actor: Actor) -> list[Session]:
    """The sessions of this person that still open something, the last used first."""
    now = clock.now()
    in_use = Q(is_shared_post=False, last_seen_at__gt=now - settings.SESSION_IDLE)
    in_use |= Q(is_shared_post=True, last_seen_at__gt=now - settings.SESSION_SHARED_IDLE)
    rows = Session.objects.filter(in_use, user_id=actor.person_id, expires_at__gt=now)
    return list(rows.defer("data").order_by("-last_seen_at", "id"))


def last_entries(actor: Actor) -> list[JournalLine]:
    """The last entries of this person, newest first."""
    rows = JournalLine.objects.filter(actor_id=actor.person_id, act="entree")
    return list(rows.order_by("-id")[:ENTRIES])
