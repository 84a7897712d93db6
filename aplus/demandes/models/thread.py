"""What was said (messages) and what happened (transitions, append-only)."""

from django.db import models
from django.db.models import Q

from aplus.accounts.models import User
from aplus.core.models import BaseModel
from aplus.demandes.models.demande import Demande
from aplus.demandes.models.holders import Part


class Audience(models.TextChoices):
    """Who reads a message, its files and its information; a note is for the instructeurs."""

    ALL = "tous", "tous"
    INSTRUCTEURS = "instructeurs", "instructeurs"


class ReplyAct(models.TextChoices):
    """What a reply of the instructeurs' side does (contract.md §4, `acte`)."""

    REPLY = "reponse", "Répondre"
    TAKE_CHARGE = "prise-en-charge", "Je prends cette demande"
    ASK_DETAILS = "precisions", "Demander des précisions"
    PROCESSED = "traitement", "Le blocage est levé"
    NOT_COMPETENT = "incompetence", "Ce n'est pas de notre compétence"


class Message(BaseModel):
    """One message of the thread; text and information are sealed together."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveIntegerField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # "auteur" or "instructeurs": the side its author stood on.
    side = models.CharField(max_length=12)
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.ALL)
    act = models.CharField(max_length=20, blank=True, default="")
    part = models.ForeignKey(Part, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    # {"text": str, "infos": [[name, value], …]}
    sealed = models.BinaryField()
    created_at = models.DateTimeField()
    corrected_at = models.DateTimeField(null=True, blank=True)
    # Withdrawn: `sealed` holds nothing any more, the line stays with its reason.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason_sealed = models.BinaryField(null=True, blank=True)

    class Meta:
        db_table = "message"
        ordering = ("seq",)
        constraints = [models.UniqueConstraint(fields=["demande", "seq"], name="message_seq")]

    def __str__(self) -> str:
        return f"{self.demande_id} {self.seq}"


class ReplyDraft(BaseModel):
    """A reply somebody is typing: sealed with the demande's secret, gone once it is sent."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "reply_draft"
        constraints = [models.UniqueConstraint(fields=["demande", "user"], name="reply_draft_once")]
        indexes = [models.Index(fields=["updated_at"], name="reply_draft_updated")]

    def __str__(self) -> str:
        return f"{self.demande_id} {self.user_id}"


class Transition(models.Model):
    """One move of a part or of the demande; the database refuses to change or delete it."""

    id = models.BigAutoField(primary_key=True)
    act_id = models.UUIDField()
    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="transitions")
    part = models.ForeignKey(Part, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=14, blank=True, default="")
    to_state = models.CharField(max_length=14)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # The person an act is about (given to, invited, added), the promised day, a small code (block lifted or not).
    target = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(null=True, blank=True)
    code = models.CharField(max_length=20, blank=True, default="")
    # Why: the reason of an invitation, the remark of an archiving.
    reason_sealed = models.BinaryField(null=True, blank=True)

    class Meta:
        db_table = "transition"
        ordering = ("id",)
        indexes = [
            models.Index(fields=["demande", "id"], name="transition_demande"),
            models.Index(fields=["part", "id"], name="transition_part", condition=Q(part__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.demande_id} {self.event}"
