"""The one-time keys of forms that were used: the same key twice is one act (contract.md §1)."""

from django.conf import settings
from django.db import models


class FormKey(models.Model):
    """A key that did its act, and the page the act led to."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    location = models.CharField(max_length=500)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="form_key_once")]
        indexes = [models.Index(fields=["used_at"], name="form_key_used_at")]

    def __str__(self) -> str:
        return str(self.key)
