"""The shape of what is typed about second factors."""

from typing import Any

from django import forms

from aplus.accounts.forms.entering import EnterForm, PathField
from aplus.accounts.forms.keys import KeyForm
from aplus.ui.forms import PlainForm

# Sixteen signs in groups, and whatever people put between them.
CODE_SIGNS = 40
CODE_ATTRS = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}
WRONG_CODE = "Ce code n’est pas valable\u00a0: il est faux, périmé, ou il a déjà servi."


class CodeForm(PlainForm):
    """A code of an application, or a recovery code; every failure has the same message."""

    code = forms.CharField(
        label="Code",
        max_length=CODE_SIGNS,
        widget=forms.TextInput(attrs=CODE_ATTRS),
        error_messages={"required": WRONG_CODE, "max_length": WRONG_CODE},
    )
    suite = PathField(required=False)

    def __init__(self, *args: Any, has_application: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The bound field: the base has made it already.
        field = self["code"]
        field.label = "Code à six chiffres, ou code de secours" if has_application else "Code de secours"
        field.help_text = (
            "Les six chiffres que votre application affiche en ce moment, ou l’un de vos codes de secours"
            if has_application
            else "L’un des codes de secours que vous avez imprimés"
        )


class FirstCodeForm(KeyForm):
    """The first code of an application being set up."""

    code = forms.CharField(
        label="Code affiché par l’application",
        help_text="Six chiffres, qui changent toutes les trente secondes",
        max_length=CODE_SIGNS,
        widget=forms.TextInput(attrs={**CODE_ATTRS, "inputmode": "numeric"}),
        error_messages={
            "required": "Saisissez le code à six chiffres que l’application affiche.",
            "max_length": "Le code a six chiffres.",
        },
    )
    suite = PathField(required=False)


class GoOnForm(KeyForm):
    """One button, and the page to go on to."""

    suite = PathField(required=False)


class PasskeyNameForm(KeyForm):
    """What somebody calls one of their passkeys."""

    nom = forms.CharField(
        label="Nom de la clé",
        help_text="Pour la reconnaître, par exemple « Téléphone » ou « Clé du bureau »",
        max_length=60,
        required=False,
        error_messages={"max_length": "Soixante signes au plus."},
    )

    def clean_nom(self) -> str:
        """A name in any case."""
        return " ".join(self.cleaned_data["nom"].split()) or "Clé d’accès"


class PasskeyForm(PasskeyNameForm):
    """A new passkey: what the browser answers is put in `reponse` by the page's script."""

    reponse = forms.CharField(widget=forms.HiddenInput, required=False)
    suite = PathField(required=False)


class EnterWithKeyForm(EnterForm):
    """Enter with a passkey alone."""

    reponse = forms.CharField(widget=forms.HiddenInput, required=False)
    suite = PathField(required=False)
