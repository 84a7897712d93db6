"""Second factors: an application that makes codes, passkeys, recovery codes."""

from django.db import models

from aplus.accounts.models.people import User
from aplus.core.models import BaseModel


class TotpDevice(BaseModel):
    """The application that makes a person's codes (RFC 6238); its secret is wrapped by a key outside the database."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="totp")
    kek_id = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    # The last step of thirty seconds whose code was taken: a code is good once.
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    # None until a first code proved that the application has the secret.
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"totp of {self.user_id}"


class Passkey(BaseModel):
    """A passkey (WebAuthn): the public half only."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(unique=True)
    # The attested credential data, as the library packs it: authenticator, id and public key.
    credential = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"passkey of {self.user_id}"


class RecoveryCode(BaseModel):
    """One of the codes printed for the day when the telephone is lost; kept hashed, good once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.BinaryField()
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_unique")]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"
