"""The certificates that erasures leave."""

from django.db import models

from aplus.core.models import BaseModel


class ErasureCertificate(BaseModel):
    """That the content of a demande is gone, since when and why; no person, no content."""

    demande_id = models.UUIDField(unique=True)
    number = models.BigIntegerField()
    # "archivage" (six months after) or "retrait" (thirty days after the mandat was withdrawn).
    reason = models.CharField(max_length=20)
    archived_at = models.DateTimeField()
    erased_at = models.DateTimeField()
    messages = models.PositiveIntegerField()
    files = models.PositiveIntegerField()

    class Meta:
        db_table = "erasure_certificate"

    def __str__(self) -> str:
        return f"erasure of {self.number}"
