"""The form of a version of the terms of use."""

from typing import Any

from django import forms

from aplus.demandes.forms.fields import TypedTextField
from aplus.pilotage.forms.notices import PARIS
from aplus.pilotage.forms.seen import SeenForm
from aplus.ui.forms import DateTimeLocalField

TEXT, SUMMARY, LABEL = 60_000, 500, 20
# An address of the section.
RESERVED = frozenset({"nouvelle"})


class CguForm(SeenForm):
    """A version to come; `libelle` is typed once, at its creation."""

    id_prefix = "cgu"

    libelle = forms.RegexField(
        regex=r"\A[0-9A-Za-z][0-9A-Za-z.-]*\Z",
        label="Nom de la version",
        max_length=LABEL,
        help_text="Court, par exemple 2 ou 2026-12. Il ne change plus ensuite.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Donnez un nom à cette version.",
            "invalid": "Le nom ne contient que des lettres sans accent, des chiffres, des points et des tirets.",
        },
    )
    resume = TypedTextField(
        label="Ce qui change",
        max_length=SUMMARY,
        help_text="Chacun lit ces quelques phrases au moment d’accepter la nouvelle version.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": "Dites ce qui change\u00a0: chacun le lit avant d’accepter."},
    )
    texte = TypedTextField(
        label="Texte",
        max_length=TEXT,
        help_text="En Markdown\u00a0: « ## Titre », une ligne vide entre les paragraphes, « - » devant chaque élément "
        "d’une liste, « [texte](adresse) » pour un lien. Ni image, ni HTML.",
        widget=forms.Textarea(attrs={"rows": 24, "autocomplete": "off", "spellcheck": "true"}),
        error_messages={"required": "Écrivez le texte de cette version."},
    )
    vigueur = DateTimeLocalField(
        label="En vigueur à partir du",
        help_text="Heure de Paris. À ce moment, chacun est invité à accepter, à la première page qu’il demande.",
        zone=PARIS,
        error_messages={"required": "Indiquez quand cette version entre en vigueur."},
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["libelle"]

    def clean_libelle(self) -> str:
        """Not an address of the section."""
        name: str = self.cleaned_data["libelle"]
        if name.casefold() in RESERVED:
            raise forms.ValidationError("Ce nom est réservé\u00a0: choisissez-en un autre.")
        return name
