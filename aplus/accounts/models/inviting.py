"""How people come to a groupe, leave it, and move from one address to another."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from aplus.accounts.models.people import User
from aplus.annuaire.models import Groupe
from aplus.core.models import BaseModel
from aplus.notifications.models import Addressed


class Invitation(BaseModel, Addressed):
    """An address that nobody has yet, asked to join a groupe: a link of seven days to /inscription/ (accounts.md §2).

    The token is made of the id, the nonce and the server's key; sending again changes the nonce. `first_name` and so on
    are what was known of the person, which they complete.
    """

    email = models.EmailField()
    groupe = models.ForeignKey(Groupe, on_delete=models.CASCADE, related_name="invitations")
    is_aidant = models.BooleanField(default=False)
    is_instructeur = models.BooleanField(default=False)
    is_responsable = models.BooleanField(default=False)
    first_name = models.CharField(max_length=100, blank=True, default="")
    last_name = models.CharField(max_length=100, blank=True, default="")
    function = models.CharField(max_length=100, blank=True, default="")
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    nonce = models.BinaryField()
    token_hash = models.BinaryField(unique=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_lower"),
            models.UniqueConstraint(
                fields=["email", "groupe"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_pending_once",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="invitation_created")]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class ProposalKind(models.TextChoices):
    """What is put to those who manage a groupe."""

    ARRIVAL = "arrivee", "proposer un collègue"
    DEPARTURE = "depart", "signaler un départ"
    RETURN = "retour", "demander à revenir"


class Proposal(BaseModel):
    """What a member, or a deactivated person, asks of those who manage a groupe; nothing happens before they decide."""

    groupe = models.ForeignKey(Groupe, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=10, choices=ProposalKind.choices)
    # An arrival has an address, a departure and a return an account.
    email = models.EmailField(blank=True, default="")
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    is_accepted = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ProposalKind.ARRIVAL, person=None) & ~Q(email="")
                | ~Q(kind=ProposalKind.ARRIVAL) & Q(person__isnull=False, email=""),
                name="proposal_about_whom",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, is_accepted=None) | Q(decided_at__isnull=False, is_accepted__isnull=False),
                name="proposal_decided",
            ),
            models.UniqueConstraint(
                fields=["groupe", "kind", "email", "person"],
                condition=Q(decided_at=None),
                nulls_distinct=False,
                name="proposal_pending_once",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="proposal_created")]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class EmailChange(BaseModel):
    """A new address being confirmed from both, by a link mailed to each (accounts.md §3); tokens as for invitations."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="email_changes")
    old_email = models.EmailField()
    new_email = models.EmailField()
    nonce = models.BinaryField()
    old_token_hash = models.BinaryField(unique=True)
    new_token_hash = models.BinaryField(unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    old_confirmed_at = models.DateTimeField(null=True, blank=True)
    new_confirmed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(new_email=Lower("new_email")), name="email_change_lower"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(done_at=None, cancelled_at=None), name="email_change_pending_once"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="email_change_created")]

    def __str__(self) -> str:
        return f"change of address {self.pk}"
