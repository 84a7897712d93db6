"""The shape of what is typed about passwords; a password is never shown again in a page."""

from typing import Any

from django import forms

from aplus.accounts.forms.entering import EnterForm, PathField, SignInForm
from aplus.accounts.forms.keys import KeyForm
from aplus.accounts.rules.passwords import SHORTEST
from aplus.ui.forms import PlainForm

ADVICE = (
    f"Au moins {SHORTEST} caractères, sans votre nom ni votre adresse. Quatre mots sans lien conviennent très bien."
)


class PasswordField(forms.CharField):
    """A password as it was typed, spaces included."""

    def __init__(self, *, autocomplete: str, missing: str, **kwargs: Any) -> None:
        attrs = {"autocomplete": autocomplete, "autocapitalize": "off", "spellcheck": "false"}
        super().__init__(
            strip=False,
            max_length=10_000,
            widget=forms.PasswordInput(attrs=attrs),
            error_messages={"required": missing, "max_length": "Ce mot de passe est trop long."},
            **kwargs,
        )
        self.template_name = "accounts/password_field.html"


def _new_password() -> PasswordField:
    return PasswordField(
        label="Nouveau mot de passe",
        help_text=ADVICE,
        autocomplete="new-password",
        missing="Saisissez le nouveau mot de passe.",
    )


def _current_password() -> PasswordField:
    return PasswordField(
        label="Mot de passe actuel", autocomplete="current-password", missing="Saisissez votre mot de passe actuel."
    )


class PasswordSignInForm(PlainForm):
    """Enter by a password."""

    email = SignInForm.base_fields["email"]
    mot_de_passe = PasswordField(
        label="Mot de passe", autocomplete="current-password", missing="Saisissez votre mot de passe."
    )
    poste_partage = EnterForm.base_fields["poste_partage"]
    suite = PathField(required=False)


class ForgottenForm(PlainForm):
    """Ask for a link that sets a password anew."""

    email = SignInForm.base_fields["email"]


class NewPasswordForm(PlainForm):
    """Set a password by a mailed link."""

    mot_de_passe = _new_password()


class SetPasswordForm(KeyForm):
    """Set one's first password."""

    mot_de_passe = _new_password()


class ChangePasswordForm(KeyForm):
    """Change the one that one has."""

    mot_de_passe_actuel = _current_password()
    mot_de_passe = _new_password()


class RemovePasswordForm(KeyForm):
    """Remove it."""

    id_prefix = "retrait"
    mot_de_passe_actuel = _current_password()
