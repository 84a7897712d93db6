"""The base of the forms that change a row which others may change too."""

from typing import Any

from django import forms

from aplus.demandes.forms.acts import KeyForm

OVERTAKEN = 409


class SeenForm(KeyForm):
    """A form that changes a row; `vu` is the mark of the row as the page showed it."""

    vu = forms.CharField(widget=forms.HiddenInput, required=False)

    data: Any

    def show(self, mark: str, status: int) -> None:
        """Carry the mark of the row as it is now; what was refused for another reason keeps the one that it had."""
        if not self.is_bound:
            self.initial["vu"] = mark
        elif status == OVERTAKEN:
            self.data = self.data.copy()
            self.data["vu"] = mark

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, without what the page carries."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"cle", "vu"}}
