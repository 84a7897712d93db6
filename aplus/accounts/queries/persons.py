"""Reading a person with every groupe they belong to, and a member of one groupe: what decisions ask about."""

from collections.abc import Sequence
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
    """The person, active or not, by name of groupe. Three queries; None for nobody, or an account that is erased."""
    rows = User.objects.select_related("supervision", "observation", "expertise")
    user = rows.filter(pk=user_id, deleted_at=None).first()
    if user is None:
        return None
    held = Membership.objects.filter(user=user, groupe__closed_at=None).select_related("groupe__organisme")
    memberships = list(held.prefetch_related("groupe__territoires").order_by("groupe__sort_key", "groupe_id"))
    has_scope = any(getattr(user, role, None) is not None for role in ("supervision", "observation", "expertise"))
    return Person(user, memberships, has_scope=has_scope)


def seen_person(actor: Actor, person_id: UUID) -> Person | None:
    """A person whom this actor sees in pilotage; without any groupe for who has no such section: 403 in any case."""
    if not decisions.may_see_people(actor):
        return Person(User(pk=person_id))
    found = person(person_id)
    return found if found is not None and decisions.may_see_person(actor, found) else None
