"""What the screens of groupes say to this reader."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localtime

from aplus.accounts.presenters.reaching import trouble
from aplus.annuaire.models import Groupe
from aplus.demandes.queries.activity import Activity, Figures
from aplus.gestion.queries.directory import MyGroupe
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.ui.dates import day_label


@dataclass(frozen=True)
class GroupeLine:
    """A groupe, where it works, and what the reader may do in it."""

    id: UUID
    name: str
    organisme: str
    territoires: str
    roles: str
    description: str
    public_note: str


def groupe_line(actor: Actor, groupe: Groupe) -> GroupeLine:
    """One groupe as this reader sees it."""
    places = "Toute la France" if groupe.is_national else ", ".join(str(one) for one in groupe.territoires.all())
    return GroupeLine(
        id=groupe.pk,
        name=groupe.name,
        organisme=groupe.organisme.name,
        territoires=places or "Aucun territoire",
        roles=roles_in(actor, groupe.pk),
        description=groupe.description,
        public_note=groupe.public_note,
    )


@dataclass(frozen=True)
class MyLine:
    """One of my groupes in their list."""

    groupe: GroupeLine
    members: str
    waiting: list[str]


def my_line(actor: Actor, one: MyGroupe) -> MyLine:
    """What waits is said to everybody in the groupe; proposals to who decides of them."""
    decides = decisions.may_manage_members(actor, one.groupe)
    waiting = (
        (one.overdue, "demande en souffrance", "demandes en souffrance"),
        (one.alone, "demande que personne ne suit", "demandes que personne ne suit"),
        (one.proposals if decides else 0, "proposition à décider", "propositions à décider"),
    )
    return MyLine(
        groupe=groupe_line(actor, one.groupe),
        members=_counted(one.members, "membre", "membres"),
        waiting=[_counted(number, word, words) for number, word, words in waiting if number],
    )


def _counted(number: int, word: str, words: str) -> str:
    return f"{number} {words if number > 1 else word}"


@dataclass(frozen=True)
class Facts:
    """The rest of what a groupe is, as far as this reader may know; empty is not shown."""

    mailbox: str
    # Shown even when there is none: it can be set.
    has_mailbox: bool
    # Its address refuses: said to who can change it.
    mailbox_trouble: str
    is_mailbox_told: bool
    matricule: str
    accepts: str
    internal_comment: str
    closed: str
    # Of a closed groupe: who took over, and how many demandes are still to come to it.
    successor: str
    left_to_move: int


def facts(actor: Actor, groupe: Groupe, accepted: list[str], left_to_move: int) -> Facts:
    """An observateur reads no address; the comment is the A+ team's."""
    return Facts(
        mailbox=groupe.mailbox if decisions.may_see_addresses(actor, groupe) else "",
        has_mailbox=decisions.may_see_addresses(actor, groupe),
        mailbox_trouble=trouble(groupe, "cette boîte") if decisions.may_manage_members(actor, groupe) else "",
        is_mailbox_told=groupe.is_mailbox_told,
        matricule=groupe.matricule,
        accepts=", ".join(accepted) or "Toutes les structures",
        internal_comment=groupe.internal_comment if decisions.may_administer(actor) else "",
        closed=day_label(localtime(groupe.closed_at).date()) if groupe.closed_at else "",
        successor=groupe.successor.name if groupe.successor else "",
        left_to_move=left_to_move,
    )


@dataclass(frozen=True)
class ActivityRow:
    """« Demandes reçues : 12, prises en charge en 2 jours (11 sur 12), traitées en 9 jours (8 sur 12) »."""

    label: str
    number: int
    taken: str
    processed: str


def activity_rows(activity: Activity) -> list[ActivityRow]:
    """The table of the last ninety days; what never happens in this groupe has no row."""
    rows = (("Demandes reçues", activity.received), ("Demandes envoyées", activity.sent))
    return [_activity_row(label, figures) for label, figures in rows if figures.number]


def _activity_row(label: str, figures: Figures) -> ActivityRow:
    return ActivityRow(
        label=label,
        number=figures.number,
        taken=_median(figures.days_to_take, figures.taken, figures.number),
        processed=_median(figures.days_to_process, figures.processed, figures.number),
    )


def _median(days: int | None, done: int, number: int) -> str:
    """The median with what it is worked out from: a figure of two demandes is not one of two hundred."""
    if days is None:
        return "Aucune pour l’instant"
    how_long = "le jour même" if days == 0 else _counted(days, "jour", "jours")
    return f"{how_long} ({done} sur {number})"


@dataclass(frozen=True)
class GroupePage:
    """A page below the groupe's that this reader may open."""

    label: str
    url: str


def groupe_pages(actor: Actor, groupe: Groupe) -> list[GroupePage]:
    """What the groupe's page leads to."""
    if groupe.closed_at is not None:
        return []
    pages = (
        (decisions.may_manage_members(actor, groupe), "Modifier le groupe", "change_groupe"),
        (decisions.may_see_metadata(actor, groupe), "Les demandes du groupe et leur export", "groupe_demandes"),
        (decisions.may_manage_groupe(actor, groupe), "Les absences des membres", "groupe_absences"),
        (decisions.may_use_models(actor, groupe), "Les modèles de réponse du groupe", "models"),
        (decisions.may_edit_groupe(actor, groupe), "Fermer le groupe", "close_groupe"),
    )
    return [
        GroupePage(label, reverse(f"gestion:{name}", args=[groupe.pk]))
        for is_allowed, label, name in pages
        if is_allowed
    ]


def roles_in(actor: Actor, groupe_id: UUID) -> str:
    """The flags held in this groupe, in words; '' for who is not a member."""
    held = next((one for one in actor.memberships if one.groupe_id == groupe_id), None)
    if held is None:
        return ""
    flags = (
        (held.is_aidant, "aidant"),
        (held.is_instructeur, "instructeur"),
        (held.is_responsable, "responsable"),
    )
    return ", ".join(name for is_held, name in flags if is_held) or "membre"


def other_roles(actor: Actor) -> list[str]:
    """The roles held outside groupes."""
    roles = (
        (actor.is_administrateur, "administrateur"),
        (actor.supervision is not None, "superviseur"),
        (actor.observation is not None, "observateur"),
        (actor.expertise is not None, "expert"),
    )
    return [name for is_held, name in roles if is_held]
