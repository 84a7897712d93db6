"""The mail of each act on a demande: number, groupes, territoire, what happened, who did it, a link; no content.

Rights are asked again here, when the mail leaves (notifications.md §1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from aplus.accounts.models import Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Groupe
from aplus.demandes.models import Demande, Part
from aplus.demandes.presenters.states import number_label
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import telling
from aplus.demandes.services.telling import Role
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register
from aplus.policy.decisions import Side, side
from aplus.ui.dates import day_label

NAMED_AT_MOST = 30
# Never told to the author's side, whatever became of who was to be told.
OF_NOTES = frozenset({"note", "retrait-note"})


@dataclass(frozen=True)
class Told:
    """What a sentence may say: who acted, for which groupe, on which demande, to which side."""

    who: str
    groupe: str
    number: str
    is_author_side: bool
    # The day a notice names, and a code: why a demande is archived by itself.
    day: date | None = None
    why: str = ""

    @property
    def who_for(self) -> str:
        """« Inès Caron (CAF du Val-d'Oise) »."""
        return f"{self.who} ({self.groupe})" if self.groupe else self.who


@dataclass(frozen=True)
class Words:
    """The subject of a mail and its first sentence."""

    subject: str
    sentence: str


# Why a demande is archived by itself.
REST = {
    "traitee": "elle était traitée, et personne n’y a agi pendant trente jours",
    "inactive": "personne n’y a agi pendant six mois",
    "mandat": "le mandat de la personne est terminé depuis trente jours",
}
WORDS: dict[str, Callable[[Told], Words]] = {
    "envoi": lambda told: Words(
        f"Nouvelle demande {told.number}",
        f"{told.who} a envoyé cette demande et vous l’a partagée\u00a0: vous pouvez y répondre, comme son auteur."
        if told.is_author_side
        else f"{told.who} vous adresse une nouvelle demande.",
    ),
    "invitation": lambda told: Words(
        f"Vous êtes invité sur la demande {told.number}",
        f"{told.who} a invité un groupe ou une personne sur la demande."
        if told.is_author_side
        else f"{told.who} vous invite sur une demande.",
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
        f"{told.who_for} signale que cette demande n’est pas de sa compétence."
        + (" Plus aucun groupe saisi n’est compétent : c’est à vous d’en inviter un autre." if told.why else ""),
    ),
    "reponse": lambda told: Words(f"Demande {told.number} : nouveau message", f"{told.who_for} a écrit un message."),
    "note": lambda told: Words(
        f"Demande {told.number} : nouvelle note", f"{told.who_for} a écrit une note entre instructeurs."
    ),
    "retrait-message": lambda told: Words(
        f"Demande {told.number} : un message retiré", f"{told.who} a retiré un message de la demande."
    ),
    "retrait-note": lambda told: Words(
        f"Demande {told.number} : une note retirée", f"{told.who} a retiré une note entre instructeurs."
    ),
    "attribution": lambda told: Words(
        f"La demande {told.number} vous est confiée", f"{told.who_for} vous confie le suivi de la demande."
    ),
    "co-auteur": lambda told: Words(
        f"Vous suivez la demande {told.number}", f"{told.who} vous donne accès à la demande."
    ),
    "passation": lambda told: Words(
        f"Demande {told.number} : passation", f"{told.who} a confié la demande à un autre aidant de la structure."
    ),
    "depart": lambda told: Words(f"Demande {told.number} : un départ", f"{told.who} a quitté la demande."),
    "toujours-bloque": lambda told: Words(
        f"Demande {told.number} : toujours bloquée", f"{told.who} signale que le blocage persiste."
    ),
    "archivage": lambda told: Words(
        f"Demande {told.number} archivée",
        f"La demande s’est archivée d’elle-même : {REST[told.why]}. Elle peut être rouverte"
        + (", une fois le mandat renouvelé." if told.why == "mandat" else ".")
        if told.why
        else f"{told.who} a archivé la demande.",
    ),
    "reouverture": lambda told: Words(f"Demande {told.number} rouverte", f"{told.who} a rouvert la demande."),
    "retrait-du-mandat": lambda told: Words(
        f"Demande {told.number} : mandat retiré, arrêtez tout traitement",
        f"{told.who} a retiré le mandat de la personne. La demande est archivée et son contenu sera effacé dans "
        "30 jours : n’agissez plus pour elle.",
    ),
    "renouvellement-du-mandat": lambda told: Words(
        f"Demande {told.number} : mandat renouvelé", f"{told.who} a renouvelé le mandat de la personne."
    ),
    "reprise": lambda told: Words(
        f"Demande {told.number} : un groupe a fermé",
        f"Le groupe {told.groupe} a fermé et sa part est close. Si le blocage persiste, vous pouvez en saisir un autre."
        if told.is_author_side
        else f"{told.groupe} prend la suite d’un groupe qui a fermé : la demande est désormais à traiter par vous.",
    ),
    "fichier-refuse": lambda told: Words(
        f"Demande {told.number} : fichier refusé",
        "L’antivirus a trouvé un logiciel malveillant dans un fichier que vous avez joint : il est refusé et détruit. "
        "La page de la demande dit lequel.",
    ),
    "echeance-du-mandat": lambda told: Words(
        f"Demande {told.number} : le mandat se termine bientôt",
        f"Le mandat de la personne se termine le {_day(told.day)}. Après cette date, plus personne ne pourra écrire "
        "sur la demande : renouvelez-le avec elle.",
    ),
    "fin-du-mandat": lambda told: Words(
        f"Demande {told.number} : le mandat est terminé",
        f"Le mandat de la personne est terminé depuis le {_day(told.day)} : plus personne ne peut écrire sur la "
        "demande. Sans renouvellement, elle sera archivée 30 jours après cette date.",
    ),
    "nouveau": lambda told: Words(
        f"Demande {told.number} : du nouveau", f"{told.who} a du nouveau sur cette demande archivée."
    ),
    "echeance": lambda told: Words(
        f"Demande {told.number} : l’échéance est dépassée",
        f"{told.groupe} n’a pas répondu à temps : la demande est en souffrance.",
    ),
    "appel-expert": lambda told: Words(
        f"Demande {told.number} : faire appel à un expert ?",
        f"{told.groupe} tarde à répondre, depuis plus de dix jours ouvrés. "
        "Vous pouvez faire appel à un expert, d’un clic, depuis la page de la demande.",
    ),
    "rappel-precisions": lambda told: Words(
        f"Demande {told.number} : vos précisions sont toujours attendues",
        f"{told.groupe} attend des précisions de votre part pour avancer.",
    ),
    "preavis": lambda told: Words(
        f"Demande {told.number} : bientôt archivée",
        f"Cette demande s’archivera d’elle-même après le {_day(told.day)}, si personne n’y agit d’ici là. "
        + (
            "Si le blocage est levé, vous pouvez l’archiver vous-même ; sinon, dites-le depuis sa page."
            if told.why == "traitee"
            else "Un message, de l’un ou l’autre côté, suffit à la garder ouverte."
        ),
    ),
    # To people who manage, with metadata only.
    "retard": lambda told: Words(
        f"Demande {told.number} en souffrance",
        f"{told.groupe} n’a pas répondu à temps, et la demande attend toujours.",
    ),
    "sans-competent": lambda told: Words(
        f"Demande {told.number} : aucun groupe compétent",
        "Aucun des groupes saisis ne se dit compétent. La structure est invitée à en saisir un autre.",
    ),
    "passation-demandee": lambda told: Words(
        f"Demande {told.number} : à confier à un autre aidant",
        f"Plus aucun aidant actif de {told.groupe} ne suit cette demande. "
        "Confiez-la à un autre aidant de la structure.",
    ),
}


def _day(day: date | None) -> str:
    return day_label(day) if day else ""


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
    if "role" in line.codes:
        return _for_manager(line, person, demande_id, Role(str(line.codes["role"])))
    actor = actor_for(person.pk)
    demande = load_demande(actor, demande_id)
    if demande is None:
        return None
    is_author_side = side(actor, demande) is Side.AUTHOR
    if is_author_side and line.event in OF_NOTES:
        return None
    return _composed(line, demande, person.email, is_author_side=is_author_side, extra=[])


def _for_manager(line: Notification, person: User, demande_id: UUID, role: Role) -> Composed | None:
    """Metadata to who answers for a groupe without being on the demande, as long as they still do."""
    demande = Demande.objects.select_related("territoire", "structure").get(pk=demande_id)
    groupe = _groupe_meant(line, demande)
    if person.pk not in telling.of_role(demande, groupe, role):
        return None
    told = Told(_who(line), groupe.name, number_label(demande.number), is_author_side=False)
    words = WORDS[line.event](told)
    facts = [f"Demande {told.number}", f"Groupe : {groupe.name}"]
    if role is not Role.ADMINISTRATEUR:
        facts.append(f"Territoire : {demande.territoire}")
    return Composed(
        to=person.email,
        subject=words.subject,
        title=words.subject,
        paragraphs=[words.sentence],
        facts=facts,
        links=[_managers_link(person, demande_id, groupe, role)],
        number=demande.number,
    )


def _managers_link(person: User, demande_id: UUID, groupe: Groupe, role: Role) -> tuple[str, str]:
    """A page they may open: the demande itself for who is on it too, else the groupe's list, else pilotage."""
    if load_demande(actor_for(person.pk), demande_id) is not None:
        return "Ouvrir la demande", reverse("demandes:page", args=[demande_id])
    if role is Role.RESPONSABLE:
        return "Voir les demandes du groupe", f"/groupes/{groupe.pk}/demandes/"
    return "Ouvrir le pilotage", "/pilotage/"


def _for_mailbox(line: Notification, demande_id: UUID, groupe_id: UUID) -> Composed | None:
    """A groupe's mailbox: as long as the groupe is addressed; names the people of the groupe who can open it."""
    part = (
        Part.objects.filter(demande_id=demande_id, groupe_id=groupe_id, groupe__closed_at=None)
        .select_related("groupe")
        .first()
    )
    if part is None or not part.groupe.told_mailbox:
        return None
    demande = Demande.objects.select_related("territoire", "structure").get(pk=demande_id)
    parts = Part.objects.filter(demande_id=demande_id).select_related("groupe")
    demande.part_list = list(parts.order_by("addressed_at", "groupe__sort_key"))
    names = [
        membership.user.full_name
        for membership in Membership.objects.filter(groupe_id=groupe_id, is_instructeur=True, user__is_active=True)
        .select_related("user")
        .order_by("user__sort_key")[:NAMED_AT_MOST]
    ]
    extra = [f"Peuvent l’ouvrir pour {part.groupe.name} : {', '.join(names)}"] if names else []
    return _composed(line, demande, part.groupe.told_mailbox, is_author_side=False, extra=extra)


def _composed(line: Notification, demande: Demande, to: str, *, is_author_side: bool, extra: list[str]) -> Composed:
    day, why = line.codes.get("jour"), str(line.codes.get("motif", ""))
    told = Told(
        who=_who(line),
        groupe=_groupe(line, demande),
        number=number_label(demande.number),
        is_author_side=is_author_side,
        day=date.fromisoformat(str(day)) if day else None,
        why=why,
    )
    words = WORDS[line.event](told)
    groupes = ", ".join(part.groupe.name for part in demande.part_list)
    facts = [
        f"Demande {told.number}, de la structure {demande.structure.name}",
        f"Territoire : {demande.territoire}",
        f"{'Groupes saisis' if len(demande.part_list) > 1 else 'Groupe saisi'} : {groupes}",
    ]
    urgent = ["Cette demande est urgente."] if demande.is_urgent else []
    return Composed(
        to=to,
        subject=f"Urgent - {words.subject}" if demande.is_urgent else words.subject,
        title=words.subject,
        paragraphs=[words.sentence, *urgent],
        facts=[*facts, *extra],
        links=[*_links(line, demande), ("Ouvrir la demande", reverse("demandes:page", args=[demande.id]))],
        number=demande.number,
    )


def _links(line: Notification, demande: Demande) -> list[tuple[str, str]]:
    """What the mail asks for, when it is one act of the page."""
    if line.event not in {"echeance-du-mandat", "fin-du-mandat"}:
        return []
    return [("Renouveler le mandat", f"{reverse('demandes:page', args=[demande.id])}#mandat")]


def _who(line: Notification) -> str:
    actor_id = line.codes.get("acteur")
    person = User.objects.filter(pk=actor_id).first() if actor_id else None
    return person.full_name if person else "Administration+"


def _groupe_meant(line: Notification, demande: Demande) -> Groupe:
    """The groupe a manager is told about: that of the part, else the structure."""
    groupe_id = line.codes.get("groupe")
    return Groupe.objects.get(pk=str(groupe_id)) if groupe_id else demande.structure


def _groupe(line: Notification, demande: Demande) -> str:
    groupe_id = line.codes.get("groupe")
    return next((part.groupe.name for part in demande.part_list if str(part.groupe_id) == groupe_id), "")
