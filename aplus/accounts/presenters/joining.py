"""What the page of an invitation says: why it is over, where it leads, the first steps of who comes."""

from collections.abc import Sequence
from uuid import UUID

from aplus.accounts.models import Invitation
from aplus.accounts.presenters.entering import Step, first_steps
from aplus.accounts.rules.inviting import InvitationState
from aplus.accounts.rules.members import Flags
from aplus.policy.actor import Actor, HeldMembership

WITHDRAWN = "Cette invitation a été annulée par le groupe qui l’avait envoyée."
USED = "Cette invitation a déjà servi\u00a0: votre compte existe, il suffit de vous connecter."
CLOSED = "Le groupe qui vous invitait est fermé\u00a0: l’invitation ne mène plus à rien."
CLOSED_ACCOUNT = (
    "Un compte existe à cette adresse, et il est désactivé\u00a0: demandez au responsable du groupe de le réactiver."
)
SOMEBODY = "un responsable du groupe"


def inviter(invitation: Invitation) -> str:
    """Who sent it, in words."""
    return invitation.invited_by.full_name if invitation.invited_by is not None else SOMEBODY


def over(invitation: Invitation, state: InvitationState) -> str:
    """Why it opens nothing any more, and what to do."""
    if state is InvitationState.EXPIRED:
        return (
            f"Cette invitation n’était valable que sept jours. Demandez à {inviter(invitation)} "
            f"(groupe {invitation.groupe}) de vous en renvoyer une."
        )
    return {
        InvitationState.ACCEPTED: USED,
        InvitationState.WITHDRAWN: WITHDRAWN,
        InvitationState.CLOSED: CLOSED,
    }[state]


def places(invitations: Sequence[Invitation]) -> list[tuple[str, str]]:
    """Each groupe that is joined, with the role held in it."""
    return [(invitation.groupe.name, Flags.of(invitation).label) for invitation in invitations]


def steps(invitations: Sequence[Invitation]) -> tuple[Step, ...]:
    """The three first steps of the role that is about to be held."""
    return first_steps(Actor(memberships=tuple(_held(one, one.groupe_id) for one in invitations)))


def _held(invitation: Invitation, groupe_id: UUID) -> HeldMembership:
    return HeldMembership(
        groupe_id=groupe_id,
        organisme_id=invitation.groupe.organisme_id,
        is_aidant=invitation.is_aidant,
        is_instructeur=invitation.is_instructeur,
        is_responsable=invitation.is_responsable,
        instructeur_since=None,
    )
