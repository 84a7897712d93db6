"""Deactivating an account and opening it again (accounts.md §2)."""

from datetime import timedelta

import pytest
from django.test import Client

from aplus.accounts.models import (
    Membership,
    MembershipChange,
    MembershipEvent,
    Proposal,
    Session,
    SignInLink,
    Supervision,
    User,
)
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.services import closing, members
from aplus.accounts.services.people import join
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.journal.models import JournalLine
from aplus.policy.actor import SYSTEM
from tests import personas
from tests.accounts.conftest import FIREFOX
from tests.accounts.members import BOTH, INSTRUCTEUR, addresses, flags_in, give, told
from tests.personas import PERSONAS, World

pytestmark = pytest.mark.django_db
MAY_CLOSE_IGOR = {"remi", "sophie", "nora"}


def close(by: User, user: User) -> None:
    """`by` deactivates this account."""
    closing.deactivate(actor_for(by.pk), user.pk)
    user.refresh_from_db()


def reopen(by: User, user: User, **more: object) -> None:
    """`by` opens this account again."""
    closing.reactivate(actor_for(by.pk), user.pk, **more)  # type: ignore[arg-type]
    user.refresh_from_db()


@pytest.mark.parametrize("who", [persona.key for persona in PERSONAS])
def test_only_who_manages_every_groupe_of_the_person_closes_and_opens(world: World, who: str) -> None:
    for act, is_active in ((close, True), (reopen, False)):
        User.objects.filter(pk=world.igor.pk).update(is_active=is_active)
        try:
            act(world.user(who), world.igor)
        except NotAllowed:
            done = False
        else:
            done = True
        assert done == (who in MAY_CLOSE_IGOR), act.__name__


@pytest.mark.parametrize(("who", "may"), [("remi", False), ("sophie", False), ("nora", True)])
def test_a_groupe_that_one_does_not_manage_is_enough_to_be_refused(world: World, who: str, may: bool) -> None:
    """Igor is also in the CCAS of Cergy, which neither Rémi nor Sophie manages."""
    join(world.igor, world.ccas_cergy, aidant=True)
    if may:
        close(world.user(who), world.igor)
    else:
        with pytest.raises(NotAllowed):
            close(world.user(who), world.igor)
    assert User.objects.get(pk=world.igor.pk).is_active is not may


def test_closing_ends_what_opens_the_account_and_remembers_the_memberships(world: World, ask: object) -> None:
    client = Client(headers={"User-Agent": FIREFOX})
    personas.sign_in(client, world.igor)
    path = ask(world.igor.email)  # type: ignore[operator]
    departure = Proposal.objects.create(
        groupe=world.caf95, kind="depart", person=world.igor, proposed_by=world.ines, created_at=clock.now()
    )
    assert client.get("/demandes/").status_code == 200

    close(world.remi, world.igor)

    assert not world.igor.is_active
    assert world.igor.deactivated_at is not None
    assert client.get("/demandes/").headers["Location"].startswith("/connexion/")
    assert not Session.objects.filter(user=world.igor).exists()
    assert SignInLink.objects.get().ended_at is not None
    assert Client().post(path).status_code == 410
    assert flags_in(world.igor.pk, world.caf95) == INSTRUCTEUR
    departure.refresh_from_db()
    assert departure.is_accepted
    assert told(closing.DEACTIVATED) == addresses(world.igor)
    assert JournalLine.objects.filter(act=closing.DEACTIVATED, thing_id=world.igor.pk).exists()
    with pytest.raises(Overtaken):
        close(world.nora, world.igor)


def test_the_responsables_are_told_unless_it_is_their_act(world: World) -> None:
    close(world.nora, world.igor)
    assert told(closing.DEACTIVATED) == addresses(world.igor, world.remi)
    reopen(world.nora, world.igor)
    assert told(closing.REACTIVATED) == addresses(world.igor, world.remi)


def test_opening_gives_everything_back_and_counts_from_now(world: World) -> None:
    User.objects.filter(pk=world.igor.pk).update(inactivity_notices=2, inactivity_noticed_at=clock.now())
    close(world.remi, world.igor)
    back_at = clock.now() + timedelta(days=3)
    with clock.at(back_at):
        reopen(world.remi, world.igor)

    held = Membership.objects.get(user=world.igor)
    assert (held.is_instructeur, held.instructeur_since) == (True, back_at)
    assert (world.igor.is_active, world.igor.deactivated_at, world.igor.inactivity_notices) == (True, None, 0)
    events = MembershipChange.objects.order_by("at").values_list("event", flat=True)
    assert list(events) == [MembershipEvent.DEPARTURE, MembershipEvent.RETURN]
    with pytest.raises(Overtaken):
        reopen(world.remi, world.igor)


def test_the_last_responsable_closed_is_pointed_out(world: World) -> None:
    close(world.nora, world.remi)
    assert told(members.NO_RESPONSABLE) == addresses(world.sophie)


def test_never_the_last_administrateur(world: World) -> None:
    with pytest.raises(NotAllowed):
        close(world.nora, world.nora)
    with pytest.raises(Refused):
        closing.deactivate(SYSTEM, world.nora.pk)
    User.objects.filter(pk=world.alice.pk).update(is_administrateur=True)
    close(world.alice, world.nora)
    assert not world.nora.is_active
    with pytest.raises(Unknown):
        closing.deactivate(SYSTEM, world.caf95.pk)


def test_a_wider_role_is_closed_by_the_team_only(world: World) -> None:
    join(world.sophie, world.caf95)
    with pytest.raises(NotAllowed):
        close(world.remi, world.sophie)
    close(world.nora, world.sophie)
    with pytest.raises(NotAllowed):
        reopen(world.remi, world.sophie, through=world.caf95.pk)


def test_a_return_through_one_groupe_leaves_the_others_to_their_responsables(world: World) -> None:
    """Rémi takes Igor back at the CAF; the France services groupe of Rachel waits for her word."""
    join(world.igor, world.fs_argenteuil, aidant=True)
    close(world.nora, world.igor)
    for groupe in (world.caf95, world.fs_argenteuil):
        Proposal.objects.create(groupe=groupe, kind="retour", person=world.igor, created_at=clock.now())
    with pytest.raises(NotAllowed):
        reopen(world.remi, world.igor)
    with pytest.raises(NotAllowed):
        reopen(world.remi, world.igor, through=world.fs_argenteuil.pk)

    reopen(world.remi, world.igor, through=world.caf95.pk)

    assert world.igor.is_active
    assert flags_in(world.igor.pk, world.caf95) == INSTRUCTEUR
    assert flags_in(world.igor.pk, world.fs_argenteuil) is None
    assert list(Proposal.objects.filter(decided_at=None).values_list("groupe", flat=True)) == [world.fs_argenteuil.pk]

    reopen(world.rachel, world.igor, through=world.fs_argenteuil.pk)
    assert actor_for(world.igor.pk).aidant_groupe_ids == {world.fs_argenteuil.pk}
    assert not Proposal.objects.filter(decided_at=None).exists()
    with pytest.raises(Overtaken):
        reopen(world.rachel, world.igor, through=world.fs_argenteuil.pk)


def test_a_superviseur_is_not_asked_about_what_is_out_of_scope(world: World) -> None:
    Supervision.objects.get(user=world.sophie).organismes.set(["cpam"])
    with pytest.raises(NotAllowed):
        close(world.sophie, world.igor)
    close(world.sophie, world.paul)
    give(world.nora, world.igor, world.caf95, BOTH)
    assert not world.paul.is_active
