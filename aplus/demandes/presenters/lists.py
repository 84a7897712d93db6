"""What the lists say to this reader: rows, badges, tabs, and what to do when there is nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from aplus.accounts.models import User
from aplus.annuaire.rules import Calendar, last_day_of, local_day
from aplus.demandes.models import Demande, Part
from aplus.demandes.openers import RowContent
from aplus.demandes.presenters.list_filters import ORDER_TITLES, OTHER_THEME_NAME, address
from aplus.demandes.presenters.states import Badge, demande_badge, demande_label, number_label
from aplus.demandes.queries.list_holders import Tab
from aplus.demandes.queries.list_state import ListState
from aplus.demandes.queries.lists import PAGE_SIZE, FoundDraft
from aplus.demandes.rules.steps import Step, Typed
from aplus.demandes.rules.turns import earliest_due
from aplus.demandes.services.copies import part_now
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import Side, Standing
from aplus.ui.dates import day_label

GROUPES_NAMED = 3
NO_SUBJECT = "Sans sujet pour l’instant"
TITLES = {
    Tab.ALL: "Toutes",
    Tab.TODO: "À traiter",
    Tab.GOING: "En cours",
    Tab.OVERDUE: "En souffrance",
    Tab.ARCHIVED: "Archivées",
    Tab.DRAFTS: "Brouillons",
}


# By the number of days left.
DUE_SOON = {0: Badge("Échéance aujourd’hui", "warning"), 1: Badge("Échéance demain", "warning")}


@dataclass(frozen=True, slots=True)
class Row:
    """One demande as one reader sees it in a list."""

    id: UUID
    number: str
    subject: str
    usager: str
    state: Badge
    badges: list[Badge]
    theme: str
    structure: str
    groupes: str
    last_by: str
    last_at: datetime
    timezone: str
    due: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft of the reader: what was typed of its subject and name, and the step to go on with."""

    id: UUID
    subject: str
    usager: str
    saved_at: datetime
    step: str


