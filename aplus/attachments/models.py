"""Files as the database knows them: sealed name, type, size, digest and where the encrypted bytes are."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from aplus.core.models import BaseModel


class Audience(models.TextChoices):
    """Who may read the file: that of its message (demandes.md §7)."""

    ALL = "tous", "tous"
    INSTRUCTEURS = "instructeurs", "instructeurs"


class Purpose(models.TextChoices):
    """Why the file is there."""

    PIECE = "piece", "pièce jointe"
    PROOF = "preuve", "preuve du mandat"
    # Kept for its uploader until the reply it goes with is accepted.
    WAITING = "attente", "en attente d’envoi"


class FileState(models.TextChoices):
    """Only an available file can be downloaded."""

    SCANNING = "analyse", "en cours d’analyse"
    AVAILABLE = "disponible", "disponible"
    REFUSED = "refuse", "refusé"
    UNAVAILABLE = "indisponible", "indisponible"

    def words(self, name: str) -> str:
        """What its reader is told of a file of this name."""
        match self:
            case FileState.SCANNING:
                return f"{name} (en cours d’analyse antivirus : rechargez la page dans quelques instants)"
            case FileState.REFUSED:
                return f"Fichier refusé : {name}. L’antivirus y a trouvé un logiciel malveillant, il a été détruit."
            case FileState.UNAVAILABLE:
                return f"{name} (indisponible : il n’a pas pu être analysé, demandez qu’il soit renvoyé)"
        return name


class Attachment(BaseModel):
    """One file of a draft or a demande. Its bytes are in the storage, encrypted with age, under a random name."""

    # The id of a draft, then of the demande it becomes: no foreign key, those tables are above this app.
    dossier_id = models.UUIDField(db_index=True)
    message_id = models.UUIDField(null=True, blank=True, db_index=True)
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.ALL)
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.PIECE)
    sealed_name = models.BinaryField()
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.BinaryField()
    storage_name = models.CharField(max_length=100, unique=True)
    state = models.CharField(max_length=12, choices=FileState.choices, default=FileState.AVAILABLE)
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    # In scan: how many tries, and when the next one may be.
    scan_tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_scan_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "attachment"
        indexes = [
            models.Index(fields=["next_scan_at"], name="attachment_to_scan", condition=Q(next_scan_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"attachment {self.id}"

    @property
    def is_available(self) -> bool:
        """May its bytes be served."""
        return self.state == FileState.AVAILABLE
