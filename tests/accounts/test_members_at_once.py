"""People who act on one another at the same time: real threads, real commits."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from aplus.accounts.models import Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.services import closing, resting
from aplus.core import clock
from aplus.core.errors import DomainError
from tests.accounts.members import BOTH, give, put_out
from tests.accounts.test_at_once import at_once
from tests.personas import World


def answer(act: Callable[[], None]) -> Callable[[], int]:
    """1 when it was done, 0 when it was refused."""

    def tried() -> int:
        try:
            act()
        except DomainError:
            return 0
        return 1

    return tried


@pytest.mark.parametrize("act", ["out", "closed"])
def test_two_responsables_against_one_another_leave_one(committing: World, act: str) -> None:
    world = committing
    give(world.nora, world.igor, world.caf95, BOTH)
    actors = {one.pk: actor_for(one.pk) for one in (world.igor, world.remi)}

    def against(by: User, user: User) -> None:
        if act == "out":
            put_out(by, user, world.caf95)
        else:
            closing.deactivate(actors[by.pk], user.pk)

    done = at_once([answer(lambda: against(world.igor, world.remi)), answer(lambda: against(world.remi, world.igor))])

    assert done == [0, 1]
    assert Membership.objects.filter(groupe=world.caf95, is_responsable=True, user__is_active=True).count() == 1


def test_two_administrateurs_against_one_another_leave_one(committing: World) -> None:
    world = committing
    User.objects.filter(pk=world.alice.pk).update(is_administrateur=True)
    nora, alice = actor_for(world.nora.pk), actor_for(world.alice.pk)

    done = at_once(
        [
            answer(lambda: closing.deactivate(nora, world.alice.pk)),
            answer(lambda: closing.deactivate(alice, world.nora.pk)),
        ]
    )

    assert done == [0, 1]
    assert User.objects.filter(is_administrateur=True, is_active=True).count() == 1


def test_an_account_closed_twice_at_once_is_closed_once(committing: World) -> None:
    world = committing
    actors = [actor_for(one.pk) for one in (world.nora, world.remi, world.sophie)]
    done = at_once([answer(lambda actor=actor: closing.deactivate(actor, world.igor.pk)) for actor in actors])  # type: ignore[misc]
    assert done == [0, 0, 1]


def test_several_machines_at_once_give_one_notice(committing: World) -> None:
    rested = datetime(2026, 1, 15, 9, tzinfo=UTC)
    User.objects.update(last_active_at=datetime(2026, 9, 1, tzinfo=UTC))
    User.objects.filter(pk=committing.igor.pk).update(last_active_at=rested)

    def work() -> int:
        with clock.at(datetime(2026, 9, 20, 9, tzinfo=UTC)):
            return resting.warn_and_close()

    assert sum(at_once([work] * 4)) == 1
    igor = User.objects.get(pk=committing.igor.pk)
    assert (igor.inactivity_notices, igor.is_active) == (1, True)
