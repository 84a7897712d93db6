"""The shape of what is typed to sign in and at the first entry."""

from typing import Any

from django import forms

from aplus.accounts.rules import entering as rules
from aplus.ui.forms import PlainForm, TickField


class AddressField(forms.EmailField):
    """An e-mail address in lower case: the case of addresses never matters."""

    def to_python(self, value: Any) -> str:
        """The address as it is kept."""
        return str(super().to_python(value)).lower()


class PathField(forms.CharField):
    """A hidden path of this site; anything else is ignored."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> str:
        """The path, or ''."""
        return rules.local_path(str(value or ""))


class NameField(forms.CharField):
    """Some words on one line, 100 signs at most."""

    def __init__(self, *, missing: str, **kwargs: Any) -> None:
        super().__init__(max_length=100, error_messages={"required": missing}, **kwargs)

    def to_python(self, value: Any) -> str:
        """The words with single spaces."""
        return " ".join(str(super().to_python(value)).split())


class SignInForm(PlainForm):
    """Ask for a link."""

    email = AddressField(
        label="Adresse e-mail professionnelle",
        help_text="Celle de votre compte Administration+, par exemple prenom.nom@exemple.fr",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": "Saisissez votre adresse e-mail professionnelle.",
            "invalid": "Cette adresse n’est pas complète : elle ressemble à prenom.nom@exemple.fr.",
            "max_length": "Cette adresse est trop longue : vérifiez-la.",
        },
    )
    suite = PathField(required=False)


class EnterForm(PlainForm):
    """Enter by a link."""

    poste_partage = TickField(
        label="Ce poste est partagé avec d’autres personnes",
        help_text="Vous serez déconnecté après une heure sans activité, et quand le navigateur sera fermé.",
        required=False,
    )


class WelcomeForm(PlainForm):
    """Complete one's account and accept the CGU."""

    prenom = NameField(
        label="Prénom",
        missing="Saisissez votre prénom.",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    nom = NameField(
        label="Nom",
        missing="Saisissez votre nom.",
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    fonction = NameField(
        label="Fonction",
        help_text="Ce que vos interlocuteurs liront à côté de votre nom, par exemple « Conseillère France services »",
        missing="Saisissez votre fonction.",
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    cgu = TickField(
        label="J’ai lu et j’accepte les conditions générales d’utilisation",
        error_messages={"required": "Pour utiliser Administration+, acceptez les conditions générales d’utilisation."},
    )
    # The version that this page shows.
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    suite = PathField(required=False)
    data: Any

    def show(self, version: str) -> None:
        """Carry the version that the page shows; a box ticked for another one is ticked no more."""
        if not self.is_bound:
            self.initial["version"] = version
        elif self.data.get("version") != version:
            self.data = self.data.copy()
            if self.data.get("version"):
                self.data["cgu"] = ""
            self.data["version"] = version