@dataclass(frozen=True, slots=True)
class Link:
    """A tab or an order: where it leads, whether it is the current one, how many demandes it holds (None: not said)."""

    label: str
    url: str
    is_current: bool
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says, and the one thing to do next (an address of product.md §6)."""

    title: str
    text: str
    action: str = ""
    url: str = ""


START = ("Créer une demande", "/demandes/nouvelle/")
EMPTY_FOR_AIDANT = Empty(
    "Aucune demande en cours",
    "Quand une personne que vous accompagnez est bloquée par une administration, décrivez son blocage : les agents des "
    "organismes concernés vous répondent ici. Vous retrouverez sur cette page toutes vos demandes.",
    *START,
)
EMPTY_FOR_INSTRUCTEUR = Empty(
    "Aucune demande en cours",
    "Les demandes adressées à vos groupes arrivent sur cette page, et un e-mail vous prévient de chacune. Vous n’avez "
    "rien à faire pour le moment.",
    "Comprendre comment répondre à une demande",
    "/aide/repondre-a-une-demande/",
)
EMPTY_FOR_EXPERT = Empty(
    "Aucune demande en cours",
    "Les demandes bloquées pour lesquelles on fait appel à vous arrivent sur cette page, et un e-mail vous prévient.",
)
NOT_HERE = (
    "Seuls les aidants et les instructeurs suivent des demandes. Si vous devriez en faire partie, demandez-le au "
    "responsable de votre groupe."
)
EMPTY_FOR_PILOTAGE = Empty("Aucune demande en cours", NOT_HERE, "Aller à la page Pilotage", "/pilotage/")
EMPTY_FOR_OTHERS = Empty("Aucune demande en cours", NOT_HERE, "Voir mes groupes", "/groupes/")
SEE_ALL = ("Voir toutes mes demandes", "/demandes/")
NOTHING_LEFT = Empty(
    "Aucune demande ne correspond à ces filtres",
    "Retirez un filtre, ou effacez-les tous pour revoir les demandes de cet onglet.",
    "Effacer les filtres",
)
EMPTY_TABS = {
    Tab.TODO: Empty("Rien à traiter", "Aucune demande n’attend une action de votre part.", *SEE_ALL),
    Tab.GOING: Empty(
        "Rien en cours", "Les demandes qui avancent sans rien attendre de vous apparaissent ici.", *SEE_ALL
    ),
    Tab.OVERDUE: Empty("Rien en souffrance", "Aucune demande n’a dépassé son échéance.", *SEE_ALL),
    Tab.DONE: Empty("Rien de traité", "Les demandes traitées restent ici jusqu’à leur archivage.", *SEE_ALL),
    Tab.ARCHIVED: Empty(
        "Aucune demande archivée", "Les demandes archivées restent ici jusqu’à l’effacement de leur contenu.", *SEE_ALL
    ),
    Tab.DRAFTS: Empty(
        "Aucun brouillon", "Une demande commencée et non envoyée reste ici 30 jours, puis elle est effacée.", *SEE_ALL
    ),
}

FOUND = "Résultats de la recherche"
NOTHING_FOUND = Empty(
    "Aucune demande trouvée",
    "Cherchez par le début du nom (trois lettres au moins), la date de naissance (jj/mm/aaaa), un identifiant, le "
    "numéro de la demande ou un mot entier de son sujet. Les messages ne sont pas cherchés, ni les demandes que vous "
    "ne suivez pas.",
    "Effacer la recherche",
    "/demandes/",
)


def row(actor: Actor, demande: Demande, content: RowContent, *, last_read_at: datetime | None, now: datetime) -> Row:
    """One row, computed with the side the reader holds on it."""
    standing = decisions.standing(actor, demande)
    side = standing.side if standing else None
    calendar = demande.territoire.calendar
    due_at = earliest_due([part_now(part) for part in _parts_read(actor, demande, standing)])
    last_at, last_by = _last_word(demande, side)
    badges = _due_badges(due_at, calendar, now)
    if demande.is_urgent:
        badges.append(Badge("Urgent", "error"))
    if is_unread(actor, demande, side, last_read_at):
        badges.append(Badge("Non lu", "purple-glycine"))
    return Row(
        id=demande.id,
        number=number_label(demande.number),
        subject=content.subject,
        usager=content.usager,
        state=Badge(demande_label(demande.state, side), demande_badge(demande.state)),
        badges=badges,
        theme=demande.thematique.name if demande.thematique else OTHER_THEME_NAME,
        structure=demande.structure.name,
        groupes=_groupes(demande.part_list),
        last_by=_name(actor, last_by) if last_by else "",
        last_at=last_at,
        timezone=demande.territoire.timezone,
        due=day_label(last_day_of(due_at, calendar)) if due_at else "",
    )


def is_unread(actor: Actor, demande: Demande, side: Side | None, last_read_at: datetime | None) -> bool:
    """Something this side may see was done by somebody else since the reader last read the demande."""
    at, by_id = demande.instructeur_activity_at, demande.instructeur_activity_by_id
    if side is Side.AUTHOR:
        at, by_id = demande.author_activity_at, demande.author_activity_by_id
    return by_id != actor.user_id and (last_read_at is None or at > last_read_at)


def _parts_read(actor: Actor, demande: Demande, standing: Standing | None) -> Sequence[Part]:
    """The parts whose due date counts for this reader: of his groupes for an instructeur, else all."""
    if standing is not Standing.INSTRUCTEUR:
        return demande.part_list
    return [part for part in demande.part_list if part.groupe_id in actor.instructeur_groupe_ids]


def _groupes(parts: Sequence[Part]) -> str:
    """The first groupes addressed, and how many others."""
    ordered = sorted(parts, key=lambda part: (part.addressed_at, part.groupe.sort_key))
    names = ", ".join(part.groupe.name for part in ordered[:GROUPES_NAMED])
    others = len(ordered) - GROUPES_NAMED
    return f"{names} et {others} autre{'s' if others > 1 else ''}" if others > 0 else names


def _due_badges(due_at: datetime | None, calendar: Calendar, now: datetime) -> list[Badge]:
    if due_at is None:
        return []
    if due_at < now:
        return [Badge("En souffrance", "error")]
    days_left = (last_day_of(due_at, calendar) - local_day(now, calendar)).days
    return [DUE_SOON[days_left]] if days_left in DUE_SOON else []


def _last_word(demande: Demande, side: Side | None) -> tuple[datetime, User | None]:
    """When and by whom, as far as this side reads: a note is nothing to the author's side."""
    if side is Side.AUTHOR:
        return demande.author_word_at, demande.author_word_by
    return demande.instructeur_word_at, demande.instructeur_word_by


