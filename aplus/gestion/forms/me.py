"""The forms of one's own account: who one is, and what one wants to be told."""

from collections.abc import Sequence
from typing import Any

import phonenumbers
from django import forms

from aplus.accounts.forms.entering import NameField
from aplus.accounts.forms.keys import KeyForm
from aplus.accounts.models import DigestChoice, MailChoice, Membership, User
from aplus.accounts.rules.choices import HOURS
from aplus.accounts.services.choosing import Choices
from aplus.ui.forms import RadioGroup, TickField, TickGroup

# The regions whose numbers are written without the country's code.
REGIONS = ("FR", "GP", "GF", "MQ", "RE", "YT", "NC", "PF", "PM", "WF")
NOT_A_NUMBER = (
    "Ce numéro n’est pas complet ou compte trop de chiffres\u00a0: vérifiez-le "
    "(un numéro étranger commence par + et l’indicatif du pays)."
)


class PhoneField(forms.CharField):
    """A telephone number, kept as people read it: national for a number of France, international for any other."""

    def clean(self, value: Any) -> str:
        """The number, or '' when none was given."""
        typed = str(super().clean(value)).strip()
        if not typed:
            return ""
        try:
            numbers = [phonenumbers.parse(typed, region) for region in REGIONS]
        except phonenumbers.NumberParseException:
            raise forms.ValidationError(NOT_A_NUMBER) from None
        number = next((one for one in numbers if phonenumbers.is_valid_number(one)), None)
        if number is None:
            raise forms.ValidationError(NOT_A_NUMBER)
        styles = phonenumbers.PhoneNumberFormat
        is_of_france = number.country_code == phonenumbers.country_code_for_region("FR")
        return phonenumbers.format_number(number, styles.NATIONAL if is_of_france else styles.INTERNATIONAL)


class IdentityForm(KeyForm):
    """Who one is."""

    prenom = NameField(
        label="Prénom",
        missing="Saisissez votre prénom.",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    nom = NameField(
        label="Nom", missing="Saisissez votre nom.", widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    fonction = NameField(
        label="Fonction",
        help_text="Ce que vos interlocuteurs lisent à côté de votre nom, par exemple « Conseillère France services »",
        missing="Saisissez votre fonction.",
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    telephone = PhoneField(
        label="Téléphone professionnel",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"max_length": NOT_A_NUMBER},
    )

    @classmethod
    def of(cls, user: User) -> "IdentityForm":
        """With what is known."""
        return cls(
            initial={
                "prenom": user.first_name,
                "nom": user.last_name,
                "fonction": user.function,
                "telephone": user.phone,
            }
        )


class ChoicesForm(KeyForm):
    """What one wants to be told, and when."""

    choix = forms.ChoiceField(
        label="Ce qui se passe sur vos demandes",
        choices=[
            (MailChoice.EACH, "Un e-mail à chaque fois"),
            (MailChoice.GROUPED, "Des e-mails groupés, aux heures choisies"),
            (MailChoice.NONE, "Aucun e-mail"),
        ],
        widget=RadioGroup(
            hints={
                MailChoice.NONE: "Sauf la connexion, la sécurité, les invitations, les demandes traitées "
                "et les précisions attendues.",
            }
        ),
        error_messages={"required": "Choisissez comment être prévenu."},
    )
    heures = forms.TypedMultipleChoiceField(
        label="Heures des e-mails groupés",
        choices=[(str(hour), f"{hour}\u00a0h") for hour in HOURS],
        coerce=int,
        widget=TickGroup(),
        required=False,
        help_text="À l’heure de votre territoire.",
    )
    resume = TickField(
        label="Recevoir le résumé de la semaine",
        help_text="Ce qui attend, ce qui est en retard et ce qui est à archiver.",
        required=False,
    )
    field_order = ("choix", "heures")

    def __init__(self, *args: Any, memberships: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {f"nouvelles_{one.groupe_id}": one.groupe_id for one in memberships}
        for one in memberships:
            self.fields[f"nouvelles_{one.groupe_id}"] = forms.ChoiceField(
                label=f"Nouvelles demandes adressées à {one.groupe.name}",
                choices=[
                    (DigestChoice.EVERY, "Un e-mail pour chacune"),
                    (DigestChoice.GROUPED, "Dans un e-mail groupé"),
                    (DigestChoice.NONE, "Aucun e-mail"),
                ],
                widget=RadioGroup(),
                initial=one.new_demandes,
                error_messages={"required": "Choisissez comment être prévenu des nouvelles demandes."},
            )
        self.order_fields([*self.field_order, *self.places, "resume", "cle"])

    def clean(self) -> dict[str, Any]:
        """Grouped mails need an hour."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        grouped = [typed.get(name) == DigestChoice.GROUPED for name in self.places]
        wants = typed.get("choix") == MailChoice.GROUPED or any(grouped)
        if wants and "heures" not in self.errors and not typed.get("heures"):
            self.add_error("heures", "Choisissez au moins une heure pour les e-mails groupés.")
        return typed

    @property
    def chosen(self) -> Choices:
        """What was chosen."""
        typed = self.cleaned_data
        return Choices(
            mail=MailChoice(typed["choix"]),
            hours=tuple(typed["heures"]) or HOURS,
            weekly_summary=typed["resume"],
            new_demandes={groupe_id: DigestChoice(typed[name]) for name, groupe_id in self.places.items()},
        )
