"""Several acceptances of invitations at the same moment, in a database where commits are real."""

from collections.abc import Callable

from django.db import transaction
from django.test import Client

from aplus.accounts.models import Invitation, Membership, Session, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.rules.inviting import Wanted
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import inviting as services
from aplus.annuaire.models import Groupe
from aplus.core.errors import Overtaken
from tests.accounts.test_at_once import at_once
from tests.personas import World

NEW = "lea.durand@demo.example"
GIVEN = {"prenom": "Léa", "nom": "Durand", "fonction": "Conseillère", "cgu": "1"}


@transaction.atomic
def _invite(who: User, groupe: Groupe) -> str:
    actor = actor_for(who.pk)
    held = services.hold(actor, [groupe.pk])[groupe.pk]
    (invitation,) = services.invite_all(actor, held, [Wanted(NEW, Flags(is_aidant=True))])
    return f"/inscription/{services.token_of(invitation)}/"


def _accept(path: str) -> Callable[[], int]:
    return lambda: Client().post(path, GIVEN).status_code


def test_of_two_acceptances_one_makes_the_account(committing: World) -> None:
    """The same link twice, and the links of two groupes: one account, in both, never a deadlock."""
    first = _invite(committing.rachel, committing.fs_argenteuil)
    second = _invite(committing.nora, committing.caf95)
    assert at_once([_accept(first), _accept(second), _accept(first), _accept(second)]) == [303, 410, 410, 410]
    user = User.objects.get(email=NEW)
    assert Session.objects.get().user == user
    assert Membership.objects.filter(user=user).count() == 2
    assert not Invitation.objects.filter(accepted_at=None).exists()


def test_withdrawn_and_accepted_at_once_is_one_of_the_two(committing: World) -> None:
    path = _invite(committing.rachel, committing.fs_argenteuil)
    invitation = Invitation.objects.get()

    def withdraw() -> int:
        actor = actor_for(committing.rachel.pk)
        try:
            services.withdraw(actor, invitation.groupe_id, invitation.pk, key=invitation.pk, location="/groupes/")
        except Overtaken:
            return 409
        return 200

    answers = at_once([_accept(path), withdraw])
    invitation.refresh_from_db()
    is_there = User.objects.filter(email=NEW).exists()
    assert answers == ([303, 409] if is_there else [200, 410])
    assert (invitation.accepted_at is not None, invitation.withdrawn_at is None) == (is_there, is_there)


def test_two_who_invite_the_same_address_at_once_invite_once(committing: World) -> None:
    def invite(who: User) -> Callable[[], int]:
        return lambda: len(_invite(who, committing.fs_argenteuil))

    answers = at_once([invite(committing.rachel), invite(committing.sophie), invite(committing.nora)])
    assert len(set(answers)) == 1
    assert Invitation.objects.count() == 1
