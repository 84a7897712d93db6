"""The mandat: the usager's authorisation, visible to both sides."""

from django.db import models

from aplus.core.models import BaseModel
from aplus.demandes.models.demande import Demande


class Mandat(BaseModel):
    """How, when and until when the usager authorised the structure; sealed with the demande's secret."""

    demande = models.OneToOneField(Demande, on_delete=models.CASCADE, related_name="mandat")
    # {"mode", "obtained_at", "read_by", "until", "is_made_here"}; the proof is an attachment of purpose "preuve".
    sealed = models.BinaryField()
    # In clear: notices and the end are found by it (demandes.md §8).
    ends_on = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "mandat"
        indexes = [models.Index(fields=["ends_on"], name="mandat_ends_on")]

    def __str__(self) -> str:
        return str(self.id)
