"""Keeping how a person wants their lists to open."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from aplus.access.keys import use_key
from aplus.core import clock
from aplus.demandes.models import ListChoice
from aplus.policy.actor import Actor


def keep(actor: Actor, choices: Mapping[str, str], *, key: UUID, location: str) -> None:
    """Keep these words of the address in place of those kept before, none forgets them; raises AlreadyDone."""
    with transaction.atomic():
        use_key(actor, key, location)
        if choices:
            values = {"choices": dict(choices), "updated_at": clock.now()}
            ListChoice.objects.update_or_create(user_id=actor.person_id, defaults=values)
        else:
            ListChoice.objects.filter(user_id=actor.person_id).delete()
