"""The shape of a new address."""

from django import forms

from aplus.accounts.forms.entering import AddressField
from aplus.accounts.forms.keys import KeyForm


class NewAddressForm(KeyForm):
    """The address that an account is to have."""

    id_prefix = "nouvelle"

    adresse = AddressField(
        label="Nouvelle adresse e-mail professionnelle",
        help_text="Par exemple prenom.nom@exemple.fr",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Saisissez la nouvelle adresse.",
            "invalid": "Cette adresse n’est pas complète\u00a0: elle ressemble à prenom.nom@exemple.fr.",
            "max_length": "Cette adresse est trop longue\u00a0: vérifiez-la.",
        },
    )
