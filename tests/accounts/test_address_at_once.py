"""A change of address while others act: real threads, real commits."""

from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from aplus.accounts.models import EmailChange, Session, SignInLink, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.rules.addresses import Side
from aplus.accounts.services import addresses as services
from aplus.accounts.services.addresses import token_of
from aplus.journal.models import JournalLine
from tests.accounts.test_at_once import at_once
from tests.personas import World

NEW = "nouvelle@demo.example"


def begin(person: User, address: str = NEW) -> EmailChange:
    """Ask for the address."""
    services.ask(actor_for(person.pk), address, key=str(uuid4()), location="/moi/adresse/")
    return EmailChange.objects.latest("created_at")


def press(change: EmailChange, side: Side) -> Callable[[], int]:
    """The button of one of the two links."""
    return lambda: Client().post(f"/moi/adresse/{token_of(change, side)}/").status_code


def changes(person: User) -> int:
    """How many times the journal says that this account changed."""
    return JournalLine.objects.filter(act="adresse-changee", thing_id=person.pk).count()


def test_both_sides_at_once_is_one_change(committing: World) -> None:
    change = begin(committing.alice)
    assert at_once([press(change, side) for side in (*Side, *Side)]) == [303] * 4
    assert User.objects.get(pk=committing.alice.pk).email == NEW
    assert changes(committing.alice) == 1


def test_of_two_accounts_that_want_one_address_one_has_it(committing: World) -> None:
    people = (committing.alice, committing.amir)
    begun = [begin(person) for person in people]
    for change in begun:
        press(change, Side.OLD)()
    assert at_once([press(change, Side.NEW) for change in begun]) == [303, 409]
    assert User.objects.filter(email=NEW).count() == 1
    assert sorted(changes(person) for person in people) == [0, 1]


def test_an_entry_by_the_old_address_comes_before_or_not_at_all(committing: World, ask: Callable[..., str]) -> None:
    change = begin(committing.alice)
    press(change, Side.OLD)()
    path = ask(committing.alice.email)

    def enter() -> int:
        return Client().post(path).status_code

    answers = at_once([press(change, Side.NEW), enter])
    assert answers in ([303, 303], [303, 410])
    assert User.objects.get(pk=committing.alice.pk).email == NEW
    assert not Session.objects.filter(user=committing.alice).exists()
    assert not SignInLink.objects.filter(used_at=None, ended_at=None).exists()


def test_giving_up_and_confirming_at_once_is_one_or_the_other(committing: World) -> None:
    change = begin(committing.alice)
    press(change, Side.OLD)()

    def give_up() -> int:
        services.cancel(actor_for(committing.alice.pk))
        return 0

    at_once([press(change, Side.NEW), give_up])
    change.refresh_from_db()
    assert (change.done_at is None) != (change.cancelled_at is None)
    moved = User.objects.get(pk=committing.alice.pk).email == NEW
    assert moved == (change.done_at is not None)
    assert changes(committing.alice) == moved


def test_asking_twice_at_once_leaves_one_pending(committing: World) -> None:
    def begin_one() -> int:
        begin(committing.alice, f"{uuid4().hex[:8]}@demo.example")
        return 1

    assert at_once([begin_one] * 2) == [1, 1]
    assert EmailChange.objects.filter(done_at=None, cancelled_at=None).count() == 1