def _name(actor: Actor, person: User) -> str:
    return "vous" if person.pk == actor.user_id else person.full_name


def draft_row(draft: FoundDraft) -> DraftRow:
    """One draft; the first step that was never saved is the one to go on with."""
    typed = Typed(draft.steps.get(Step.USAGER, {}))
    waiting = [step for step in Step if step not in draft.steps]
    return DraftRow(
        id=draft.id,
        subject=typed.line("sujet") or NO_SUBJECT,
        usager=f"{typed.line('prenom')} {typed.line('nom')}".strip(),
        saved_at=draft.updated_at,
        step=waiting[0] if waiting else Step.ENVOI,
    )


# Tabs, orders


def tab_title(actor: Actor, tab: Tab) -> str:
    """The name of a tab; what is processed is to archive for the author's side, done for the instructeurs'."""
    if tab is not Tab.DONE:
        return TITLES[tab]
    is_aidant, is_other_side = bool(actor.aidant_groupe_ids), bool(actor.instructeur_groupe_ids or actor.expertise)
    if is_aidant == is_other_side:
        return "Traitées / À archiver"
    return "À archiver" if is_aidant else "Traitées"


def tabs(actor: Actor, state: ListState, numbers: Mapping[Tab, int], *, is_kept: bool) -> list[Link]:
    """The tabs of this reader; drafts only for who may write some, or who asks for them."""
    shown = [tab for tab in Tab if tab is not Tab.DRAFTS or tab is state.tab or decisions.may_create_demande(actor)]
    start = replace(state, after=None)
    return [
        Link(
            tab_title(actor, tab),
            address(replace(start, tab=tab), is_kept=is_kept),
            tab is state.tab,
            numbers.get(tab),
        )
        for tab in shown
    ]


def orders(state: ListState, *, is_kept: bool) -> list[Link]:
    """The choices of order; none where there is only one."""
    if state.tab in {Tab.ARCHIVED, Tab.DRAFTS}:
        return []
    start = replace(state, after=None)
    return [
        Link(title, address(replace(start, order=order), is_kept=is_kept), order is state.order)
        for order, title in ORDER_TITLES.items()
    ]


# Searches


def title(actor: Actor, state: ListState) -> str:
    """What a list is: a tab, or what a search found everywhere."""
    is_search = state.search is not None and state.tab is Tab.ALL
    return FOUND if is_search else tab_title(actor, state.tab)


def how_many(number: int, *, is_all: bool) -> str:
    """How many demandes a search found; beyond a page nobody counts them."""
    if not is_all:
        return f"Plus de {PAGE_SIZE} demandes trouvées"
    if number == 0:
        return "Aucune demande trouvée"
    return "1 demande trouvée" if number == 1 else f"{number} demandes trouvées"


# Empty lists


def empty(actor: Actor, state: ListState, clear_url: str) -> Empty:
    """What to do when there is nothing, for whom this reader is and what was asked."""
    if state.filters.asked() and state.tab is not Tab.DRAFTS:
        return replace(NOTHING_LEFT, url=clear_url)
    if state.search is not None and state.tab is not Tab.DRAFTS:
        return NOTHING_FOUND
    return _empty(actor, state.tab)


def _empty(actor: Actor, tab: Tab) -> Empty:
    may_create = decisions.may_create_demande(actor)
    if tab is Tab.DRAFTS and may_create:
        action, url = START
        return replace(EMPTY_TABS[tab], action=action, url=url)
    if tab is not Tab.ALL:
        return EMPTY_TABS[tab]
    if may_create:
        return EMPTY_FOR_AIDANT
    if actor.instructeur_groupe_ids:
        return EMPTY_FOR_INSTRUCTEUR
    if actor.expertise is not None:
        return EMPTY_FOR_EXPERT
    return EMPTY_FOR_PILOTAGE if actor.has_pilotage else EMPTY_FOR_OTHERS
