"""What a groupe is, field by field: each person is shown those that they may write."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms

from aplus.annuaire.models import Groupe, Organisme
from aplus.demandes.forms.acts import KeyForm
from aplus.demandes.forms.fields import IdField, TypedTextField
from aplus.demandes.rules.steps import one_line
from aplus.gestion.queries.places import Places
from aplus.ui.forms import RadioGroup, TickField, TickGroup

NAME, NOTE, COMMENT, MATRICULE = 120, 1_000, 5_000, 30
# The field of the form -> the column of the groupe.
COLUMNS = {
    "nom": "name",
    "organisme": "organisme_id",
    "territoires": "territoires",
    "toute_la_france": "is_national",
    "description": "description",
    "note": "public_note",
    "boite": "mailbox",
    "boite_prevenue": "is_mailbox_told",
    "matricule": "matricule",
    "accepte": "accepts",
    "commentaire": "internal_comment",
}
YES, NO = "oui", "non"
BOXES = frozenset({"territoires", "toute_la_france", "accepte"})
PREVIEWED = ("nom", "organisme", "description", "note")


class OneLineField(forms.CharField):
    """Text of one line, spaces made single."""

    def to_python(self, value: Any) -> str:
        """The text without control characters."""
        return one_line(str(super().to_python(value)))


class GroupeForm(KeyForm):
    """A groupe; `vu` is what it was when the page was made."""

    id_prefix = "groupe"
    compulsory = frozenset({"territoires"})

    nom = OneLineField(
        label="Nom",
        max_length=NAME,
        help_text="Tel que les aidants et les instructeurs le lisent, par exemple «\u00a0CAF du Val-d’Oise\u00a0».",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Donnez un nom à ce groupe."},
    )
    organisme = forms.ChoiceField(
        label="Organisme",
        error_messages={
            "required": "Choisissez l’organisme de ce groupe.",
            "invalid_choice": "Choisissez un organisme de la liste.",
        },
    )
    organisme_confirme = TickField(label="Changer d’organisme malgré ces conséquences", required=False)
    toute_la_france = TickField(label="Toute la France", required=False)
    territoires = forms.MultipleChoiceField(
        label="Territoires",
        required=False,
        widget=TickGroup,
        error_messages={"invalid_choice": "Choisissez des territoires de la liste."},
    )
    description = TypedTextField(
        label="Description",
        max_length=NOTE,
        required=False,
        help_text="Ce que fait ce groupe, en une ou deux phrases.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    note = TypedTextField(
        label="Note aux aidants",
        max_length=NOTE,
        required=False,
        help_text="Les aidants la lisent avant de saisir ce groupe\u00a0: pièces utiles, délais, fermetures. "
        "Jamais de donnée sur une personne.",
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )
    boite = forms.EmailField(
        label="Boîte aux lettres commune",
        required=False,
        help_text="Une adresse e-mail du service. Laissez vide pour ne pas en avoir.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Indiquez une adresse e-mail complète, par exemple service@organisme.fr."},
    )
    boite_prevenue = forms.ChoiceField(
        label="Prévenir cette boîte des demandes adressées au groupe",
        choices=[(YES, "Oui"), (NO, "Non, prévenir seulement les membres")],
        initial=YES,
        required=False,
        widget=RadioGroup(),
        error_messages={"invalid_choice": "Choisissez oui ou non."},
    )
    matricule = OneLineField(
        label="Matricule France services",
        max_length=MATRICULE,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    accepte = forms.MultipleChoiceField(
        label="Structures qui peuvent saisir ce groupe",
        required=False,
        help_text="Sans rien cocher, toutes le peuvent. Les demandes déjà adressées au groupe y restent.",
        widget=TickGroup,
        error_messages={"invalid_choice": "Choisissez des organismes de la liste."},
    )
    commentaire = TypedTextField(
        label="Commentaire interne",
        max_length=COMMENT,
        required=False,
        help_text="Lu par l’équipe d’Administration+ seulement.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    vu = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, columns: Collection[str], places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, column in COLUMNS.items():
            if column not in columns:
                del self.fields[name]
        if "organisme_id" not in columns:
            del self.fields["organisme_confirme"]
            return
        self.fields["organisme"].choices = [("", "Choisir un organisme"), *_named(places.organismes)]
        self.fields["organisme"].widget = forms.Select(choices=self.fields["organisme"].choices)
        self.fields["territoires"].choices = [(one.code, str(one)) for one in places.territoires]
        self.fields["accepte"].choices = _named(places.aidants)
        if not places.has_all_france:
            del self.fields["toute_la_france"]

    @property
    def values(self) -> dict[str, Any]:
        """What was sent, by column: what was not on the page stays as it is; of boxes, none ticked sends nothing."""
        return {
            COLUMNS[name]: value != NO if name == "boite_prevenue" else value
            for name, value in self.cleaned_data.items()
            if name in COLUMNS and (name in self.data or (name in BOXES and "nom" in self.data))
        }

    @property
    def typed(self) -> dict[str, str]:
        """What a preview shows: the texts as they were sent, checked or not."""
        return {name: str(self.data[name]).strip() for name in PREVIEWED if name in self.data}


class ClosingForm(KeyForm):
    """Closing a groupe; `successeur` takes over what it has open."""

    id_prefix = "fermeture"

    successeur = IdField(label="Groupe qui prend la suite", required=False)

    def __init__(self, *args: Any, successors: Sequence[Groupe], is_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choisir un groupe"), *((str(one.pk), one.name) for one in successors)]
        field = self.fields["successeur"]
        field.choices, field.widget, field.required = choices, forms.Select(choices=choices), is_needed
        field.error_messages["required"] = "Choisissez le groupe qui prend la suite des demandes ouvertes."


def initial_of(groupe: Groupe) -> dict[str, Any]:
    """What the form shows of a groupe as it is."""
    found = {name: getattr(groupe, column) for name, column in COLUMNS.items() if column != "territoires"}
    is_told = YES if groupe.is_mailbox_told else NO
    return {**found, "territoires": groupe.covered_codes, "boite_prevenue": is_told}


def _named(organismes: Sequence[Organisme]) -> list[tuple[str, str]]:
    return [(one.code, one.acronym if one.acronym == one.name else f"{one.acronym} - {one.name}") for one in organismes]
