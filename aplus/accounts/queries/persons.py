"""Reading a person with every groupe they belong to, and a member of one groupe: what decisions ask about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from aplus.accounts.models import Membership, User
from aplus.annuaire.models import Groupe
from aplus.policy import decisions
from aplus.policy.actor import Actor


@dataclass(frozen=True)
class Person:
    """An account with its memberships in groupes that are not closed; the rows stay when it is deactivated."""

    user: User
    memberships: Sequence[Membership] = ()
    has_scope: bool = False

    @property
    def user_id(self) -> UUID:
        """Whom it is about."""
        return self.user.pk

    @property
    def places(self) -> list[Groupe]:
        """The groupes, with their territoires."""
        return [membership.groupe for membership in self.memberships]

    @property
    def is_administrateur(self) -> bool:
        """Of the A+ team."""
        return self.user.is_administrateur


@dataclass(frozen=True)
class Member:
    """Somebody in a groupe; without membership for who may not know, or when there is none any more."""

    user_id: UUID
    place: Groupe
    membership: Membership | None = None


def person(user_id: UUID) -> Person | None:
    """The person, active or not, by name of groupe; None for nobody, or an account that is erased."""
    return next(iter(persons([user_id])), None)


def persons(user_ids: Collection[UUID]) -> list[Person]:
    """These people, each with their groupes by name. Three queries."""
    rows = User.objects.select_related("supervision", "observation", "expertise")
    users = list(rows.filter(pk__in=user_ids, deleted_at=None))
    held = Membership.objects.filter(user__in=users, groupe__closed_at=None).select_related("groupe__organisme")
    of: dict[UUID, list[Membership]] = {user.pk: [] for user in users}
    for membership in held.prefetch_related("groupe__territoires").order_by("groupe__sort_key", "groupe_id"):
        of[membership.user_id].append(membership)
    return [
        Person(
            user,
            of[user.pk],
            has_scope=any(
                getattr(user, role, None) is not None for role in ("supervision", "observation", "expertise")
            ),
        )
        for user in users
    ]


def seen_person(actor: Actor, person_id: UUID) -> Person | None:
    """A person whom this actor sees in pilotage; without any groupe for who has no such section: 403 in any case."""
    if not decisions.may_see_people(actor):
        return Person(User(pk=person_id))
    found = person(person_id)
    return found if found is not None and decisions.may_see_person(actor, found) else None
