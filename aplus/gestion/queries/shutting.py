"""What closing a groupe takes with it, and which groupes may take over."""

from django.db.models import Exists, OuterRef, Q

from aplus.accounts.models import Invitation
from aplus.annuaire.models import Groupe
from aplus.gestion.queries.groupes import visible_groupes
from aplus.policy.actor import Actor


def successors(actor: Actor, groupe: Groupe) -> list[Groupe]:
    """The open groupes of the same organisme that share a territoire with it; without any, all of the organisme."""
    rows = visible_groupes(actor).filter(organisme=groupe.organisme_id, closed_at=None).exclude(pk=groupe.pk)
    if groupe.is_national:
        return list(rows.order_by("sort_key", "pk"))
    through = Groupe.territoires.through.objects.filter(groupe=OuterRef("pk"), territoire__in=groupe.covered_codes)
    near = list(rows.filter(Q(Exists(through)) | Q(is_national=True)).order_by("sort_key", "pk"))
    return near or list(rows.order_by("sort_key", "pk"))


def pending_invitations(groupe: Groupe) -> int:
    """Invitations that nobody answered yet."""
    return Invitation.objects.filter(groupe=groupe, accepted_at=None, withdrawn_at=None).count()
