"""The forms of those who manage the members of a groupe."""

from typing import Any

from django import forms

from aplus.accounts.rules.members import Flags
from aplus.demandes.forms.acts import KeyForm
from aplus.ui.forms import TickField

CONFIRM = "Cochez cette case pour confirmer le changement."
NAMES = ("aidant", "instructeur", "responsable")


def written(flags: Flags) -> str:
    """The flags in a hidden field."""
    return "+".join(flags.words) or "membre"


class ConfirmForm(KeyForm):
    """The one button of a page that says the consequences of an act."""

    id_prefix = "confirmer"


class FlagsForm(KeyForm):
    """The flags of a member; `vu` are those that the page showed, `pour` those that the box confirms."""

    id_prefix = "roles"

    aidant = TickField(
        label="Aidant", required=False, help_text="Crée et suit des demandes au nom de ce groupe, pour des usagers."
    )
    instructeur = TickField(
        label="Instructeur", required=False, help_text="Lit et traite toutes les demandes adressées à ce groupe."
    )
    responsable = TickField(
        label="Responsable", required=False, help_text="Gère les membres et la présentation du groupe."
    )
    vu = forms.CharField(widget=forms.HiddenInput, required=False)
    pour = forms.CharField(widget=forms.HiddenInput, required=False)
    confirmation = TickField(label="Je confirme ce changement", required=False)
    field_order = ("aidant", "instructeur", "responsable", "confirmation", "vu", "pour", "cle")

    def __init__(self, *args: Any, held: Flags, asks: bool = False, **kwargs: Any) -> None:
        initial = dict(zip(NAMES, (held.is_aidant, held.is_instructeur, held.is_responsable), strict=True))
        super().__init__(*args, initial={**initial, "vu": written(held)}, **kwargs)
        if not asks:
            del self.fields["confirmation"], self.fields["pour"]

    @property
    def seen(self) -> Flags | None:
        """What the page showed; None when what was sent says nothing of it."""
        words = str(self.cleaned_data.get("vu", "")).split("+")
        return Flags(*(name in words for name in NAMES)) if words != [""] else None

    @property
    def flags(self) -> Flags:
        """What was ticked."""
        aidant, instructeur, responsable = (bool(self.cleaned_data[name]) for name in NAMES)
        return Flags(aidant, instructeur, responsable)

    @property
    def is_confirmed(self) -> bool:
        """Whether the box was ticked for exactly these flags."""
        typed = self.cleaned_data
        return bool(typed["confirmation"]) and typed["pour"] == written(self.flags)

    def asking(self, held: Flags) -> "FlagsForm":
        """The same ticks, with the box that confirms them, not ticked yet."""
        data = self.data.copy()
        data["pour"] = written(self.flags)
        data.pop("confirmation", None)
        again = FlagsForm(data, held=held, asks=True)
        again.add_error("confirmation", CONFIRM)
        return again

    def anew(self, held: Flags) -> "FlagsForm":
        """The same ticks, over the flags of now."""
        data = self.data.copy()
        data["vu"] = written(held)
        return FlagsForm(data, held=held)
