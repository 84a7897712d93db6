"""The form of one button: all that was there when the page was made is read."""

from datetime import datetime

from django import forms

from aplus.accounts.forms.keys import KeyForm

OVER = "Cette page n’est plus à jour\u00a0: affichez-la de nouveau avant de tout marquer comme lu."


class AllReadForm(KeyForm):
    """`jusqu_a` is the moment of the page: what came since was not seen."""

    id_prefix = "notifications"

    jusqu_a = forms.CharField(
        widget=forms.HiddenInput, max_length=40, error_messages={"required": OVER, "max_length": OVER}
    )

    def clean_jusqu_a(self) -> datetime:
        """The moment, with its zone."""
        try:
            moment = datetime.fromisoformat(self.cleaned_data["jusqu_a"])
            is_certain = moment.utcoffset() is not None
        except ValueError:
            is_certain = False
        if not is_certain:
            raise forms.ValidationError(OVER)
        return moment
