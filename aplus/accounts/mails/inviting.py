"""The mails of who comes to a groupe; the token of an invitation is written when its mail leaves, nowhere before."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localtime

from aplus.accounts.models import (
    Invitation,
    Membership,
    MembershipChange,
    MembershipEvent,
    Proposal,
    ProposalKind,
    User,
)
from aplus.accounts.queries import actors
from aplus.accounts.queries.inviting import invitation_state
from aplus.accounts.rules.inviting import InvitationState
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import inviting, proposing
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register
from aplus.policy import decisions
from aplus.ui.dates import day_label

TEAM = "L’équipe d’Administration+"
NAMES_AT_MOST = 30
WHAT_IT_IS = (
    "Administration+ met en relation les aidants et les agents des administrations pour débloquer des situations "
    "administratives complexes."
)


def register_all() -> None:
    """Declare the composers; called once the apps are ready."""
    register(inviting.INVITED, invited)
    register(inviting.ATTACHED, attached)
    register(inviting.ARRIVED, arrived)
    register(proposing.PROPOSED, proposed)
    register(inviting.ACCEPTED, answered)
    register(inviting.REFUSED, answered)


def invited(line: Notification) -> Composed | None:
    """To an address without account; none once the invitation is over, or was sent again since."""
    rows = Invitation.objects.select_related("groupe__organisme", "invited_by")
    invitation = rows.filter(pk=line.invitation_id).first() if line.invitation_id else None
    if invitation is None or invitation.sent_at != line.at:
        return None
    if invitation_state(invitation, clock.now()) is not InvitationState.LIVE:
        return None
    by, place = who(invitation.invited_by), invitation.groupe.name
    until = day_label(localtime(invitation.expires_at))
    return Composed(
        to=invitation.email,
        subject="Votre invitation à rejoindre Administration+",
        title=f"{by} vous invite à rejoindre le groupe {place}",
        paragraphs=[
            WHAT_IT_IS,
            f"Votre rôle dans le groupe\u00a0: {Flags.of(invitation).label}.",
            f"Ce lien est personnel et valable jusqu’au {until}. Ne le transmettez à personne.",
        ],
        links=[("Créer mon compte", reverse("accounts:join", args=[inviting.token_of(invitation)]))],
    )


def attached(line: Notification) -> Composed | None:
    """To who was put in a groupe; none when they are no longer in it."""
    groupe, reader = _groupe(line), line.person
    if groupe is None or reader is None:
        return None
    held = Membership.objects.filter(user=reader, user__is_active=True, groupe=groupe).first()
    change = _arrivals(line, groupe).filter(user=reader).first()
    if held is None or change is None:
        return None
    return Composed(
        to=reader.email,
        subject="Vous faites partie d’un nouveau groupe",
        title=f"Vous faites maintenant partie du groupe {groupe.name}",
        paragraphs=[
            f"{who(change.by)} vous a ajouté à ce groupe. Votre rôle\u00a0: {Flags.of(held).label}.",
            "Si c’est une erreur, parlez-en au responsable du groupe.",
        ],
        links=[("Voir le groupe", reverse("gestion:groupe", args=[groupe.pk]))],
    )


def arrived(line: Notification) -> Composed | None:
    """To the members who were there: who came at this moment, and is still there."""
    groupe, reader = _groupe(line), line.person
    if groupe is None or reader is None:
        return None
    if not Membership.objects.filter(user=reader, user__is_active=True, groupe=groupe).exists():
        return None
    there = Membership.objects.filter(groupe=groupe, user__is_active=True).values("user")
    changes = list(_arrivals(line, groupe).filter(user__in=there).order_by("user__sort_key", "user_id"))
    if not changes:
        return None
    names = [f"{change.user} ({Flags.of(change).label})" for change in changes[:NAMES_AT_MOST]]
    more = len(changes) - NAMES_AT_MOST
    names += [f"et {more} autres" if more > 1 else "et une autre personne"] if more > 0 else []
    is_one = len(changes) == 1
    reads = (
        ["Un instructeur lit les demandes adressées au groupe."]
        if any(change.is_instructeur for change in changes)
        else []
    )
    return Composed(
        to=reader.email,
        subject="Une arrivée dans votre groupe" if is_one else "Des arrivées dans votre groupe",
        title=f"{changes[0].user} rejoint le groupe {groupe.name}"
        if is_one
        else f"{len(changes)} personnes rejoignent le groupe {groupe.name}",
        paragraphs=[
            f"{who(changes[0].by)} a fait cet ajout\u00a0: {', '.join(names)}.",
            *reads,
            "Si cela vous surprend, parlez-en à votre responsable.",
        ],
        links=[("Voir le groupe", reverse("gestion:groupe", args=[groupe.pk]))],
    )


def proposed(line: Notification) -> Composed | None:
    """To those who decide, as long as they do and nobody answered; the address proposed is read on the page."""
    proposal = _proposal(line.act_id)
    reader = line.person
    if proposal is None or proposal.decided_at is not None or reader is None:
        return None
    if not decisions.may_manage_members(actors.actor_for(reader.pk), proposal.groupe):
        return None
    by, place = who(proposal.proposed_by), proposal.groupe.name
    if proposal.kind == ProposalKind.ARRIVAL:
        subject, title = "Un collègue à ajouter", f"{by} propose d’ajouter quelqu’un au groupe {place}"
    else:
        subject, title = "Un départ à vérifier", f"{by} signale un départ du groupe {place}"
    return Composed(
        to=reader.email,
        subject=subject,
        title=title,
        paragraphs=["Rien ne change avant votre réponse\u00a0: acceptez ou refusez depuis la page de la proposition."],
        links=[("Voir la proposition", reverse("gestion:decide", args=[proposal.groupe_id, proposal.pk]))],
    )


def answered(line: Notification) -> Composed | None:
    """To the member who proposed, while a member; to who asked to come back and may not."""
    proposal, reader = _proposal(line.codes["proposition"]), line.person
    if proposal is None or reader is None:
        return None
    is_return = proposal.kind == ProposalKind.RETURN
    held = Membership.objects.filter(user=reader, user__is_active=True, groupe=proposal.groupe)
    if not is_return and not held.exists():
        return None
    what = {
        ProposalKind.ARRIVAL: "Votre proposition d’ajouter un collègue",
        ProposalKind.DEPARTURE: "Le départ que vous avez signalé",
        ProposalKind.RETURN: "Votre demande de retour",
    }[ProposalKind(proposal.kind)]
    answer = "confirmé" if proposal.kind == ProposalKind.DEPARTURE else "acceptée"
    if not proposal.is_accepted:
        answer = "écarté" if proposal.kind == ProposalKind.DEPARTURE else "refusée"
    link = (
        ("Page de connexion", reverse("accounts:sign_in"))
        if is_return
        else ("Voir le groupe", reverse("gestion:groupe", args=[proposal.groupe_id]))
    )
    return Composed(
        to=reader.email,
        subject="Une réponse à votre proposition" if not is_return else "Une réponse à votre demande",
        title=f"{what} est {answer}",
        paragraphs=[f"Groupe\u00a0: {proposal.groupe.name}. Réponse de {who(proposal.decided_by)}."],
        links=[link],
    )


def who(by: User | None) -> str:
    """Who did it, in words."""
    return by.full_name if by is not None else TEAM


def _groupe(line: Notification) -> Groupe | None:
    return Groupe.objects.filter(pk=line.codes["groupe"], closed_at=None).first()


def _proposal(proposal_id: Any) -> Proposal | None:
    rows = Proposal.objects.select_related("proposed_by", "decided_by", "groupe")
    return rows.filter(pk=proposal_id, groupe__closed_at=None).first()


def _arrivals(line: Notification, groupe: Groupe) -> QuerySet[MembershipChange]:
    rows = MembershipChange.objects.filter(groupe=groupe, event=MembershipEvent.ARRIVAL, at=line.at)
    return rows.select_related("user", "by")
