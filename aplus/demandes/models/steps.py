"""Steps of time already made (reminders, escalation, notices): each once in its round."""

from django.db import models

from aplus.demandes.models.demande import Demande
from aplus.demandes.models.holders import Part


class StepDone(models.Model):
    """One step of a part, or of the demande when `part` is None; two machines cannot make the same one."""

    id = models.BigAutoField(primary_key=True)
    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="+")
    part = models.ForeignKey(Part, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=20)
    # Of a part its `step_round`; of the demande the day (ordinal) the delay counts from.
    round = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "step_done"
        constraints = [
            models.UniqueConstraint(
                fields=["demande", "part", "step", "round"], name="step_done_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demande_id} {self.step} {self.round}"
