"""What the tests of members share: acting on somebody in a groupe, and reading who was told of what."""

from typing import Any
from uuid import UUID

from django.core import mail

from aplus.accounts.models import Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.queries.persons import Member
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import members
from aplus.annuaire.models import Groupe
from tests.notifications.jobs import run_jobs

AIDANT, INSTRUCTEUR, RESPONSABLE = Flags(is_aidant=True), Flags(is_instructeur=True), Flags(is_responsable=True)
BOTH = Flags(is_instructeur=True, is_responsable=True)


def held(user: User, groupe: Groupe) -> Membership:
    """The membership as it is now."""
    return Membership.objects.get(user=user, groupe=groupe)


def member(user: User, groupe: Groupe) -> Member:
    """What a service is given: somebody in a groupe."""
    return Member(user.pk, groupe, Membership.objects.filter(user=user, groupe=groupe).first())


def give(by: User, user: User, groupe: Groupe, flags: Flags, **more: Any) -> None:
    """`by` sets the flags of somebody."""
    members.set_flags(actor_for(by.pk), member(user, groupe), flags, **more)


def put_out(by: User, user: User, groupe: Groupe, **more: Any) -> None:
    """`by` puts somebody out of a groupe."""
    members.remove(actor_for(by.pk), member(user, groupe), **more)


def told(event: str) -> set[str]:
    """The addresses that the mails of this event went to; the jobs are run first."""
    run_jobs()
    return {one.to[0] for one in mail.outbox if one.extra_headers["X-Aplus-Evenement"] == event}


def addresses(*people: User) -> set[str]:
    """Their addresses."""
    return {one.email for one in people}


def flags_in(user_id: UUID, groupe: Groupe) -> Flags | None:
    """What the database says that they hold; None for who is not a member."""
    row = Membership.objects.filter(user_id=user_id, groupe=groupe).first()
    return Flags.of(row) if row else None
