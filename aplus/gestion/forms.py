"""The forms of those who manage a groupe, and of one's own absences."""

from typing import Any
from uuid import UUID

from django import forms

from aplus.demandes.forms.acts import ActForm
from aplus.demandes.forms.fields import IdField

Choices = list[tuple[str, str]]


class ChosenPersonForm(ActForm):
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
