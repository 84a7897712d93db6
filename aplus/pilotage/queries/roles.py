"""Who holds a role outside groupes."""

from django.db.models import Q

from aplus.accounts.models import User
from aplus.accounts.queries import actors
from aplus.policy.actor import Actor


def holders() -> list[tuple[User, Actor]]:
    """Everybody who does, by name, with what they hold; closed accounts too. One query."""
    somewhere = Q(supervision__isnull=False) | Q(observation__isnull=False) | Q(expertise__isnull=False)
    rows = actors.with_roles().filter(Q(is_administrateur=True) | somewhere, deleted_at=None)
    return [(user, actors.roles_of(user)) for user in rows.order_by("sort_key", "pk")]
