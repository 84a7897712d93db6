"""The mandat: the usager's authorisation, visible to both sides."""

from django.db import models
from django.db.models import Q

from aplus.accounts.models import User
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
    # Withdrawn by the usager: nothing is written any more, and the content goes thirty days later.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The notices before the end, the end, the archiving after it: the next of them.
    next_step = models.CharField(max_length=20, blank=True, default="")
    next_step_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "mandat"
        indexes = [
            models.Index(fields=["ends_on"], name="mandat_ends_on"),
            models.Index(fields=["next_step_at"], name="mandat_next_step", condition=Q(next_step_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)
