"""The four steps of a new demande as a browser shows them; what they must hold is in `rules.checks`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from aplus.accounts.models import User
from aplus.annuaire.models import Question
from aplus.core.errors import Refused
from aplus.demandes.content import IDENTIFIERS, MANDAT_MODE_LABELS, PRECAUTIONS, URGENCIES
from aplus.demandes.queries.choices import Places
from aplus.demandes.rules.checks import OTHER_THEME
from aplus.demandes.rules.steps import Raw, Step
from aplus.demandes.services.sending import as_asked
from aplus.ui.forms import (
    NUL,
    DateTimeLocalField,
    IsoDateField,
    MultipleFileField,
    PlainForm,
    RadioGroup,
    TickField,
    TickGroup,
)

OFF = {"autocomplete": "off"}
MAX_COMMUNE = 100
# Read as lists, even with one value; every other field has one value.
REPEATED = {"groupes", "precautions", "info_nom", "info_valeur", "collegues"}
FIELDS = {
    Step.ORGANISMES: ("structure", "commune", "territoire", "thematique", "groupes", "motif"),
    Step.USAGER: (
        *("sujet", "sujet_confirme", "prenom", "nom", "nom_naissance", "date_naissance", "telephone"),
        *IDENTIFIERS,
        *(f"sans_{name}" for name in IDENTIFIERS),
        *("precautions", "mandat", "mandat_mode", "mandat_obtenu_le", "mandat_lu_par", "mandat_jusqu_au"),
    ),
    Step.BLOCAGE: ("info_nom", "info_valeur", "description", "urgence", "urgence_le"),
    # The attestation is made when sending, never before.
    Step.ENVOI: ("collegues",),
}


def read_step(step: Step, data: QueryDict) -> dict[str, str | list[str]]:
    """What was typed in one step, to be kept as it is, without NUL characters; other fields are left out."""
    names = [*FIELDS[step], *(name for name in data if step is Step.BLOCAGE and name.startswith("question_"))]
    raw: dict[str, str | list[str]] = {}
    for name in names:
        if name in data:
            values = [value.replace(NUL, "") for value in data.getlist(name)]
            raw[name] = values if name in REPEATED else values[-1]
    return raw


def as_posted(raw: Raw) -> QueryDict:
    """What was kept, as if it were posted again."""
    data = QueryDict(mutable=True)
    for name, value in raw.items():
        data.setlist(name, [value] if isinstance(value, str) else list(value))
    return data


class StepForm(PlainForm):
    """A step. Nothing is required here: `rules.checks` says what is to be corrected, `show` puts it on the fields."""

    def __init__(self, data: Any = None, *, saved: Raw | None = None, **kwargs: Any) -> None:
        super().__init__(data, initial=self._initial(saved or {}), **kwargs)
        for field in self.fields.values():
            field.required = False

    def _initial(self, saved: Raw) -> dict[str, Any]:
        return dict(saved)

    def show(self, problems: Mapping[str, Sequence[str]]) -> None:
        """Put the problems on their fields; a field that has its own error already keeps that one."""
        fresh = {name: list(texts) for name, texts in problems.items() if name not in self.errors}
        self.refuse(Refused(fresh))


class OrganismesForm(StepForm):
    """Step 1: on whose behalf, where, about what, to whom."""

    compulsory = frozenset({"structure", "territoire", "thematique", "groupes"})

    structure = forms.ChoiceField(
        label="Structure demandeuse", help_text="La structure pour laquelle vous faites cette demande."
    )
    commune = forms.CharField(
        label="Commune ou code postal de la personne",
        help_text="Pour vous proposer le territoire. Par exemple : Argenteuil, ou 95100.",
        widget=forms.TextInput(attrs={**OFF, "maxlength": MAX_COMMUNE}),
    )
    territoire = forms.ChoiceField(
        label="Territoire concerné",
        help_text="Celui de votre structure par défaut. Il est rare d'avoir à en changer.",
    )
    thematique = forms.ChoiceField(label="Thématique de la demande")
    groupes = forms.MultipleChoiceField(label="Groupes à saisir", widget=TickGroup)
    motif = forms.CharField(
        label="Pourquoi saisir autant de groupes ?",
        help_text="À remplir à partir du quatrième groupe. 1 000 signes au plus.",
        widget=forms.Textarea(attrs={"rows": 3, **OFF}),
    )

    def __init__(self, data: Any = None, *, places: Places, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.places = places
        structure, territoire = places.structure, places.territoire
        self.initial.setdefault("structure", str(structure.id) if structure else "")
        self.initial.setdefault("territoire", territoire.code if territoire else "")
        self._choices("structure", ((str(one.id), one.name) for one in places.structures), "Choisir une structure")
        self._choices("territoire", ((one.code, f"{one.code} - {one.name}") for one in places.territoires), "Choisir")
        themes = [*((one.code, one.name) for one in places.thematiques), (OTHER_THEME, "Autre")]
        self._choices("thematique", themes, "Choisir une thématique")
        every = [*places.groupes, *(groupe for groupe, _ in places.barred)]
        self._choices("groupes", ((str(one.id), one.name) for one in every))

    def _choices(self, name: str, choices: Iterable[tuple[str, str]], empty: str = "") -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  the four of this form
        field.choices = [("", empty), *choices] if empty else list(choices)


class UsagerForm(StepForm):
    """Step 2: the subject, the usager and the mandat."""

    compulsory = frozenset(
        {"sujet", "prenom", "nom", "date_naissance", "mandat", "mandat_mode", "mandat_obtenu_le", *IDENTIFIERS}
    )

    sujet = forms.CharField(
        label="Sujet de la demande",
        help_text="150 signes au plus, sans nom, numéro ni autre donnée personnelle. "
        "Par exemple : « Menace d'expulsion, allocation logement non versée ».",
        widget=forms.TextInput(attrs=OFF),
    )
    sujet_confirme = TickField(label="Ce mot n'est pas le nom de la personne")
    prenom = forms.CharField(label="Prénom", widget=forms.TextInput(attrs=OFF))
    nom = forms.CharField(label="Nom", widget=forms.TextInput(attrs=OFF))
    nom_naissance = forms.CharField(label="Nom de naissance", widget=forms.TextInput(attrs=OFF))
    date_naissance = forms.CharField(
        label="Date de naissance",
        help_text="Format attendu : jj/mm/aaaa. Si vous ne la connaissez pas en entier : mm/aaaa, ou aaaa.",
        widget=forms.TextInput(attrs=OFF),
    )
    telephone = forms.CharField(label="Téléphone", widget=forms.TextInput(attrs={**OFF, "inputmode": "tel"}))
    nir = forms.CharField(
        label=IDENTIFIERS["nir"],
        help_text="13 signes, ou 15 avec la clé. Les espaces ne comptent pas.",
        widget=forms.TextInput(attrs=OFF),
    )
    sans_nir = TickField(label="Numéro inconnu de l'usager")
    numero_caf = forms.CharField(
        label=IDENTIFIERS["numero_caf"],
        help_text="7 chiffres, parfois suivis d'une lettre.",
        widget=forms.TextInput(attrs=OFF),
    )
    sans_numero_caf = TickField(label="Numéro inconnu de l'usager")
    numero_fiscal = forms.CharField(
        label=IDENTIFIERS["numero_fiscal"],
        help_text="13 chiffres, en haut d'un avis d'impôt.",
        widget=forms.TextInput(attrs=OFF),
    )
    sans_numero_fiscal = TickField(label="Numéro inconnu de l'usager")
    precautions = forms.MultipleChoiceField(
        label="Précautions (facultatif)",
        help_text="Ce que les agents doivent savoir avant d'écrire ou d'appeler.",
        choices=list(PRECAUTIONS.items()),
        widget=TickGroup,
    )
    mandat = forms.ChoiceField(
        label="La personne vous a-t-elle déjà donné son autorisation ?",
        choices=[("existant", "Oui, l'autorisation existe"), ("a_creer", "Non, je crée le mandat maintenant")],
        widget=RadioGroup(
            hints={
                "existant": "Mandat signé, accord de vive voix ou par SMS.",
                "a_creer": "Il est préparé avec ce que vous avez saisi : vous l'imprimez et la personne le signe.",
            }
        ),
    )
    mandat_mode = forms.ChoiceField(
        label="Comment a-t-elle été donnée ?", choices=list(MANDAT_MODE_LABELS.items()), widget=RadioGroup(inline=True)
    )
    mandat_obtenu_le = DateTimeLocalField(label="Autorisation obtenue le")
    mandat_preuve = forms.FileField(
        label="Preuve de l'autorisation",
        help_text="Le mandat signé, scanné ou photographié. PDF, image ou document, 10 Mo au plus.",
    )
    mandat_lu_par = forms.CharField(
        label="Lu ou traduit par",
        help_text="Si quelqu'un a lu ou traduit le mandat à la personne.",
        widget=forms.TextInput(attrs=OFF),
    )
    mandat_jusqu_au = IsoDateField(
        label="Valable jusqu'au", help_text="Un an au plus après l'autorisation ; un an si vous ne précisez rien."
    )


class InfosInput(forms.Widget):
    """Pairs of a name and a value, posted as `info_nom` and `info_valeur`; the template shows the rows."""

    def value_from_datadict(self, data: Mapping[str, Any], _files: Any, _name: str) -> list[str]:
        """The names only: the pairs are read by `rules.checks`."""
        return data.getlist("info_nom") if isinstance(data, QueryDict) else []


class BlocageForm(StepForm):
    """Step 3: information, guided questions, description, urgency, files."""

    compulsory = frozenset({"description"})

    info_nom = forms.Field(label="Autres informations", widget=InfosInput)
    description = forms.CharField(
        label="Description du blocage",
        help_text="Ce que la personne demande, ce qui a été tenté sans succès, pourquoi il faut agir. "
        "20 000 signes au plus.",
        widget=forms.Textarea(attrs={"rows": 12, **OFF}),
    )
    urgence = forms.ChoiceField(
        label="Y a-t-il une urgence ?", choices=[("", "Non"), *URGENCIES.items()], widget=RadioGroup
    )
    urgence_le = IsoDateField(
        label="Date liée à l'urgence",
        help_text="Par exemple la date de l'expulsion, ou le jour depuis lequel la personne est sans ressources.",
    )
    fichiers = MultipleFileField(
        label="Ajouter des pièces jointes",
        help_text="PDF, JPEG, PNG, WebP, HEIC, ODT, DOCX, ODS, XLSX ou TXT. "
        "10 Mo par fichier, 10 fichiers et 30 Mo au plus.",
    )

    def __init__(self, data: Any = None, *, questions: Sequence[Question], **kwargs: Any) -> None:
        self.questions = questions
        super().__init__(data, **kwargs)
        for question, asked in zip(questions, as_asked(questions), strict=True):
            self.fields[asked.field] = forms.CharField(
                label=question.label,
                help_text=question.hint,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, **OFF}),
            )


class EnvoiForm(StepForm):
    """Step 4: colleagues and the attestation."""

    compulsory = frozenset({"attestation"})

    collegues = forms.MultipleChoiceField(
        error_messages={
            "invalid_choice": "Une personne cochée n'est plus aidante de votre structure : vérifiez la liste."
        },
        label="Ajouter des collègues (recommandé)",
        help_text="Ils pourront lire et suivre la demande avec vous : si vous vous absentez, quelqu'un répondra.",
        widget=TickGroup,
    )
    attestation = TickField(label="")

    def __init__(self, data: Any = None, *, colleagues: Sequence[User], attestation: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["collegues"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
        field.choices = [(str(one.id), one.full_name) for one in colleagues]
        # The label of a field is read once, when the base builds its bound fields.
        self["attestation"].label = attestation
