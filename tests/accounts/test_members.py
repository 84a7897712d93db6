"""Setting the flags of a member, and putting somebody out of a groupe (product.md §4-5, accounts.md §2)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction

from aplus.accounts.models import Membership, MembershipChange, MembershipEvent, Proposal, Supervision
from aplus.accounts.services import members
from aplus.core import clock
from aplus.core.errors import AlreadyDone, DomainError, NotAllowed, Overtaken
from aplus.journal.models import JournalLine
from tests.accounts.members import (
    AIDANT,
    BOTH,
    INSTRUCTEUR,
    RESPONSABLE,
    addresses,
    flags_in,
    give,
    held,
    put_out,
    told,
)
from tests.personas import PERSONAS, World

pytestmark = pytest.mark.django_db
MAY_MANAGE_THE_CAF = {"remi", "sophie", "nora"}


@pytest.mark.parametrize("who", [persona.key for persona in PERSONAS])
def test_only_those_who_manage_the_groupe_set_flags_and_put_out(world: World, who: str) -> None:
    """Igor of the CAF: his responsable, the superviseur, the A+ team; not himself, not Rachel of another groupe."""
    before = Membership.objects.count()
    actor = world.user(who)
    for act, flags in ((give, (BOTH,)), (put_out, ())):
        try:
            act(actor, world.igor, world.caf95, *flags)
        except NotAllowed:
            done = False
        else:
            done = True
        assert done == (who in MAY_MANAGE_THE_CAF)
    assert Membership.objects.count() == before - (who in MAY_MANAGE_THE_CAF)


@pytest.mark.parametrize("who", ["remi", "nora", "sophie"])
def test_nobody_sets_their_own_flags_nor_puts_themselves_out(world: World, who: str) -> None:
    Membership.objects.get_or_create(
        user=world.user(who), groupe=world.caf95, defaults={"is_responsable": True, "created_at": clock.now()}
    )
    before = flags_in(world.user(who).pk, world.caf95)
    for act in (give, put_out):
        arguments = (INSTRUCTEUR,) if act is give else ()
        with pytest.raises(NotAllowed):
            act(world.user(who), world.user(who), world.caf95, *arguments)
    assert flags_in(world.user(who).pk, world.caf95) == before


def test_a_superviseur_manages_only_what_is_wholly_in_scope(world: World) -> None:
    Supervision.objects.get(user=world.sophie).organismes.set(["cpam"])
    with pytest.raises(NotAllowed):
        give(world.sophie, world.igor, world.caf95, RESPONSABLE)
    give(world.sophie, world.paul, world.cpam95, BOTH)
    assert flags_in(world.paul.pk, world.cpam95) == BOTH


def test_instructeur_counts_from_when_it_is_given_and_every_member_is_told(world: World) -> None:
    given_at = clock.now() + timedelta(hours=1)
    Membership.objects.filter(user=world.igor).update(is_instructeur=False, instructeur_since=None)
    with clock.at(given_at):
        give(world.remi, world.igor, world.caf95, BOTH)
    assert held(world.igor, world.caf95).instructeur_since == given_at
    change = MembershipChange.objects.get()
    assert (change.event, change.user, change.by, change.at) == (
        MembershipEvent.INSTRUCTEUR,
        world.igor,
        world.remi,
        given_at,
    )
    assert told(members.FLAGS_SET) == addresses(world.igor, world.ines)
    assert JournalLine.objects.filter(actor_id=world.remi.pk, act="roles", thing_id=world.igor.pk).exists()


def test_other_flags_are_told_to_the_person_only_and_leave_since_when(world: World) -> None:
    since = held(world.igor, world.caf95).instructeur_since
    give(world.remi, world.igor, world.caf95, BOTH)
    assert held(world.igor, world.caf95).instructeur_since == since
    assert told(members.FLAGS_SET) == addresses(world.igor)

    give(world.remi, world.igor, world.caf95, RESPONSABLE)
    assert held(world.igor, world.caf95).instructeur_since is None


def test_the_same_flags_do_nothing(world: World) -> None:
    give(world.remi, world.igor, world.caf95, INSTRUCTEUR, seen=INSTRUCTEUR)
    assert not MembershipChange.objects.exists()
    assert told(members.FLAGS_SET) == set()


def test_flags_changed_meanwhile_are_not_overwritten(world: World) -> None:
    give(world.nora, world.igor, world.caf95, BOTH)
    with pytest.raises(Overtaken):
        give(world.remi, world.igor, world.caf95, AIDANT, seen=INSTRUCTEUR)
    assert flags_in(world.igor.pk, world.caf95) == BOTH


def test_one_form_is_one_act(world: World) -> None:
    key = uuid4()
    put_out(world.remi, world.igor, world.caf95, key=key, location="/ici/")
    with pytest.raises(AlreadyDone), transaction.atomic():
        put_out(world.remi, world.igor, world.caf95, key=key, location="/ici/")
    with pytest.raises(Overtaken), transaction.atomic():
        put_out(world.remi, world.igor, world.caf95, key=uuid4(), location="/ici/")
    assert MembershipChange.objects.count() == 1


def test_who_is_put_out_is_told_and_so_are_those_who_stay(world: World) -> None:
    now = clock.now()
    departure = Proposal.objects.create(
        groupe=world.caf95, kind="depart", person=world.igor, proposed_by=world.ines, created_at=now
    )
    elsewhere = Proposal.objects.create(
        groupe=world.cpam95, kind="depart", person=world.igor, proposed_by=world.paul, created_at=now
    )
    put_out(world.remi, world.igor, world.caf95)

    assert flags_in(world.igor.pk, world.caf95) is None
    change = MembershipChange.objects.get()
    assert (change.event, change.is_instructeur) == (MembershipEvent.DEPARTURE, True)
    assert told(members.REMOVED) == addresses(world.igor, world.ines)
    departure.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (departure.is_accepted, departure.decided_by, elsewhere.decided_at) == (True, world.remi, None)
    assert all("igor" not in one.subject.lower() for one in mail.outbox)


@pytest.mark.parametrize("act", ["flag", "out"])
def test_the_last_responsable_is_pointed_out_to_the_superviseurs(world: World, act: str) -> None:
    """By Nora: Sophie has it in her scope; a superviseur of part of it, or of elsewhere, does not change it."""
    if act == "flag":
        give(world.nora, world.remi, world.caf95, INSTRUCTEUR)
    else:
        put_out(world.nora, world.remi, world.caf95)
    assert told(members.NO_RESPONSABLE) == addresses(world.sophie)


def test_without_superviseur_the_administrateurs_are_told(world: World) -> None:
    Supervision.objects.all().delete()
    give(world.nora, world.igor, world.caf95, BOTH)
    put_out(world.igor, world.remi, world.caf95)
    assert told(members.NO_RESPONSABLE) == set()

    put_out(world.nora, world.igor, world.caf95)
    assert told(members.NO_RESPONSABLE) == set(), "who did it knows"

    assert not Membership.objects.filter(groupe=world.caf95, is_responsable=True).exists()


def test_a_responsable_come_since_makes_the_word_useless(world: World) -> None:
    put_out(world.nora, world.remi, world.caf95)
    give(world.nora, world.igor, world.caf95, BOTH)
    assert told(members.NO_RESPONSABLE) == set()


def test_the_flags_of_a_closed_account_stay(world: World) -> None:
    world.igor.is_active = False
    world.igor.save()
    with pytest.raises(DomainError):
        give(world.remi, world.igor, world.caf95, AIDANT)
