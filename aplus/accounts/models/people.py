"""Accounts, memberships with their history, absences."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from aplus.annuaire.models import Groupe
from aplus.core.models import BaseModel
from aplus.notifications.models import Addressed


class UserManager(BaseUserManager["User"]):
    """Accounts by address, case aside."""

    def by_email(self, email: str) -> "User | None":
        """The account that signs in with this address."""
        return self.filter(email=email.strip().lower()).first()


# What is read in place of a name that is kept no longer.
DELETED = "Compte supprimé"


class MailChoice(models.TextChoices):
    """How a person hears of what happens on their demandes (notifications.md §3)."""

    EACH = "chaque", "un e-mail à chaque fois"
    GROUPED = "groupe", "un e-mail groupé"
    NONE = "aucun", "aucun e-mail"


def both_hours() -> list[int]:
    """The two hours of grouped mails, local time."""
    return [9, 14]


class User(AbstractBaseUser, Addressed):
    """A person's account. Created by invitation only; never shared (third seed, FAQ)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(unique=True)
    first_name = models.CharField("prénom", max_length=100, blank=True, default="")
    last_name = models.CharField("nom", max_length=100, blank=True, default="")
    sort_key = models.CharField(max_length=201, db_collation="C", blank=True, default="")
    function = models.CharField("fonction", max_length=100, blank=True, default="")
    phone = models.CharField("téléphone", max_length=30, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_administrateur = models.BooleanField(default=False)
    cgu_version = models.CharField(max_length=20, blank=True, default="")
    cgu_accepted_at = models.DateTimeField(null=True, blank=True)
    welcomed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    # Stamped at most once a day by a session in use: what inactivity is counted from.
    last_active_at = models.DateTimeField(null=True, blank=True)
    # How many notices of inactivity were sent since, and when the last one was.
    inactivity_notices = models.PositiveSmallIntegerField(default=0)
    inactivity_noticed_at = models.DateTimeField(null=True, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    # Twelve months after that: no name, no address any more.
    deleted_at = models.DateTimeField(null=True, blank=True)
    mail_choice = models.CharField(max_length=10, choices=MailChoice.choices, default=MailChoice.EACH)
    mail_hours = ArrayField(models.PositiveSmallIntegerField(), default=both_hours)
    # None: on for responsables, off for others.
    weekly_summary = models.BooleanField(null=True, blank=True)
    # Of the panel of first steps (`rules/beginning.py`): the screens opened, and that it is over.
    first_steps = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower")]
        indexes = [models.Index(fields=["sort_key", "id"], name="user_name")]

    @property
    def full_name(self) -> str:
        """First and last name, or the address of an account never completed."""
        if self.deleted_at is not None:
            return DELETED
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def __str__(self) -> str:
        return self.full_name


class DigestChoice(models.TextChoices):
    """How a member hears of the new demandes of the groupe (notifications.md §2)."""

    EVERY = "chaque", "chaque nouvelle demande"
    GROUPED = "groupe", "un e-mail groupé"
    NONE = "aucun", "aucun e-mail"


class Membership(BaseModel):
    """A person in a groupe with three flags; leaving deletes the row, and the rights go the same second."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    groupe = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="memberships")
    is_aidant = models.BooleanField(default=False)
    is_instructeur = models.BooleanField(default=False)
    is_responsable = models.BooleanField(default=False)
    # Who joins sees the demandes still open, and those archived from then on (demandes.md §3).
    instructeur_since = models.DateTimeField(null=True, blank=True)
    new_demandes = models.CharField(max_length=10, choices=DigestChoice.choices, default=DigestChoice.EVERY)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "groupe"], name="membership_unique"),
            models.CheckConstraint(
                condition=Q(is_instructeur=True, instructeur_since__isnull=False)
                | Q(is_instructeur=False, instructeur_since__isnull=True),
                name="membership_instructeur_since",
            ),
        ]
        indexes = [models.Index(fields=["groupe", "user"], name="membership_groupe")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.groupe_id}"


class MembershipEvent(models.TextChoices):
    """What happened to somebody in a groupe."""

    ARRIVAL = "arrivee", "arrivée"
    FLAGS = "roles", "rôles modifiés"
    INSTRUCTEUR = "instructeur", "rôle d’instructeur donné"
    DEPARTURE = "depart", "départ"
    RETURN = "retour", "retour"


class MembershipChange(BaseModel):
    """A line of a groupe's history, shown on its page for twelve months (product.md §5)."""

    groupe = models.ForeignKey(Groupe, on_delete=models.CASCADE, related_name="membership_changes")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    event = models.CharField(max_length=12, choices=MembershipEvent.choices)
    # The flags held from then on; of a departure, until then.
    is_aidant = models.BooleanField(default=False)
    is_instructeur = models.BooleanField(default=False)
    is_responsable = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["groupe", "at"], name="membership_change_groupe"),
            models.Index(fields=["at"], name="membership_change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"


class Absence(BaseModel):
    """Days away, set by oneself or by a responsable of one's groupe (demandes.md §6); both days are days away."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    from_date = models.DateField()
    until_date = models.DateField()
    set_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    # When the worker put the stand-ins in place, and when it took them away; a cancelled one ends when it is.
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_date__gte=models.F("from_date")), name="absence_in_order"),
        ]
        indexes = [
            models.Index(fields=["user", "from_date"], name="absence_user"),
            models.Index(fields=["from_date"], name="absence_to_start", condition=Q(started_at=None, ended_at=None)),
            models.Index(fields=["until_date"], name="absence_to_end", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.from_date} {self.until_date}"


class StandIn(BaseModel):
    """The colleague who stands in during an absence, in one structure; must hold *aidant* there."""

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="named")
    groupe = models.ForeignKey(Groupe, on_delete=models.CASCADE, related_name="+")
    colleague = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["absence", "groupe"], name="stand_in_once")]

    def __str__(self) -> str:
        return f"{self.colleague_id} in {self.groupe_id}"
