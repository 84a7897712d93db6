"""Two colleagues who choose to be told nothing at the same moment: one of them is the last, and is refused."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

from django.db import connection

from aplus.accounts.models import DigestChoice, MailChoice, Membership
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.services.choosing import Choices, choose
from aplus.annuaire.models import Groupe
from aplus.core.errors import Refused
from tests.personas import World


def test_one_of_two_is_refused(committing: World) -> None:
    world = committing
    Groupe.objects.filter(pk=world.caf95.pk).update(mailbox="")
    Membership.objects.filter(user=world.remi).update(new_demandes=DigestChoice.NONE)

    def none_for(person_id: UUID) -> str:
        try:
            choose(actor_for(person_id), Choices(MailChoice.NONE, (9,), False, {}), key=str(uuid4()), location="/moi/")
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor() as together:
        answers = sorted(together.map(none_for, [world.ines.pk, world.igor.pk]))

    assert answers == ["done", "refused"]
    assert Membership.objects.filter(groupe=world.caf95, user__mail_choice=MailChoice.EACH).count() == 2
