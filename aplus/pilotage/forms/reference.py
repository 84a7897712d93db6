"""The forms of reference data: territoires, themes, organismes, guided questions."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms

from aplus.annuaire.models import OrganismeSide
from aplus.demandes.content import IDENTIFIERS
from aplus.demandes.forms.fields import TypedTextField
from aplus.pilotage.forms.seen import SeenForm
from aplus.pilotage.rules.reference import read_holidays
from aplus.ui.forms import RadioGroup, TickField, TickGroup

CODE, NAME, CONSIGNE = 40, 120, 2_000
# Addresses of the section.
RESERVED = frozenset({"nouveau", "nouvelle", "questions"})


class LineField(forms.CharField):
    """Some words on one line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The words with single spaces."""
        return " ".join(str(super().to_python(value)).split())


class CodeField(forms.RegexField):
    """What addresses and files name a row by: typed once."""

    def __init__(self) -> None:
        super().__init__(
            regex=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
            label="Code",
            max_length=CODE,
            help_text="Lettres minuscules sans accent, chiffres et tirets, par exemple maison-de-l-emploi. "
            "Il ne change plus ensuite.",
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            error_messages={
                "required": "Donnez un code.",
                "invalid": "Le code ne contient que des lettres minuscules sans accent, des chiffres et des tirets.",
            },
        )

    def clean(self, value: Any) -> str:
        """Not an address of the section."""
        code = str(super().clean(value))
        if code in RESERVED:
            raise forms.ValidationError("Ce code est réservé\u00a0: choisissez-en un autre.")
        return code


@cache
def _zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(available_timezones()) if "/" in name and not name.startswith("Etc/")]


class TerritoireForm(SeenForm):
    """A territoire."""

    id_prefix = "territoire"

    nom = LineField(label="Nom", max_length=60, error_messages={"required": "Donnez le nom du territoire."})
    fuseau = forms.ChoiceField(
        label="Fuseau horaire",
        help_text="Il dit quand finit un jour ouvré dans ce territoire.",
        error_messages={
            "required": "Choisissez un fuseau horaire.",
            "invalid_choice": "Choisissez un fuseau de la liste.",
        },
    )
    feries = TypedTextField(
        label="Jours fériés locaux",
        required=False,
        max_length=1_000,
        help_text="En plus des onze jours fériés nationaux, un par ligne\u00a0: le mois et le jour (12-26 pour le "
        "26 décembre), ou vendredi-saint.",
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fuseau"].choices = _zones()

    def clean_feries(self) -> str:
        """One holiday per line; those not understood are said."""
        found, unknown = read_holidays(self.cleaned_data["feries"])
        if unknown:
            words = ", ".join(f"«\u00a0{word[:30]}\u00a0»" for word in unknown[:5])
            raise forms.ValidationError(
                f"Jour incompris\u00a0: {words}. Écrivez le mois et le jour, comme 12-26, ou vendredi-saint."
            )
        return "\n".join(found)


class NewThemeForm(SeenForm):
    """One more theme."""

    id_prefix = "thematique"

    nom = LineField(label="Nom", max_length=80, error_messages={"required": "Donnez un nom à la thématique."})
    code = CodeField()


class ThemeForm(SeenForm):
    """The name of a theme."""

    id_prefix = "thematique"

    nom = LineField(label="Nom", max_length=80, error_messages={"required": "Donnez un nom à la thématique."})


class OrganismeForm(SeenForm):
    """An organisme; `code` is typed at its creation, `confirme` asked when a change has consequences."""

    id_prefix = "organisme"
    field_order = ("code", "sigle", "nom", "cote", "reseau", "thematiques", "identifiants", "consigne", "confirme")

    code = CodeField()
    sigle = LineField(label="Sigle", max_length=30, error_messages={"required": "Donnez le sigle de l’organisme."})
    nom = LineField(label="Nom", max_length=NAME, error_messages={"required": "Donnez le nom de l’organisme."})
    cote = forms.ChoiceField(
        label="Côté",
        choices=[
            (OrganismeSide.AIDANT.value, "Aidants"),
            (OrganismeSide.OPERATEUR.value, "Opérateurs"),
            (OrganismeSide.BOTH.value, "Les deux"),
        ],
        widget=RadioGroup(
            hints={
                "aidant": "Ses membres envoient des demandes.",
                "operateur": "Ses membres traitent des demandes.",
                "les_deux": "Le côté se choisit pour chaque membre.",
            }
        ),
        error_messages={"required": "Choisissez un côté."},
    )
    reseau = TickField(label="Fait partie du réseau France services", required=False)
    thematiques = forms.MultipleChoiceField(label="Thématiques traitées", widget=TickGroup(), required=False)
    identifiants = forms.MultipleChoiceField(
        label="Identifiants nécessaires",
        choices=list(IDENTIFIERS.items()),
        widget=TickGroup(),
        required=False,
    )
    consigne = TypedTextField(
        label="Ce qu’il faut dire",
        required=False,
        max_length=CONSIGNE,
        help_text="Ce que lit l’aidant qui s’adresse à cet organisme.",
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    confirme = TickField(label="Je change le côté ou les identifiants en connaissance de cause", required=False)

    def __init__(self, *args: Any, themes: list[tuple[str, str]], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["thematiques"].choices = themes
        del self.fields["confirme" if is_new else "code"]

    def clean_identifiants(self) -> list[str]:
        """In the order in which they are kept."""
        return sorted(self.cleaned_data["identifiants"])


class QuestionForm(SeenForm):
    """A guided question; `code` is typed at its creation."""

    id_prefix = "question"
    field_order = ("question", "aide", "code")

    question = LineField(label="Question", max_length=200, error_messages={"required": "Écrivez la question."})
    aide = LineField(label="Aide", max_length=200, required=False, help_text="Une précision, sous la question.")
    code = CodeField()

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"]
