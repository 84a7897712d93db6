"""The mails of who comes to a groupe; the token of an invitation is written when its mail leaves, nowhere before."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localtime

from aplus.accounts.models import Invitation, Membership, MembershipChange, MembershipEvent, User
from aplus.accounts.queries.inviting import invitation_state
from aplus.accounts.rules.inviting import InvitationState
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import inviting
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register
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


def who(by: User | None) -> str:
    """Who did it, in words."""
    return by.full_name if by is not None else TEAM


def _groupe(line: Notification) -> Groupe | None:
    return Groupe.objects.filter(pk=line.codes["groupe"], closed_at=None).first()


def _arrivals(line: Notification, groupe: Groupe) -> QuerySet[MembershipChange]:
    rows = MembershipChange.objects.filter(groupe=groupe, event=MembershipEvent.ARRIVAL, at=line.at)
    return rows.select_related("user", "by")
