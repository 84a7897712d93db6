"""What is done for a person from the page that helps them."""

from uuid import UUID, uuid4

from django.db import transaction

from aplus.access.keys import use_key
from aplus.accounts.models import User
from aplus.accounts.queries import actors, persons
from aplus.accounts.services.ending import end_sessions
from aplus.core import clock
from aplus.core.errors import NotAllowed, Unknown
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy import decisions
from aplus.policy.actor import Actor

# The word of X-Aplus-Evenement.
EVENT = "sessions-fermees"


def note_reading(actor: Actor, person_id: UUID) -> None:
    """The journal's line of who opened whose page."""
    journal.write(actor, "personne-consultee", kind="compte", thing_id=person_id)


def send_out(actor: Actor, user_id: UUID, *, key: UUID, location: str) -> int:
    """End every session of somebody, by who may close their account; how many. The person is told.

    Raises Unknown, NotAllowed, AlreadyDone.
    """
    with transaction.atomic():
        list(User.objects.select_for_update(no_key=True).filter(pk=user_id))
        person = persons.person(user_id)
        if person is None:
            raise Unknown
        if not decisions.may_deactivate(actors.as_of_now(actor), person):
            raise NotAllowed
        use_key(actor, key, location)
        number = end_sessions(user_id)
        if number:
            journal.write(actor, EVENT, kind="compte", thing_id=user_id, codes={"nombre": number})
            tell(act_id=uuid4(), event=EVENT, at=clock.now(), people=[user_id])
    return number
