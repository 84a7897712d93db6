"""The forms of a mandat's life: withdrawn, renewed (contract.md §4)."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from aplus.demandes.content import MANDAT_MODE_LABELS
from aplus.demandes.forms.acts import ActForm
from aplus.ui.forms import DateTimeLocalField, RadioGroup, TickField


class WithdrawalForm(ActForm):
    """An act that nothing undoes asks for a tick."""

    id_prefix = "retrait"
    confirmation = TickField(
        label="Je confirme que la personne retire son mandat : je sais que c’est définitif",
        error_messages={"required": "Cochez cette case pour confirmer : ce retrait est définitif."},
    )


class RenewalForm(ActForm):
    """How and when the usager gave a new authorisation."""

    id_prefix = "renouvellement"
    compulsory = frozenset({"mandat_mode", "mandat_obtenu_le"})

    mandat_mode = forms.ChoiceField(
        label="Comment l’autorisation a-t-elle été redonnée ?",
        choices=list(MANDAT_MODE_LABELS.items()),
        widget=RadioGroup(inline=True),
        error_messages={"required": "Dites comment la personne a redonné son autorisation."},
    )
    mandat_obtenu_le = DateTimeLocalField(
        label="Autorisation obtenue le",
        help_text="Elle vaut un an à partir de cette date.",
        error_messages={"required": "Saisissez la date et l’heure de la nouvelle autorisation."},
    )
    mandat_preuve = forms.FileField(
        label="Preuve de l’autorisation",
        required=False,
        allow_empty_file=True,
        help_text="Le mandat signé, scanné ou photographié. PDF, image ou document, 10 Mo au plus.",
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["mandat_obtenu_le"]
        assert isinstance(field, DateTimeLocalField)  # noqa: S101  the field above
        field.zone = zone
