"""What the screens that bring people into a groupe say: what becomes of each address, who was invited, who waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.forms import BoundField
from django.utils.timezone import localtime

from aplus.accounts.models import Invitation
from aplus.accounts.presenters.reaching import trouble
from aplus.accounts.queries.inviting import Planned, pending_of
from aplus.accounts.rules.inviting import MOST_AT_ONCE, PER_DAY, Outcome
from aplus.accounts.rules.members import Flags
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.demandes.forms.acts import KeyForm
from aplus.demandes.presenters.states import Badge
from aplus.gestion.forms.inviting import ReviewForm
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.ui.dates import day_label
from aplus.ui.views import waiting_time

BADGES = {
    Outcome.ATTACHED: Badge("À ajouter", "success"),
    Outcome.INVITED: Badge("À inviter", "info"),
    Outcome.INVITED_AGAIN: Badge("À inviter de nouveau", "info"),
    Outcome.MEMBER: Badge("Déjà membre", ""),
    Outcome.PENDING: Badge("Déjà invitée", ""),
    Outcome.DEACTIVATED: Badge("Refusée", "error"),
    Outcome.ONESELF: Badge("Refusée", "error"),
    Outcome.MALFORMED: Badge("Refusée", "error"),
}
WORDS = {
    Outcome.ATTACHED: "A déjà un compte\u00a0: sera ajoutée au groupe tout de suite, et prévenue par e-mail.",
    Outcome.INVITED: "N’a pas de compte\u00a0: recevra un lien d’inscription, valable sept jours.",
    Outcome.INVITED_AGAIN: "Son invitation a expiré\u00a0: recevra un nouveau lien, valable sept jours.",
    Outcome.MEMBER: "Fait déjà partie de ce groupe\u00a0: ses rôles se changent depuis la liste des membres.",
    Outcome.PENDING: "Une invitation l’attend déjà\u00a0: elle se renvoie depuis la page du groupe.",
    Outcome.DEACTIVATED: "Son compte est désactivé\u00a0: faites-le réactiver par le responsable d’un de ses "
    "groupes, ou par l’équipe d’Administration+.",
    Outcome.ONESELF: "C’est votre propre adresse\u00a0: personne ne s’ajoute soi-même à un groupe.",
    Outcome.MALFORMED: "Ce n’est pas une adresse e-mail complète, ou elle contient un accent\u00a0: corrigez-la.",
}
SHOWN = 60
TEAM = "L’équipe d’Administration+"


@dataclass(frozen=True)
class AddressLine:
    """What becomes of one address; `field` chooses its flags, None when nothing is done."""

    address: str
    badge: Badge
    words: str
    field: BoundField | None = None


def address_lines(planned: Sequence[Planned], form: ReviewForm) -> list[AddressLine]:
    """The review, in the order of what was typed."""
    fields = {one.email: form[name] for name, one in form.named.items()}
    return [
        AddressLine(_short(one.email), BADGES[one.outcome], WORDS[one.outcome], fields.get(one.email))
        for one in planned
    ]


def unread_lines(words: Sequence[str]) -> list[AddressLine]:
    """What looks like no address."""
    return [
        AddressLine(_short(word), BADGES[Outcome.MALFORMED], WORDS[Outcome.MALFORMED]) for word in words[:MOST_AT_ONCE]
    ]


def too_many_words(retry_after: int) -> str:
    """The limit of a responsable, and how long to wait."""
    return (
        f"Vous avez atteint la limite de {PER_DAY[0].number} invitations par jour\u00a0: aucune de celles-ci n’est "
        f"partie. Réessayez dans {waiting_time(retry_after)}, ou demandez à un superviseur."
    )


def opens_words(number: int) -> str:
    """What giving *instructeur* opens, in the words of the box that confirms it."""
    if not number:
        return "Je donne le rôle d’instructeur\u00a0: aucune demande n’est en cours, les prochaines seront lues"
    several = "s" if number > 1 else ""
    return f"Je donne le rôle d’instructeur, qui ouvre {number} demande{several} en cours de ce groupe"


def done_words(attached: int, invited: int) -> str:
    """« 2 personnes ajoutées, 1 invitation envoyée. »"""
    parts = []
    if attached:
        parts.append("1 personne ajoutée" if attached == 1 else f"{attached} personnes ajoutées")
    if invited:
        parts.append("1 invitation envoyée" if invited == 1 else f"{invited} invitations envoyées")
    return f"{', '.join(parts)}." if parts else "Rien n’a été changé."


@dataclass(frozen=True)
class InvitationLine:
    """An invitation that waits, or that nobody took in time."""

    id: UUID
    email: str
    roles: str
    by: str
    sent_at: datetime
    until: str
    is_expired: bool
    trouble: str


@dataclass(frozen=True)
class Invitations:
    """The section of the groupe's page for those who manage its members."""

    lines: list[InvitationLine]
    key: KeyForm


def invitations(actor: Actor, groupe: Groupe) -> Invitations | None:
    """Who was invited and has not come; None for who may not manage the members, or once the groupe is closed."""
    if groupe.closed_at is not None or not decisions.may_manage_members(actor, groupe):
        return None
    now = clock.now()
    return Invitations([_invitation(one, now) for one in pending_of(groupe)], KeyForm(auto_id=False))


def _invitation(one: Invitation, now: datetime) -> InvitationLine:
    return InvitationLine(
        id=one.pk,
        email=one.email,
        roles=Flags.of(one).label,
        by=one.invited_by.full_name if one.invited_by is not None else TEAM,
        sent_at=one.sent_at,
        until=day_label(localtime(one.expires_at).date()),
        is_expired=one.expires_at <= now,
        trouble=trouble(one),
    )


def _short(word: str) -> str:
    return word if len(word) <= SHOWN else f"{word[:SHOWN]}…"
