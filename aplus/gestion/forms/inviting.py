"""The forms that bring people into a groupe: addresses, the review of each, what members propose."""

from collections.abc import Sequence
from typing import Any

from django import forms

from aplus.accounts.forms.entering import AddressField
from aplus.accounts.queries.inviting import Planned
from aplus.accounts.rules.inviting import LONGEST_ADDRESS, MOST_AT_ONCE, is_address, read_addresses
from aplus.accounts.rules.members import Flags
from aplus.demandes.forms.acts import KeyForm
from aplus.demandes.forms.fields import IdField
from aplus.ui.forms import PlainForm, TickField, TickGroup

LONGEST = 1_000_000
ROLES = [("aidant", "Aidant"), ("instructeur", "Instructeur"), ("responsable", "Responsable")]
HINTS = {
    "aidant": "Crée et suit des demandes au nom de ce groupe, pour des usagers.",
    "instructeur": "Lit et traite toutes les demandes adressées à ce groupe.",
    "responsable": "Gère les membres et la présentation du groupe.",
}
CHOOSE_ROLE = "Choisissez au moins un rôle."
CONFIRM = "Cochez cette case\u00a0: vous donnez accès à des demandes."
WRONG_ADDRESS = "Cette adresse n’est pas complète, ou contient un accent\u00a0: elle ressemble à prenom.nom@exemple.fr."
TOO_MANY = f"Ajoutez au plus {MOST_AT_ONCE} adresses à la fois\u00a0; au-delà, importez un fichier CSV."


class RolesField(forms.MultipleChoiceField):
    """The flags held in a groupe, at least one."""

    def __init__(self, *, label: str, hints: dict[str, str] | None = None, inline: bool = False, **kwargs: Any) -> None:
        super().__init__(
            label=label,
            choices=ROLES,
            widget=TickGroup(hints=hints or {}, inline=inline),
            error_messages={"required": CHOOSE_ROLE, "invalid_choice": CHOOSE_ROLE},
            **kwargs,
        )

    def clean(self, value: Any) -> Flags:
        """The flags."""
        chosen = super().clean(value)
        return Flags(*(name in chosen for name, _ in ROLES))


def ticked(flags: Flags) -> list[str]:
    """The boxes of these flags."""
    return list(flags.words)


class AddressesForm(PlainForm):
    """One or several addresses, with the flags proposed to all."""

    id_prefix = "ajout"

    adresses = forms.CharField(
        label="Adresses e-mail",
        help_text=f"Une ou plusieurs ({MOST_AT_ONCE} au plus), séparées par des espaces, des virgules ou des retours "
        "à la ligne. Vous pouvez coller une liste copiée de votre messagerie.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Saisissez au moins une adresse e-mail.", "max_length": TOO_MANY},
    )
    roles = RolesField(label="Rôle dans le groupe", hints=HINTS)

    addresses: Sequence[str] = ()
    unread: Sequence[str] = ()

    def clean_adresses(self) -> str:
        """The text, once it holds at least one address and no more than can be reviewed."""
        text = str(self.cleaned_data["adresses"])
        words = read_addresses(text)
        if len(words) > MOST_AT_ONCE:
            raise forms.ValidationError(f"Vous avez saisi {len(words)} adresses. {TOO_MANY}")
        self.addresses = [word for word in words if is_address(word)]
        self.unread = [word for word in words if not is_address(word)]
        if not self.addresses:
            raise forms.ValidationError("Aucune adresse e-mail n’a été reconnue\u00a0: vérifiez votre saisie.")
        return text


class ReviewForm(KeyForm):
    """Each address with its own flags; `prevu` is what the page said of them, `ouverture` that it was read."""

    id_prefix = "verification"

    adresses = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST)
    # What was typed and looks like no address: shown beside the others, and kept for who goes back to mend it.
    ecartees = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST)
    prevu = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, planned: Sequence[Planned], opens: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named = {f"roles_{rank}": one for rank, one in enumerate(planned) if one.outcome.does_something}
        for name, one in self.named.items():
            self.fields[name] = RolesField(label=one.email, inline=True)
        self.fields["ouverture"] = TickField(label=opens, required=False)

    @property
    def asks_opening(self) -> bool:
        """Whether *instructeur* is among what is ticked."""
        return "ouverture" in self.errors or any("instructeur" in (self[name].value() or []) for name in self.named)

    @property
    def flags(self) -> dict[str, Flags]:
        """The flags chosen for each address."""
        return {one.email: self.cleaned_data[name] for name, one in self.named.items()}

    def clean(self) -> dict[str, Any]:
        """Giving *instructeur* is confirmed by a box of its own."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = [typed[name] for name in self.named if name in typed]
        if any(flags.is_instructeur for flags in chosen) and not typed.get("ouverture"):
            self.add_error("ouverture", CONFIRM)
        return typed


class ArrivalForm(KeyForm):
    """A member proposes a colleague."""

    id_prefix = "proposer"

    genre = forms.CharField(widget=forms.HiddenInput, initial="arrivee")
    email = AddressField(
        label="Adresse e-mail professionnelle du collègue",
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Saisissez l’adresse e-mail de votre collègue.",
            "invalid": WRONG_ADDRESS,
            "max_length": "Cette adresse est trop longue\u00a0: vérifiez-la.",
        },
    )

    def clean_email(self) -> str:
        """The address, which an invitation can be sent to."""
        email = str(self.cleaned_data["email"])
        if not is_address(email):
            raise forms.ValidationError(WRONG_ADDRESS)
        return email


class DepartureForm(KeyForm):
    """A member signals that a colleague has left."""

    id_prefix = "signaler"

    genre = forms.CharField(widget=forms.HiddenInput, initial="depart")
    personne = IdField(
        label="Qui est parti", required=True, error_messages={"required": "Choisissez la personne qui est partie."}
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["personne"].choices = people
        self.fields["personne"].widget = forms.Select(choices=[("", "Choisir une personne"), *people])


class AnswerForm(KeyForm):
    """The answer to a proposal; the flags are those of who arrives."""

    id_prefix = "reponse"

    roles = RolesField(label="Rôle dans le groupe", hints=HINTS)

    def __init__(self, *args: Any, opens: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ouverture"] = TickField(label=opens, required=False)

    def clean(self) -> dict[str, Any]:
        """Giving *instructeur* is confirmed by a box, or by a button that says what it opens."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if "roles" in typed and typed["roles"].is_instructeur and not typed.get("ouverture"):
            self.add_error("ouverture", CONFIRM)
        return typed

    @property
    def asks_opening(self) -> bool:
        """Whether *instructeur* is among what is ticked."""
        return "ouverture" in self.errors or "instructeur" in (self["roles"].value() or [])
