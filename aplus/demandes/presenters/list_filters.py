"""The filters of the lists as their panel shows them: the choices of each, the tags of those at work, what is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from aplus.demandes.queries.list_holders import Tab
from aplus.demandes.queries.list_panel import Panel
from aplus.demandes.queries.list_state import NO_FILTERS, OTHER_THEME, Filters, Followed, ListState
from aplus.demandes.queries.lists import Order
from aplus.ui.dates import day_label

CHOSEN_AMONG = {
    "groupe": ("Groupe", "Tous les groupes"),
    "organisme": ("Organisme", "Tous les organismes"),
    "territoire": ("Territoire", "Tous les territoires"),
    "thematique": ("Thématique", "Toutes les thématiques"),
    "suivi": ("Suivi", "Suivies ou non"),
}
FOLLOWED = {Followed.BY_ME.value: "Suivies par moi", Followed.BY_NOBODY.value: "Sans suivi"}
OTHER_THEME_NAME = "Autre thématique"
ORDER_TITLES = {
    Order.DUE: "Échéance",
    Order.NEWEST: "Plus récentes",
    Order.ACTIVITY: "Dernière activité",
}
TICKS = {"urgent": "Urgentes", "non_lu": "Non lues"}
DAYS = {"du": "Envoyées à partir du", "au": "Envoyées jusqu’au"}
# The same whether it exists or not: a list names only what its reader is on.
NOT_OFFERED = "absent de vos dernières demandes"
# What makes an address say something when the whole list is meant (contract.md §5).
EVERYTHING = "tout=1"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A filter typed or ticked; no value when it is not at work."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Select:
    """A filter chosen in a list."""

    name: str
    label: str
    none: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Tag:
    """A filter at work, and the address of the list without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page shows of the filters."""

    selects: list[Select]
    ticks: list[Entry]
    days: list[Entry]
    hidden: dict[str, str]
    tags: list[Tag]
    clear_url: str
    # The choices of this list that the reader may keep; {} when they are those kept already, or none.
    to_keep: dict[str, str]
    is_kept: bool
    # What is said when the choices kept made the list; empty otherwise.
    usual: str
    everything_url: str


def address(state: ListState, *, is_kept: bool = False) -> str:
    """A list by its address; when choices are kept, the whole list has to say that it is meant."""
    query = state.to_query() or (EVERYTHING if is_kept else "")
    return f"{reverse('demandes:list')}?{query}" if query else reverse("demandes:list")


def opened(query: Mapping[str, str], panel: Panel) -> tuple[ListState, bool]:
    """The state to show, and whether the choices kept made it: an address that says something is never altered."""
    if query or not panel.kept:
        return ListState.from_query(query), False
    return ListState.from_query(panel.kept), True


def keepable(state: ListState) -> dict[str, str]:
    """What of a list can be kept: its order and its filters."""
    return replace(state, tab=Tab.ALL, search=None, after=None).asked()


def shown(state: ListState, panel: Panel, *, is_usual: bool) -> Shown:
    """The panel of this list for this reader."""
    start = replace(state, after=None)
    chosen, is_kept = state.filters.asked(), bool(panel.kept)
    keep = keepable(state)
    return Shown(
        selects=list(_selects(chosen, panel)),
        ticks=[Entry(name, label, chosen.get(name, "")) for name, label in TICKS.items()],
        days=[Entry(name, label, chosen.get(name, "")) for name, label in DAYS.items()],
        hidden=replace(start, filters=NO_FILTERS).asked(),
        tags=[
            Tag(said, address(replace(start, filters=state.filters.without(name)), is_kept=is_kept))
            for name, said in _said(state.filters, panel).items()
        ],
        clear_url=address(replace(start, filters=NO_FILTERS), is_kept=is_kept),
        to_keep=keep if keep != panel.kept else {},
        is_kept=is_kept,
        usual=_usual(state, panel) if is_usual else "",
        everything_url=address(ListState(), is_kept=True),
    )


def _choices(name: str, panel: Panel) -> dict[str, str]:
    if name == "suivi":
        return FOLLOWED
    offered = panel.offered.get(name, {})
    return {**offered, OTHER_THEME: OTHER_THEME_NAME} if name == "thematique" else offered


def _selects(chosen: Mapping[str, str], panel: Panel) -> Iterator[Select]:
    for name, (label, none) in CHOSEN_AMONG.items():
        choices = _choices(name, panel)
        value = chosen.get(name, "")
        if value and value not in choices:
            choices = {value: NOT_OFFERED.capitalize(), **choices}
        yield Select(name, label, none, [Option(code, said, code == value) for code, said in choices.items()])


def _said(filters: Filters, panel: Panel) -> dict[str, str]:
    """Each filter at work, in words."""
    said = {}
    for name, value in filters.asked().items():
        if name in TICKS:
            said[name] = TICKS[name]
        elif name in DAYS:
            said[name] = f"{DAYS[name]} {day_label(date.fromisoformat(value))}"
        elif name == "suivi":
            said[name] = FOLLOWED[value]
        else:
            said[name] = f"{CHOSEN_AMONG[name][0]}\u00a0: {_choices(name, panel).get(value, NOT_OFFERED)}"
    return said


def _usual(state: ListState, panel: Panel) -> str:
    words = list(_said(state.filters, panel).values())
    if state.order is not Order.DUE:
        words.insert(0, f"tri «\u00a0{ORDER_TITLES[state.order]}\u00a0»")
    return ", ".join(words)
