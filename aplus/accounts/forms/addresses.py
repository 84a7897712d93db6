"""The shape of a new address."""

from django import forms

from aplus.accounts.forms.entering import AddressField
from aplus.accounts.forms.keys import KeyForm
from aplus.accounts.rules.inviting import is_address


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

    def clean_adresse(self) -> str:
        """As strict as for who is invited: no sign that only looks like one of a colleague's address."""
        address = str(self.cleaned_data["adresse"])
        if not is_address(address):
            raise forms.ValidationError(self.fields["adresse"].error_messages["invalid"])
        return address
