"""The mail of each act on a demande: number, groupes, territoire, what happened, who did it, a link; no content.

Rights are asked again here, when the mail leaves (notifications.md §1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from aplus.accounts.models import Membership, User
from aplus.accounts.queries import actor_for
from aplus.demandes.models import Demande, Part
from aplus.demandes.presenters.states import number_label
from aplus.demandes.queries.demande import demande as load_demande
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register
from aplus.policy.decisions import Side, side

NAMED_AT_MOST = 30


@dataclass(frozen=True)
class Told:
    """What a sentence may say: who acted, for which groupe, on which demande, to which side."""

    who: str
    groupe: str
    number: str
    is_author_side: bool

    @property
    def who_for(self) -> str:
        """« Inès Caron (CAF du Val-d'Oise) »."""
        return f"{self.who} ({self.groupe})" if self.groupe else self.who


@dataclass(frozen=True)
class Words:
    """The subject of a mail and its first sentence."""

    subject: str
    sentence: str


WORDS: dict[str, Callable[[Told], Words]] = {
    "envoi": lambda told: Words(f"Nouvelle demande {told.number}", f"{told.who} vous adresse une nouvelle demande."),
    "invitation": lambda told: Words(
        f"Vous êtes invité sur la demande {told.number}", f"{told.who} vous invite sur une demande."
    ),
    "ouverture": lambda told: Words(f"Demande {told.number} ouverte", f"{told.who_for} a ouvert la demande."),
    "prise-en-charge": lambda told: Words(
        f"Demande {told.number} prise en charge", f"{told.who_for} a pris la demande en charge."
    ),
    "promesse": lambda told: Words(
        f"Demande {told.number} : une date de réponse",
        f"{told.who_for} a pris la demande en charge et s’engage sur une date de réponse.",
    ),
    "precisions": lambda told: Words(
        f"Demande {told.number} : des précisions sont attendues",
        f"{told.who_for} attend des précisions de votre part pour avancer.",
    ),
    "traitement": lambda told: Words(
        f"Demande {told.number} traitée",
        f"{told.who_for} a déclaré le blocage levé."
        if told.is_author_side
        else f"{told.who_for} a réglé le blocage et clos aussi la part de votre groupe. "
        "Vous pouvez toujours prendre la demande en charge.",
    ),
    "incompetence": lambda told: Words(
        f"Demande {told.number} : groupe pas compétent",
        f"{told.who_for} signale que cette demande n’est pas de sa compétence.",
    ),
    "reponse": lambda told: Words(f"Demande {told.number} : nouveau message", f"{told.who_for} a écrit un message."),
    "note": lambda told: Words(
        f"Demande {told.number} : nouvelle note", f"{told.who_for} a écrit une note entre instructeurs."
    ),
    "attribution": lambda told: Words(
        f"La demande {told.number} vous est confiée", f"{told.who_for} vous confie le suivi de la demande."
    ),
    "co-auteur": lambda told: Words(
        f"Vous suivez la demande {told.number}", f"{told.who} vous donne accès à la demande."
    ),
    "depart": lambda told: Words(f"Demande {told.number} : un départ", f"{told.who} a quitté la demande."),
    "toujours-bloque": lambda told: Words(
        f"Demande {told.number} : toujours bloquée", f"{told.who} signale que le blocage persiste."
    ),
    "archivage": lambda told: Words(f"Demande {told.number} archivée", f"{told.who} a archivé la demande."),
    "reouverture": lambda told: Words(f"Demande {told.number} rouverte", f"{told.who} a rouvert la demande."),
    "retrait-du-mandat": lambda told: Words(
        f"Demande {told.number} : mandat retiré, arrêtez tout traitement",
        f"{told.who} a retiré le mandat de la personne. La demande est archivée et son contenu sera effacé dans "
        "30 jours : n’agissez plus pour elle.",
    ),
    "renouvellement-du-mandat": lambda told: Words(
        f"Demande {told.number} : mandat renouvelé", f"{told.who} a renouvelé le mandat de la personne."
    ),
    "nouveau": lambda told: Words(
        f"Demande {told.number} : du nouveau", f"{told.who} a du nouveau sur cette demande archivée."
    ),
}


def register_all() -> None:
    """Declare the composer of every event of a demande; called once the apps are ready."""
    for event in WORDS:
        register(event, compose)


def compose(line: Notification) -> Composed | None:
    """The mail of one line, or None when its reader is no longer on the demande."""
    if line.demande_id is None:
        return None
    if line.groupe_id is not None:
        return _for_mailbox(line, line.demande_id, line.groupe_id)
    return _for_person(line, line.demande_id)


def _for_person(line: Notification, demande_id: UUID) -> Composed | None:
    person = line.person
    if person is None:
        return None
    actor = actor_for(person.pk)
    demande = load_demande(actor, demande_id)
    if demande is None:
        return None
    is_author_side = side(actor, demande) is Side.AUTHOR
    if is_author_side and line.event == "note":
        return None
    return _composed(line, demande, person.email, is_author_side=is_author_side, extra=[])


def _for_mailbox(line: Notification, demande_id: UUID, groupe_id: UUID) -> Composed | None:
    """A groupe's mailbox: as long as the groupe is addressed; names the people of the groupe who can open it."""
    part = (
        Part.objects.filter(demande_id=demande_id, groupe_id=groupe_id, groupe__closed_at=None)
        .select_related("groupe")
        .first()
    )
    if part is None or not part.groupe.mailbox:
        return None
    demande = Demande.objects.select_related("territoire", "structure").get(pk=demande_id)
    demande.part_list = list(Part.objects.filter(demande_id=demande_id).select_related("groupe"))
    names = [
        membership.user.full_name
        for membership in Membership.objects.filter(groupe_id=groupe_id, is_instructeur=True, user__is_active=True)
        .select_related("user")
        .order_by("user__sort_key")[:NAMED_AT_MOST]
    ]
    extra = [f"Peuvent l’ouvrir pour {part.groupe.name} : {', '.join(names)}."] if names else []
    return _composed(line, demande, part.groupe.mailbox, is_author_side=False, extra=extra)


def _composed(line: Notification, demande: Demande, to: str, *, is_author_side: bool, extra: list[str]) -> Composed:
    told = Told(_who(line), _groupe(line, demande), number_label(demande.number), is_author_side)
    words = WORDS[line.event](told)
    groupes = ", ".join(part.groupe.name for part in demande.part_list)
    facts = [
        f"Demande {told.number}, de {demande.structure.name}.",
        f"Territoire : {demande.territoire}.",
        f"Groupes saisis : {groupes}.",
    ]
    urgent = ["Cette demande est urgente."] if demande.is_urgent else []
    return Composed(
        to=to,
        subject=f"Urgent - {words.subject}" if demande.is_urgent else words.subject,
        title=words.subject,
        paragraphs=[words.sentence, *urgent, *facts, *extra],
        links=[("Ouvrir la demande", reverse("demandes:page", args=[demande.id]))],
        number=demande.number,
    )


def _who(line: Notification) -> str:
    actor_id = line.codes.get("acteur")
    person = User.objects.filter(pk=actor_id).first() if actor_id else None
    return person.full_name if person else "Administration+"


def _groupe(line: Notification, demande: Demande) -> str:
    groupe_id = line.codes.get("groupe")
    return next((part.groupe.name for part in demande.part_list if str(part.groupe_id) == groupe_id), "")
