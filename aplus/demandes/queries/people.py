"""Who can be brought onto a demande: groupes, colleagues, experts."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery

from aplus.accounts.models import Membership, User
from aplus.annuaire.models import Groupe, GroupeQuerySet
from aplus.demandes.models import Demande, UsualDelay
from aplus.policy.actor import Actor


def addressable_groupes(structure: Groupe) -> GroupeQuerySet:
    """The groupes this structure may address, of any territoire: open, accepting it, with an active instructeur."""
    handled = Membership.objects.filter(groupe=OuterRef("pk"), is_instructeur=True, user__is_active=True)
    rows = Groupe.objects.open().accepting(structure.organisme_id).annotate(usual_days=usual_days())
    return rows.filter(Exists(handled)).exclude(pk=structure.pk).select_related("organisme")


def usual_days() -> Subquery:
    """In how many business days a groupe usually answers; None when too few answers say it."""
    return Subquery(UsualDelay.objects.filter(groupe=OuterRef("pk")).values("days"))


def instructeurs_of(groupe_ids: frozenset[UUID]) -> list[Membership]:
    """The active instructeurs of these groupes, by name, each with the groupe."""
    rows = Membership.objects.filter(groupe_id__in=groupe_ids, is_instructeur=True, user__is_active=True)
    return list(rows.select_related("user", "groupe").order_by("user__sort_key", "user_id"))


def colleagues_to_invite(actor: Actor, demande: Demande) -> dict[UUID, Membership]:
    """Instructeurs of the actor's groupes who are not on the demande yet, with the groupe that lets them in."""
    here = {person.user_id for person in demande.participant_list}
    addressed = {part.groupe_id for part in demande.part_list}
    found: dict[UUID, Membership] = {}
    for membership in instructeurs_of(actor.instructeur_groupe_ids - addressed):
        if membership.user_id not in here:
            found.setdefault(membership.user_id, membership)
    return found


def colleagues_of_structure(actor: Actor, structure_id: UUID) -> list[User]:
    """The other active aidants of a structure, by name."""
    held = Membership.objects.filter(user=OuterRef("pk"), groupe_id=structure_id, is_aidant=True)
    rows = User.objects.filter(Exists(held), is_active=True).exclude(pk=actor.person_id)
    return list(rows.order_by("sort_key", "id"))


def experts(demande: Demande) -> list[User]:
    """The active experts of the demande's territoire who are not on it by name yet."""
    here = [person.user_id for person in demande.participant_list]
    covers = Q(expertise__all_territoires=True) | Q(expertise__territoires=demande.territoire_id)
    return list(User.objects.filter(covers, is_active=True).exclude(pk__in=here).distinct().order_by("sort_key", "id"))
