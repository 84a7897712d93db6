"""The gallery of our own components, in the demo only."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from aplus.access.gate import public
from aplus.ui.forms import (
    DateTimeLocalField,
    IsoDateField,
    MultipleFileField,
    PlainForm,
    RadioGroup,
    TickField,
    TickGroup,
)

UNPROCESSABLE = 422


class GalleryForm(PlainForm):
    """One field of each kind."""

    text = forms.CharField(label="Texte", help_text="Une ligne d’aide.")
    long_text = forms.CharField(label="Texte long", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    choice = forms.ChoiceField(label="Liste", choices=[("", "Choisissez"), ("a", "Premier"), ("b", "Second")])
    radio = forms.ChoiceField(
        label="Boutons",
        help_text="Un seul choix.",
        choices=[("a", "Premier"), ("b", "Second")],
        widget=RadioGroup(hints={"a": "Une aide pour cette option."}),
    )
    ticks = forms.MultipleChoiceField(
        label="Cases",
        choices=[("Un groupe", [("a", "Première"), ("b", "Deuxième")]), ("Un autre", [("c", "Troisième")])],
        widget=TickGroup(hints={"c": "Une aide pour cette case."}),
    )
    tick = TickField(label="Case seule", help_text="À cocher pour continuer.")
    day = IsoDateField(label="Jour", required=False)
    moment = DateTimeLocalField(label="Date et heure")
    files = MultipleFileField(label="Fichiers", required=False, help_text="PDF ou image, 10 Mo au plus par fichier.")


@public(reason="the demo only: it shows components, no data")
@require_http_methods(["GET", "HEAD", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    """Each component; posting shows the errors."""
    form = GalleryForm(request.POST, request.FILES) if request.method == "POST" else GalleryForm()
    status = UNPROCESSABLE if form.is_bound and not form.is_valid() else 200
    return render(request, "ui/gallery.html", {"form": form}, status=status)
