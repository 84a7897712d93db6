"""The one-time key that every form that writes carries."""

from typing import Any
from uuid import uuid4

from django import forms

from aplus.ui.forms import PlainForm


class KeyForm(PlainForm):
    """A form that writes; alone, one that has nothing to fill in but its button."""

    cle = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cle"].initial = uuid4
