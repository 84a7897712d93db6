"""The shape of what is typed to accept an invitation."""

from aplus.accounts.forms.entering import EnterForm, WelcomeForm


class JoinForm(WelcomeForm, EnterForm):
    """Complete an invitation: what the welcome page asks, and where it is done."""

    suite = None  # type: ignore[assignment]  # how Django leaves a field out
    field_order = ("prenom", "nom", "fonction", "cgu", "poste_partage")
