"""The two forms of the import of people: the file, then its review."""

from typing import Any

from django import forms

from aplus.demandes.forms.acts import KeyForm
from aplus.gestion.rules import imports
from aplus.gestion.rules.imports import Read, Unreadable
from aplus.ui.forms import PlainForm

CONFIRM = "confirmer"
TOO_LARGE = f"Ce fichier dépasse {imports.MAX_BYTES // (1024 * 1024)}\u00a0Mo\u00a0: partagez-le en plusieurs fichiers."


class FileForm(PlainForm):
    """The file to review; its content is read at once, and kept nowhere."""

    fichier = forms.FileField(
        label="Fichier CSV",
        help_text=f"{imports.MAX_LINES} lignes au plus. Séparateur point-virgule ou virgule.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        error_messages={
            "required": "Choisissez le fichier à importer.",
            "empty": "Ce fichier est vide.",
            "invalid": "Choisissez le fichier à importer.",
        },
    )

    text = ""
    read: Read

    def clean_fichier(self) -> Any:
        """The file, when its lines can be read."""
        upload = self.cleaned_data["fichier"]
        if upload.size > imports.MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        try:
            self.text = imports.decode(upload.read())
            self.read = imports.read(self.text)
        except Unreadable as problem:
            raise forms.ValidationError(str(problem)) from None
        return upload


class ReviewForm(KeyForm):
    """What was reviewed, sent back as it came: the text of the file, its groupe, what the page showed of them."""

    contenu = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    groupe = forms.CharField(widget=forms.HiddenInput, required=False)
    apercu = forms.CharField(widget=forms.HiddenInput, required=False)
    action = forms.CharField(widget=forms.HiddenInput, initial=CONFIRM)

    read: Read

    def clean_contenu(self) -> str:
        """The text, when its lines can be read; it comes from the page, hence is checked again."""
        text = str(self.cleaned_data["contenu"])
        if len(text) > imports.MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        try:
            self.read = imports.read(text)
        except Unreadable as problem:
            raise forms.ValidationError(str(problem)) from None
        return text
