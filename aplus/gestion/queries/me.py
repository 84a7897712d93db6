"""Reading one's own account: where one belongs, who may change it, and what one chose to be told."""

from uuid import UUID

from aplus.accounts.models import Membership, Supervision, User
from aplus.annuaire.models import Groupe
from aplus.policy import decisions
from aplus.policy.actor import Actor, Scope


def my_account(actor: Actor) -> User:
    """The actor's own account."""
    return User.objects.get(pk=actor.person_id)


def instructeur_places(actor: Actor) -> list[Membership]:
    """The memberships of this person that hear of new demandes, by groupe's name."""
    rows = Membership.objects.filter(user=actor.person_id, is_instructeur=True, groupe__closed_at=None)
    return list(rows.select_related("groupe").order_by("groupe__sort_key", "groupe_id"))


def who_manages(actor: Actor, groupes: list[Groupe]) -> dict[UUID, list[str]]:
    """By groupe, the names of those who may change this person's roles there: responsables, else superviseurs.

    Nobody changes their own; an empty list means the A+ team.
    """
    found: dict[UUID, list[str]] = {groupe.pk: [] for groupe in groupes}
    rows = Membership.objects.filter(groupe__in=found, is_responsable=True, user__is_active=True)
    for one in rows.exclude(user=actor.person_id).select_related("user").order_by("user__sort_key", "user_id"):
        found[one.groupe_id].append(one.user.full_name)
    alone = [groupe for groupe in groupes if not found[groupe.pk]]
    for supervision in _superviseurs(actor) if alone else ():
        above = Actor(user_id=supervision.user_id, supervision=_scope(supervision))
        for groupe in alone:
            if decisions.may_manage_members(above, groupe):
                found[groupe.pk].append(supervision.user.full_name)
    return found


def _superviseurs(actor: Actor) -> list[Supervision]:
    rows = Supervision.objects.filter(user__is_active=True).exclude(user=actor.person_id)
    rows = rows.select_related("user").prefetch_related("territoires", "organismes")
    return list(rows.order_by("user__sort_key", "user_id"))


def _scope(one: Supervision) -> Scope:
    return Scope(
        territoires=None if one.all_territoires else frozenset(place.pk for place in one.territoires.all()),
        organismes=None if one.all_organismes else frozenset(organisme.pk for organisme in one.organismes.all()),
    )
