"""The forms of those who manage a groupe, and of one's own absences."""

from typing import Any
from uuid import UUID

from django import forms

from aplus.demandes.forms.acts import MESSAGE, KeyForm
from aplus.demandes.forms.fields import IdField, TypedTextField
from aplus.demandes.services.absences import Days
from aplus.ui.forms import IsoDateField

Choices = list[tuple[str, str]]
TITLE = 100


class ChosenPersonForm(KeyForm):
    """A form that names one person of a list; `vu` is who had the task when the page was made."""

    person = ""
    vu = IdField(label="Suivi jusqu’ici par", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.person].choices = people
        self.fields[self.person].widget = forms.Select(choices=[("", "Choisir une personne"), *people])

    @property
    def chosen(self) -> UUID:
        """Who was chosen."""
        found: UUID = self.cleaned_data[self.person]
        return found


class HandOverForm(ChosenPersonForm):
    """Giving a demande to another aidant of the structure."""

    id_prefix = "passation"
    person = "collegue"
    collegue = IdField(
        label="Confier la demande à",
        required=True,
        error_messages={"required": "Choisissez l’aidant à qui confier la demande."},
    )


class GivePartForm(ChosenPersonForm):
    """Giving the groupe's part to one of its instructeurs."""

    id_prefix = "attribution"
    person = "personne"
    personne = IdField(
        label="Faire suivre par",
        required=True,
        error_messages={"required": "Choisissez l’instructeur qui suit cette demande."},
    )


class DaysForm(KeyForm):
    """Days away; why is never asked."""

    id_prefix = "absence"

    du = IsoDateField(
        label="Premier jour d’absence", error_messages={"required": "Indiquez le premier jour d’absence."}
    )
    au = IsoDateField(
        label="Dernier jour d’absence", error_messages={"required": "Indiquez le dernier jour d’absence."}
    )


class OwnAbsenceForm(DaysForm):
    """One's own absence, with a colleague for each structure where one is an aidant."""

    def __init__(self, *args: Any, colleagues: dict[Any, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structures = {f"remplacant_{groupe.pk}": groupe.pk for groupe in colleagues}
        for groupe, people in colleagues.items():
            self.fields[f"remplacant_{groupe.pk}"] = _colleague_field(f"Qui vous remplace à {groupe.name}", people)

    @property
    def days(self) -> Days:
        """What was typed."""
        typed = self.cleaned_data
        named = {groupe_id: typed[name] for name, groupe_id in self.structures.items() if typed[name]}
        return Days(typed["du"], typed["au"], named)


class MemberAbsenceForm(DaysForm):
    """The absence of a member of one's groupe."""

    field_order = ("membre", "du", "au", "remplacant", "cle")
    membre = IdField(label="Qui est absent", required=True, error_messages={"required": "Choisissez qui est absent."})

    def __init__(self, *args: Any, members: Choices, aidants: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membre"].choices = members
        self.fields["membre"].widget = forms.Select(choices=[("", "Choisir une personne"), *members])
        self.fields["remplacant"] = _colleague_field("Qui remplace cette personne auprès des usagers", aidants)
        self.order_fields(self.field_order)

    def days_in(self, groupe_id: UUID) -> Days:
        """What was typed, the stand-in being for this groupe."""
        typed = self.cleaned_data
        named = {groupe_id: typed["remplacant"]} if typed["remplacant"] else {}
        return Days(typed["du"], typed["au"], named)


class ModelForm(KeyForm):
    """A text to begin replies with; `vu` is when it was last written as the page shows it."""

    id_prefix = "modele"

    titre = forms.CharField(
        label="Titre",
        max_length=TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Donnez un titre à ce modèle."},
    )
    texte = TypedTextField(
        label="Texte",
        max_length=MESSAGE,
        help_text="Jamais de donnée sur une personne : tout le groupe lit ce texte, et il resservira.",
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
        error_messages={"required": "Écrivez le texte de ce modèle."},
    )
    vu = forms.CharField(widget=forms.HiddenInput, required=False)


def _colleague_field(label: str, people: Choices) -> IdField:
    field = IdField(
        label=label,
        required=False,
        help_text="Cette personne suit vos demandes ouvertes pendant l’absence."
        if label.startswith("Qui vous")
        else "Un aidant du groupe, qui suit ses demandes ouvertes pendant l’absence.",
    )
    field.choices = people
    field.widget = forms.Select(choices=[("", "Personne"), *people])
    return field
