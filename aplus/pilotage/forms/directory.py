"""What is asked of the directory, and of the page where a person is looked for."""

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.http import QueryDict

from aplus.core.errors import Refused
from aplus.pilotage.queries.directory import Asked
from aplus.ui.forms import NUL, PlainForm

LONGEST = 120
NOTHING_TYPED = "Indiquez un nom, une adresse e-mail ou un groupe."


def read_asked(query: QueryDict, *, territoires: Mapping[str, str], organismes: Mapping[str, str]) -> Asked:
    """What an address, or a form, asks for; what is not offered to this reader asks nothing."""

    def one_of(offered: Mapping[str, str], name: str) -> str:
        value = query.get(name, "")
        return value if value in offered else ""

    return Asked(
        territoire=one_of(territoires, "territoire"),
        organisme=one_of(organismes, "organisme"),
        name=query.get("q", "").replace(NUL, "").strip()[:LONGEST],
        is_closed=query.get("etat") == "fermes",
    )


def read_after(query: QueryDict) -> UUID | None:
    """The place in a list; None for anything that is not one."""
    try:
        return UUID(query.get("apres", ""))
    except ValueError:
        return None


class FindForm(PlainForm):
    """Who is looked for: sent by POST, so that no name or address is left in a log or a history."""

    id_prefix = "recherche"

    q = forms.CharField(
        label="Nom ou adresse e-mail",
        max_length=LONGEST,
        required=False,
        help_text="Le début du nom de famille, « nom prénom », « prénom nom », ou une adresse e-mail entière.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    groupe = forms.CharField(
        label="Groupe",
        max_length=LONGEST,
        required=False,
        help_text="Une partie du nom de son groupe.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def require_something(self) -> None:
        """Raise Refused when there is nothing to look for."""
        if not (self.cleaned_data["q"] or self.cleaned_data["groupe"]):
            raise Refused.because(NOTHING_TYPED, "q")
