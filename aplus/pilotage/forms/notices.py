"""The forms of banners and of maintenance."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from aplus.demandes.forms.fields import TypedTextField
from aplus.pilotage.forms.seen import SeenForm
from aplus.ui.forms import DateTimeLocalField, RadioGroup, TickField
from aplus.ui.models import BannerKind

PARIS = ZoneInfo("Europe/Paris")
TITLE, TEXT = 120, 500


class BannerForm(SeenForm):
    """A sentence above every page."""

    id_prefix = "bandeau"

    genre = forms.ChoiceField(
        label="Nature du bandeau",
        choices=[(BannerKind.INFORMATION.value, "Information"), (BannerKind.ALERT.value, "Alerte")],
        widget=RadioGroup(hints={"alerte": "Pour ce qui empêche de travailler ; elle est montrée en rouge."}),
        error_messages={"required": "Choisissez la nature du bandeau."},
    )
    titre = forms.CharField(
        label="Titre",
        max_length=TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Donnez un titre au bandeau."},
    )
    texte = TypedTextField(
        label="Texte",
        max_length=TEXT,
        required=False,
        help_text="Une ou deux phrases. Jamais de donnée sur une personne.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    public = TickField(
        label="Montrer aussi aux visiteurs qui ne sont pas connectés",
        help_text="Sinon, seules les personnes connectées le voient.",
        required=False,
    )
    du = DateTimeLocalField(
        label="Montré à partir du",
        help_text="Heure de Paris.",
        zone=PARIS,
        error_messages={"required": "Indiquez à partir de quand le bandeau est montré."},
    )
    au = DateTimeLocalField(
        label="Jusqu’au",
        help_text="Heure de Paris. Sans fin, le bandeau reste jusqu’à ce que vous le terminiez.",
        zone=PARIS,
        required=False,
    )


class MaintenanceForm(SeenForm):
    """Closing the site or changing what is said meanwhile."""

    id_prefix = "maintenance"

    message = TypedTextField(
        label="Message",
        max_length=TEXT,
        required=False,
        help_text="Ce que lisent les personnes qui trouvent le site fermé.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    retour = DateTimeLocalField(label="Retour prévu", help_text="Heure de Paris.", zone=PARIS, required=False)
    confirme = TickField(
        label="Je ferme le site à tous, sauf aux administrateurs",
        error_messages={"required": "Cochez cette case pour fermer le site."},
    )

    def __init__(self, *args: Any, asks: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["confirme"]
