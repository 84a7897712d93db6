"""What each person, groupe's mailbox, invited address or the team is told of each act, and what the mail became."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from aplus.core.models import BaseModel
from aplus.notifications.rules import Delivery, is_newer

RECIPIENTS = ("person", "groupe_id", "invitation_id", "contact_id")


class State(models.TextChoices):
    """What became of a line; in the application only, a line is delivered as it is written."""

    PENDING = "a-envoyer", "à envoyer"
    GROUPED = "groupe", "dans un e-mail groupé"
    SENT = "envoye", "envoyé"
    FAILED = "echec", "échec"
    DROPPED = "abandonne", "abandonné : le destinataire n'y a plus droit"


# What the mail servers said of a mail that they were handed.
DELIVERIES = [
    (Delivery.DEFERRED.value, "refusé pour l’instant"),
    (Delivery.DELIVERED.value, "remis"),
    (Delivery.REFUSED.value, "refusé"),
    (Delivery.COMPLAINED.value, "signalé comme indésirable"),
]


class Addressed(models.Model):
    """A row that has an address of e-mail: what the mail servers last said of it, and since when mails come back."""

    mail_fact = models.CharField(max_length=10, choices=DELIVERIES, blank=True, default="", db_default="")
    mail_fact_at = models.DateTimeField(null=True, blank=True)
    mail_refused_since = models.DateTimeField(null=True, blank=True)

    MAIL_FACT = ("mail_fact", "mail_fact_at", "mail_refused_since")

    class Meta:
        abstract = True

    def hear(self, delivery: Delivery, at: datetime) -> bool:
        """Take a newer fact; False when it is not newer than what is known."""
        known = (Delivery(self.mail_fact), self.mail_fact_at) if self.mail_fact and self.mail_fact_at else None
        if not is_newer((delivery, at), known):
            return False
        self.mail_fact, self.mail_fact_at = delivery, at
        self.mail_refused_since = (self.mail_refused_since or at) if delivery.is_refusal else None
        return True

    def forget_mail_fact(self) -> None:
        """Nothing is known of an address that has just been given."""
        self.mail_fact, self.mail_fact_at, self.mail_refused_since = "", None, None


def _only(recipient: str) -> Q:
    """This column names the recipient, and no other does."""
    return Q(**{f"{name}__isnull": name != recipient for name in RECIPIENTS})


class Notification(BaseModel):
    """One act told to one recipient: ids and codes only, never a text or an address.

    The recipient is a person, a groupe's mailbox, an address without account, by the id of its invitation, or the team,
    by the id of the message it was sent.
    """

    act_id = models.UUIDField()
    event = models.CharField(max_length=40)
    at = models.DateTimeField()
    demande_id = models.UUIDField(null=True)
    number = models.BigIntegerField(null=True)
    # Found by the index `notification_person`.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    groupe_id = models.UUIDField(null=True)
    invitation_id = models.UUIDField(null=True)
    contact_id = models.UUIDField(null=True)
    codes = models.JSONField(default=dict)
    is_mail = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, default="")
    # What came back of it, when the way it leaves says so.
    delivery = models.CharField(max_length=10, choices=DELIVERIES, default="", db_default="")
    delivery_at = models.DateTimeField(null=True)
    # Kept for a grouped mail: the moment from which it may leave, then the act of the mail that lists it.
    grouped_until = models.DateTimeField(null=True)
    digest_id = models.UUIDField(null=True)
    # In the application: when it was read otherwise than by opening its demande, whose reading mark says that; what
    # the bell does not show is written as read.
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_only("person") | _only("groupe_id") | _only("invitation_id") | _only("contact_id"),
                name="notification_one_recipient",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PENDING, next_try_at__isnull=False, is_mail=True)
                | (~Q(state=State.PENDING) & Q(next_try_at__isnull=True)),
                name="notification_pending_has_next_try",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.GROUPED) | Q(grouped_until__isnull=False, person__isnull=False, is_mail=True),
                name="notification_grouped_until",
            ),
            models.UniqueConstraint(
                fields=["act_id", "person"], condition=Q(person__isnull=False), name="notification_act_person"
            ),
            models.UniqueConstraint(
                fields=["act_id", "groupe_id"], condition=Q(groupe_id__isnull=False), name="notification_act_groupe"
            ),
            models.UniqueConstraint(
                fields=["act_id", "invitation_id"],
                condition=Q(invitation_id__isnull=False),
                name="notification_act_invitation",
            ),
            models.UniqueConstraint(
                fields=["act_id", "contact_id"], condition=Q(contact_id__isnull=False), name="notification_act_contact"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state=State.PENDING), name="notification_pending"),
            models.Index(fields=["at"], name="notification_at"),
            models.Index(fields=["-at", "id"], condition=Q(state=State.FAILED), name="notification_failed"),
            models.Index(
                fields=["grouped_until"],
                condition=Q(state=State.GROUPED, digest_id=None),
                name="notification_grouped",
            ),
            models.Index(fields=["digest_id"], condition=Q(digest_id__isnull=False), name="notification_digest"),
            models.Index(fields=["person", "-at", "id"], condition=Q(person__isnull=False), name="notification_person"),
            models.Index(
                fields=["person", "-at"],
                condition=Q(person__isnull=False, read_at=None),
                name="notification_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.id}"
