"""What people write to the team by the contact form."""

from django.db import models

from aplus.accounts.models import User
from aplus.core.models import BaseModel
from aplus.help.rules.contact import Subject


class ContactMessage(BaseModel):
    """One message to the team, kept twelve months; `person` when its sender was signed in."""

    # The form's one-time key, here because a sender without account has no other place for it.
    key = models.UUIDField(unique=True)
    subject = models.CharField(max_length=30, choices=[(one.value, one.label) for one in Subject])
    name = models.CharField(max_length=100)
    email = models.EmailField()
    organisme = models.CharField(max_length=150, blank=True, default="")
    text = models.TextField()
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="contact_created")]

    def __str__(self) -> str:
        return f"contact {self.pk}"
