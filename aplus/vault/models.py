"""The wrapped secret of each demande, in a schema dumped apart, and the sealed age identity of its files."""

from django.db import models


class Secret(models.Model):
    """The data key of one demande (or draft), wrapped by a key-encrypting key. Deleting this row erases the content."""

    demande_id = models.UUIDField(primary_key=True)
    kek_id = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        # A schema of its own, so that a dump can leave it out (privacy-and-security.md §1).
        db_table = '"secrets"."secret"'

    def __str__(self) -> str:
        return f"secret of {self.demande_id}"


class FileIdentity(models.Model):
    """The age identity that opens the files of one demande, sealed by its secret: useless once the secret is gone."""

    dossier_id = models.UUIDField(primary_key=True)
    recipient = models.CharField(max_length=80)
    sealed = models.BinaryField()

    class Meta:
        db_table = "file_identity"

    def __str__(self) -> str:
        return f"file identity of {self.dossier_id}"
