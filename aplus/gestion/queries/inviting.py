"""Loading an invitation, a proposal, among those of a groupe that the actor may see."""

from dataclasses import dataclass
from uuid import UUID

from aplus.accounts.models import Invitation, Proposal
from aplus.annuaire.models import Groupe
from aplus.gestion.queries.groupes import groupe
from aplus.policy import decisions
from aplus.policy.actor import Actor


@dataclass(frozen=True)
class Waiting:
    """What waits in a groupe; nothing for who may not even know that it exists: 403 in any case."""

    groupe: Groupe
    invitation: Invitation | None = None
    proposal: Proposal | None = None

    @property
    def id(self) -> UUID:
        """The groupe's, which is what a decision asks."""
        return self.groupe.pk

    @property
    def organisme_id(self) -> str:
        """The groupe's."""
        return self.groupe.organisme_id

    @property
    def is_national(self) -> bool:
        """The groupe's."""
        return self.groupe.is_national

    @property
    def covered_codes(self) -> list[str]:
        """The groupe's."""
        return self.groupe.covered_codes


def invitation(actor: Actor, groupe_id: UUID, invitation_id: UUID) -> Waiting | None:
    """An invitation of this groupe, whatever became of it."""
    found = groupe(actor, groupe_id)
    if found is None or not decisions.may_manage_members(actor, found):
        return Waiting(found) if found is not None else None
    row = Invitation.objects.filter(pk=invitation_id, groupe=found).first()
    return Waiting(found, invitation=row) if row is not None else None


def proposal(actor: Actor, groupe_id: UUID, proposal_id: UUID) -> Waiting | None:
    """A proposal about this groupe, whatever was answered."""
    found = groupe(actor, groupe_id)
    if found is None or not decisions.may_manage_members(actor, found):
        return Waiting(found) if found is not None else None
    rows = Proposal.objects.select_related("person", "proposed_by", "decided_by")
    row = rows.filter(pk=proposal_id, groupe=found).first()
    return Waiting(found, proposal=row) if row is not None else None
