"""Ways in: CGU versions, mailed links, sessions, counted tries."""

from datetime import datetime
from uuid import uuid4

from django.db import models

from aplus.accounts.models.people import User
from aplus.accounts.rules.entering import LinkState
from aplus.core.models import BaseModel


class CguVersion(models.Model):
    """A version of the terms of use; the newest one in force is asked of everyone."""

    version = models.CharField(primary_key=True, max_length=20)
    in_force_at = models.DateTimeField()
    # Markdown; empty for the first version, whose text came with the product.
    text = models.TextField(blank=True, default="")
    # What changed, in a sentence that everyone reads when asked again.
    summary = models.CharField(max_length=500, blank=True, default="")
    published_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.version


class LinkEnd(models.TextChoices):
    """What ended a link before its time, when it was not its own use."""

    ENTRY = "entree", "une autre entrée"
    NEWER = "nouveau", "un lien plus récent"


class LinkPurpose(models.TextChoices):
    """What a mailed link is for; links of one purpose know nothing of the others."""

    ENTRY = "entree", "entrer"
    PASSWORD = "mot-de-passe", "choisir un nouveau mot de passe"


class SignInLink(BaseModel):
    """A mailed link, asked for with an address known or not, kept 24 hours (accounts.md §1).

    The token is made of the id, the nonce and the server's key: neither this row nor the queue can open a session.
    No account is named here, so that the row of an unknown address looks like any other.
    """

    purpose = models.CharField(max_length=12, choices=LinkPurpose.choices, default=LinkPurpose.ENTRY)
    email = models.EmailField()
    nonce = models.BinaryField()
    token_hash = models.BinaryField(unique=True)
    suite = models.CharField(max_length=2000, blank=True, default="")
    browser = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # When the worker looked whether somebody is to be told: a job killed before that is made up for.
    told_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, choices=LinkEnd.choices, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["email", "created_at"], name="sign_in_link_email"),
            models.Index(fields=["created_at"], name="sign_in_link_created"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"

    def state(self, now: datetime) -> LinkState:
        """What this link is worth now."""
        if self.used_at:
            return LinkState.USED
        if self.ended_at:
            return LinkState.ENDED_BY_ENTRY if self.ended_by == LinkEnd.ENTRY else LinkState.ENDED_BY_NEWER
        return LinkState.LIVE if now < self.expires_at else LinkState.EXPIRED


class Session(models.Model):
    """A signed-in browser: the cookie's key is kept hashed, and every limit of time beside it."""

    key_hash = models.BinaryField(primary_key=True)
    id = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions")
    data = models.TextField(blank=True, default="")
    is_shared_post = models.BooleanField(default=False)
    browser = models.CharField(max_length=100, blank=True, default="")
    # The means of the entry (the journal's word), and when a second factor was last proved in this session.
    means = models.CharField(max_length=20, blank=True, default="")
    factor_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="session_expires")]

    def __str__(self) -> str:
        return f"session {self.id}"


class Attempt(models.Model):
    """One counted try (a link asked for, a code typed): limits are counted here, on hashed subjects."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=30)
    subject_hash = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "subject_hash", "at"], name="attempt_subject"),
            models.Index(fields=["at"], name="attempt_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
