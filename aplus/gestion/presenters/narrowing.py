"""The filters of a groupe's demandes as their panel shows them, and the addresses of the list and of its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from aplus.accounts.models import Membership
from aplus.annuaire.models import Groupe
from aplus.demandes.presenters.list_filters import DAYS, OTHER_THEME_NAME, Entry, Option, Select, Tag
from aplus.demandes.queries.list_marks import Mark
from aplus.demandes.queries.list_state import OTHER_THEME, Followed
from aplus.demandes.queries.managed import Show
from aplus.demandes.queries.managed_filters import NO_FILTERS, ManagedFilters
from aplus.ui.dates import day_label

LABELS = {
    "groupe": ("Autre groupe", "Tous les groupes"),
    "organisme": ("Autre organisme", "Tous les organismes"),
    "territoire": ("Territoire", "Tous les territoires"),
    "thematique": ("Thématique", "Toutes les thématiques"),
    "suivi": ("Suivies par", "Suivies ou non"),
}
NOBODY = {Followed.BY_NOBODY.value: "Personne"}
NOT_OFFERED = "absent des dernières demandes"
URGENT = "Urgentes"


@dataclass(frozen=True)
class Listed:
    """Which demandes of which groupe."""

    groupe: Groupe
    show: Show = Show.OPEN
    filters: ManagedFilters = NO_FILTERS

    def address(self, after: Mark | None = None, *, route: str = "groupe_demandes") -> str:
        """Where a page of this list is, or a file of all of it."""
        asked = {**self.hidden, **self.filters.asked(), **({"apres": after.to_text()} if after else {})}
        path = reverse(f"gestion:{route}", args=[self.groupe.pk])
        return f"{path}?{urlencode(asked)}" if asked else path

    @property
    def hidden(self) -> dict[str, str]:
        """What a form of filters keeps of the address."""
        return {} if self.show is Show.OPEN else {"onglet": self.show.value}


@dataclass(frozen=True)
class Narrowing:
    """All that the page shows of the filters and of the files."""

    url: str
    hidden: dict[str, str]
    selects: list[Select]
    days: list[Entry]
    urgent: str
    tags: list[Tag]
    clear_url: str
    csv_url: str
    xlsx_url: str


def narrowing(listed: Listed, offered: Mapping[str, dict[str, str]], members: Sequence[Membership]) -> Narrowing:
    """The panel of this list."""
    chosen = listed.filters.asked()
    choices = {
        **offered,
        "thematique": {**offered.get("thematique", {}), OTHER_THEME: OTHER_THEME_NAME},
        "suivi": {**NOBODY, **{str(one.user_id): one.user.full_name for one in members}},
    }
    said = {name: _said(name, value, choices) for name, value in chosen.items()}
    bare = Listed(listed.groupe, listed.show)
    return Narrowing(
        url=Listed(listed.groupe).address(),
        hidden=listed.hidden,
        selects=[_select(name, chosen.get(name, ""), choices.get(name, {})) for name in LABELS],
        days=[Entry(name, label, chosen.get(name, "")) for name, label in DAYS.items()],
        urgent=chosen.get("urgent", ""),
        tags=[
            Tag(words, Listed(listed.groupe, listed.show, listed.filters.without(name)).address())
            for name, words in said.items()
        ],
        clear_url=bare.address(),
        csv_url=listed.address(route="groupe_csv"),
        xlsx_url=listed.address(route="groupe_xlsx"),
    )


def _select(name: str, value: str, choices: dict[str, str]) -> Select:
    if value and value not in choices:
        choices = {value: NOT_OFFERED.capitalize(), **choices}
    label, none = LABELS[name]
    return Select(name, label, none, [Option(code, said, code == value) for code, said in choices.items()])


def _said(name: str, value: str, choices: Mapping[str, dict[str, str]]) -> str:
    if name == "urgent":
        return URGENT
    if name in DAYS:
        return f"{DAYS[name]} {day_label(date.fromisoformat(value))}"
    return f"{LABELS[name][0]}\u00a0: {choices.get(name, {}).get(value, NOT_OFFERED)}"
