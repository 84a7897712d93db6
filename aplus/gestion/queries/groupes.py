"""Reading groupes and the person's own account."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from aplus.accounts.models import Absence, Membership
from aplus.annuaire.models import Groupe, ReplyModel
from aplus.demandes.queries.managed import Managed
from aplus.demandes.queries.managed import managed as managed_demande
from aplus.policy import decisions
from aplus.policy.actor import Actor, Scope


def visible_groupes(actor: Actor) -> QuerySet[Groupe]:
    """Those of the actor, those they supervise or observe; every one for administrateurs (product.md §5)."""
    groupes = Groupe.objects.select_related("organisme").prefetch_related("territoires")
    if actor.is_administrateur:
        return groupes
    mine = Q(pk__in=actor.groupe_ids)
    if actor.supervision is not None:
        mine |= Q(pk__in=_supervised(actor.supervision).values("pk"))
    if actor.observation is not None:
        observed = actor.observation.organismes
        mine |= Q() if observed is None else Q(organisme__in=observed)
    return groupes.filter(mine)


def _supervised(scope: Scope) -> QuerySet[Groupe]:
    """Organisme and one territoire in scope (accounts.md §4); an empty set covers nothing at all."""
    groupes = Groupe.objects.all()
    if scope.organismes is not None:
        groupes = groupes.filter(organisme__in=scope.organismes)
    if scope.territoires is None:
        return groupes
    if not scope.territoires:
        return groupes.none()
    return groupes.filter(Q(territoires__in=scope.territoires) | Q(is_national=True))


def my_groupes(actor: Actor) -> list[Groupe]:
    """The groupes the actor belongs to, by name."""
    groupes = Groupe.objects.filter(pk__in=actor.groupe_ids)
    return list(groupes.select_related("organisme").prefetch_related("territoires").order_by("sort_key"))


def groupe(actor: Actor, groupe_id: UUID) -> Groupe | None:
    """One groupe, if the actor may see it."""
    return visible_groupes(actor).filter(pk=groupe_id).first()


def managed(actor: Actor, groupe_id: UUID, demande_id: UUID) -> Managed | None:
    """A demande through one of its groupes; without it for who may not read the groupe's metadata: 403 in any case."""
    found = groupe(actor, groupe_id)
    if found is None:
        return None
    if not decisions.may_see_metadata(actor, found):
        return Managed(found, None)
    demande = managed_demande(found, demande_id)
    return Managed(found, demande) if demande else None


def active_members(groupe: Groupe) -> list[Membership]:
    """The members whose account is active, by name."""
    rows = Membership.objects.filter(groupe=groupe, user__is_active=True).select_related("user")
    return list(rows.order_by("user__sort_key", "user_id"))


def own_absence(actor: Actor, absence_id: UUID) -> Absence | None:
    """One of the actor's own absences."""
    return Absence.objects.filter(pk=absence_id, user_id=actor.person_id).first()


@dataclass(frozen=True)
class MembersAbsence:
    """An absence that was said for a member of a groupe; none for who may not even know that it exists."""

    groupe: Groupe
    absence: Absence | None

    @property
    def id(self) -> UUID:
        """The groupe's, which is what a decision asks."""
        return self.groupe.pk


def members_absence(actor: Actor, groupe_id: UUID, absence_id: UUID) -> MembersAbsence | None:
    """An absence that a responsable said for a member of this groupe; what members say of themselves is theirs."""
    found = groupe(actor, groupe_id)
    if found is None:
        return None
    if not decisions.may_manage_groupe(actor, found):
        return MembersAbsence(found, None)
    rows = Absence.objects.filter(pk=absence_id, user__memberships__groupe=found).exclude(set_by=F("user"))
    absence = rows.first()
    return MembersAbsence(found, absence) if absence else None


@dataclass(frozen=True)
class GroupesModel:
    """A text that a groupe keeps; none for who may not even know that it exists."""

    groupe: Groupe
    model: ReplyModel | None

    @property
    def id(self) -> UUID:
        """The groupe's, which is what a decision asks."""
        return self.groupe.pk


def groupes_model(actor: Actor, groupe_id: UUID, model_id: UUID) -> GroupesModel | None:
    """One text of a groupe; without it for who may not use them (403 in any case), or when there is none."""
    found = groupe(actor, groupe_id)
    if found is None:
        return None
    if not decisions.may_use_models(actor, found):
        return GroupesModel(found, None)
    return GroupesModel(found, ReplyModel.objects.filter(pk=model_id, groupe=found).first())


def models_of(groupe: Groupe) -> list[ReplyModel]:
    """The texts of a groupe, by title, with who wrote them last."""
    return list(groupe.reply_models.select_related("updated_by").order_by("sort_key", "id"))
