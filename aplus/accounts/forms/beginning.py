"""The form of the panel of first steps: one button."""

from django import forms

from aplus.accounts.forms.keys import KeyForm

HIDE, SHOW = "masquer", "montrer"


class PanelForm(KeyForm):
    """Hide the panel, or show it again."""

    id_prefix = "premiers-pas"

    choix = forms.ChoiceField(
        choices=[(HIDE, HIDE), (SHOW, SHOW)],
        error_messages={
            "required": "Choisissez de montrer ou de masquer vos premiers pas.",
            "invalid_choice": "Choisissez de montrer ou de masquer vos premiers pas.",
        },
        widget=forms.HiddenInput,
    )
