"""Two administrateurs who take one another's role: one of them stays, whatever happens."""

from collections.abc import Callable
from uuid import uuid4

from aplus.accounts.models import User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.rules.roles import NOT_HELD, Held, Role
from aplus.accounts.services import roles as services
from aplus.core.errors import NotAllowed
from tests.accounts.test_at_once import at_once
from tests.personas import World


def test_one_administrateur_stays(committing: World) -> None:
    world = committing
    User.objects.filter(pk=world.igor.pk).update(is_administrateur=True)
    pairs = [(world.nora, world.igor), (world.igor, world.nora)]

    def take(by: User, user: User) -> Callable[[], int]:
        # Both were administrateurs when their page was made.
        actor, seen = actor_for(by.pk), Held(is_held=True).version

        def act() -> int:
            try:
                services.set_role(actor, user.pk, Role.ADMINISTRATEUR, NOT_HELD, seen=seen, key=uuid4(), location="/")
            except NotAllowed:
                return 403
            return 303

        return act

    assert at_once([take(*pair) for pair in pairs]) == [303, 403]
    assert User.objects.filter(is_administrateur=True).count() == 1
