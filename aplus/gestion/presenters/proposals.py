"""What members put to those who manage their groupe: the forms for the ones, the answers for the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aplus.accounts.models import Membership, Proposal, ProposalKind
from aplus.accounts.queries.inviting import proposals_of
from aplus.accounts.rules.inviting import proposed_flags
from aplus.accounts.rules.members import Flags
from aplus.annuaire.models import Groupe
from aplus.demandes.forms.acts import KeyForm
from aplus.gestion.forms.inviting import ArrivalForm, DepartureForm
from aplus.gestion.queries.groupes import active_members
from aplus.gestion.queries.importing import open_demandes
from aplus.policy import decisions
from aplus.policy.actor import Actor

SOMEBODY = "Un ancien membre"


@dataclass(frozen=True)
class ProposalLine:
    """One proposal; `roles` are those that the button accepts with, '' when they are chosen on its page."""

    id: UUID
    words: str
    by: str
    at: datetime
    accept: str
    roles: list[str]
    is_direct: bool


@dataclass(frozen=True)
class Proposals:
    """The section of the groupe's page: what waits for the reader's answer, or the forms that propose."""

    lines: list[ProposalLine]
    key: KeyForm
    arrival: ArrivalForm | None = None
    departure: DepartureForm | None = None


def section(actor: Actor, groupe: Groupe) -> Proposals | None:
    """For who decides, what waits; for the other members, the forms; None for anybody else."""
    if groupe.closed_at is not None:
        return None
    if decisions.may_manage_members(actor, groupe):
        rows = proposals_of(groupe)
        lines = proposal_lines(rows, groupe) if rows else []
        return Proposals(lines, KeyForm(auto_id=False)) if lines else None
    if not decisions.may_propose_member(actor, groupe):
        return None
    return Proposals([], KeyForm(auto_id=False), ArrivalForm(), DepartureForm(people=colleagues(actor, groupe)))


def colleagues(actor: Actor, groupe: Groupe) -> list[tuple[str, str]]:
    """Who may be said to have left: everybody but oneself."""
    members: Sequence[Membership] = active_members(groupe)
    return [(str(one.user_id), one.user.full_name) for one in members if one.user_id != actor.user_id]


def proposal_lines(rows: Sequence[Proposal], groupe: Groupe) -> list[ProposalLine]:
    """What waits, each with what its button does."""
    flags = proposed_flags(groupe.organisme.side)
    opens = open_demandes([groupe.pk]).get(groupe.pk, 0) if flags.is_instructeur else 0
    return [_line(one, flags, opens) for one in rows]


def words(proposal: Proposal) -> str:
    """What is proposed."""
    name = proposal.person.full_name if proposal.person is not None else proposal.email
    return {
        ProposalKind.ARRIVAL: f"Ajouter {name} au groupe",
        ProposalKind.DEPARTURE: f"{name} ne fait plus partie de l’équipe",
        ProposalKind.RETURN: f"{name} demande à revenir",
    }[ProposalKind(proposal.kind)]


def accept_words(proposal: Proposal) -> str:
    """What the button that accepts says, when the flags need not be chosen."""
    return {
        ProposalKind.ARRIVAL: "Accepter",
        ProposalKind.DEPARTURE: "Retirer du groupe",
        ProposalKind.RETURN: "Réactiver le compte",
    }[ProposalKind(proposal.kind)]


def _line(one: Proposal, flags: Flags, opens: int) -> ProposalLine:
    is_arrival = one.kind == ProposalKind.ARRIVAL
    accept = accept_words(one)
    if is_arrival and flags.is_instructeur:
        several = "s" if opens > 1 else ""
        accept = f"Accepter comme instructeur\u00a0: ouvre {opens} demande{several} en cours"
    elif is_arrival:
        accept = f"Accepter comme {flags.label}"
    return ProposalLine(
        id=one.pk,
        words=words(one),
        by=by(one),
        at=one.created_at,
        accept=accept,
        roles=flags.words if is_arrival else [],
        is_direct=not is_arrival or bool(flags.words),
    )


def by(one: Proposal) -> str:
    """Who asks."""
    if one.kind == ProposalKind.RETURN and one.person is not None:
        return one.person.full_name
    return one.proposed_by.full_name if one.proposed_by is not None else SOMEBODY
