"""Tables of people: accounts, memberships, scopes, sign-in links, sessions, limits, CGU versions."""

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from aplus.accounts.rules import LinkState
from aplus.annuaire.models import Groupe, Organisme, Territoire
from aplus.core.models import BaseModel


class UserManager(BaseUserManager["User"]):
    """Accounts by address, case aside."""

    def by_email(self, email: str) -> "User | None":
        """The account that signs in with this address."""
        return self.filter(email=email.strip().lower()).first()


class User(AbstractBaseUser):
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

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower")]

    @property
    def full_name(self) -> str:
        """First and last name, or the address of an account never completed."""
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


class ScopedRole(BaseModel):
    """A role over territoires and organismes; an empty set is nothing, "all" is said."""

    all_territoires = models.BooleanField(default=False)
    territoires = models.ManyToManyField(Territoire, blank=True)
    all_organismes = models.BooleanField(default=False)
    organismes = models.ManyToManyField(Organisme, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class Supervision(ScopedRole):
    """Superviseur: metadata and management inside the scope, never content."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="supervision")


class Observation(BaseModel):
    """Observateur: read-only figures and directory of some organismes."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="observation")
    all_organismes = models.BooleanField(default=False)
    organismes = models.ManyToManyField(Organisme, blank=True)
    created_at = models.DateTimeField()


class Expertise(BaseModel):
    """Expert: a mediator who can be invited on the blocked demandes of some territoires."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="expertise")
    all_territoires = models.BooleanField(default=False)
    territoires = models.ManyToManyField(Territoire, blank=True)
    created_at = models.DateTimeField()


class CguVersion(models.Model):
    """A version of the terms of use; the newest one in force is asked of everyone."""

    version = models.CharField(primary_key=True, max_length=20)
    in_force_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.version


class LinkEnd(models.TextChoices):
    """What ended a link before its time, when it was not its own use."""

    ENTRY = "entree", "une autre entrée"
    NEWER = "nouveau", "un lien plus récent"


class SignInLink(BaseModel):
    """A mailed link, asked for with an address known or not, kept 24 hours (accounts.md §1).

    The token is made of the id, the nonce and the server's key: neither this row nor the queue can open a session.
    No account is named here, so that the row of an unknown address looks like any other.
    """

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
