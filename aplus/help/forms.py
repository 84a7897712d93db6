"""The contact form."""

from typing import Any

from django import forms

from aplus.accounts.models import User
from aplus.demandes.forms.acts import KeyForm
from aplus.demandes.forms.fields import TypedTextField
from aplus.gestion.forms.editing import OneLineField
from aplus.help.rules.contact import MAX_TEXT, Subject
from aplus.help.services import Written

# Left empty by people, who do not see it; robots fill in what they find.
TRAP = "site_internet"
TRAPPED = (
    "Un champ caché, qui doit rester vide, a été rempli, sans doute par votre navigateur. "
    "Il a été vidé\u00a0: vous pouvez envoyer votre message."
)


class ContactForm(KeyForm):
    """A message to the team; whoever is signed in has said their name and address already."""

    id_prefix = "contact"

    sujet = forms.ChoiceField(
        label="Sujet",
        choices=[("", "Choisissez un sujet"), *((one.value, one.label) for one in Subject)],
        error_messages={
            "required": "Choisissez le sujet de votre message.",
            "invalid_choice": "Choisissez un sujet de la liste.",
        },
    )
    nom = OneLineField(
        label="Vos prénom et nom",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez vos prénom et nom."},
    )
    email = forms.EmailField(
        label="Votre adresse e-mail",
        max_length=254,
        help_text="Professionnelle si vous en avez une. La réponse y arrivera.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez l’adresse à laquelle vous répondre.",
            "invalid": "Indiquez une adresse e-mail complète, par exemple prenom.nom@structure.fr.",
        },
    )
    organisme = OneLineField(
        label="Votre structure ou organisme, et votre département",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    message = TypedTextField(
        label="Votre message",
        max_length=MAX_TEXT,
        help_text="N’écrivez ni le nom ni aucun numéro d’une personne accompagnée. "
        "Pour parler d’une demande, donnez son numéro dans Administration+.",
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
        error_messages={"required": "Écrivez votre message."},
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user is not None:
            del self.fields["nom"], self.fields["email"]

    @property
    def written(self) -> Written:
        """What was typed, with what the account says."""
        said = self.cleaned_data
        user = self.user
        return Written(
            subject=Subject(said["sujet"]),
            name=said["nom"] if user is None else user.full_name,
            email=said["email"] if user is None else user.email,
            organisme=said["organisme"],
            text=said["message"],
        )
