"""Who holds a demande: addressed groupes (parts), persons (participants), readers and followers.

`Part` and `Participant` carry copies of the columns that lists sort and filter by (data-shape.md); only the
writer of `services.acting` sets them, in the act's transaction.
"""

from django.db import models
from django.db.models import Q

from aplus.accounts.models import Absence, User
from aplus.annuaire.models import Groupe
from aplus.core.models import BaseModel
from aplus.demandes.models.demande import Demande
from aplus.demandes.rules.life import OPEN_PARTS, DemandeState

NOT_ARCHIVED = ~Q(demande_state=DemandeState.ARCHIVED)
ARCHIVED_KEPT = Q(demande_state=DemandeState.ARCHIVED, erased_at=None)
OPEN_PART = Q(state__in=sorted(OPEN_PARTS)) & NOT_ARCHIVED


class Holder(BaseModel):
    """The columns copied down from the demande, the same for both kinds of holders."""

    demande_state = models.CharField(max_length=12)
    is_urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, blank=True)
    sort_at = models.DateTimeField()
    rank = models.PositiveSmallIntegerField()
    activity_at = models.DateTimeField()
    demande_created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Part(Holder):
    """One addressed groupe's share of a demande."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="parts")
    # Found by the index `part_received`.
    groupe = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="parts", db_index=False)
    state = models.CharField(max_length=14)
    followed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Details asked and not given yet: since when.
    awaited_since = models.DateTimeField(null=True, blank=True)
    promised_date = models.DateField(null=True, blank=True)
    is_closed_by_tick = models.BooleanField(default=False)
    is_not_relevant = models.BooleanField(default=False)
    addressed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # Reminders and escalation (demandes.md §6): the next step; a new round begins when a new delay does.
    next_step = models.CharField(max_length=20, blank=True, default="")
    next_step_at = models.DateTimeField(null=True, blank=True)
    step_round = models.PositiveIntegerField(default=0)
    # The usual démarche that would have been enough, named by the instructeur.
    demarche_sealed = models.BinaryField(null=True, blank=True)

    class Meta:
        db_table = "part"
        ordering = ("addressed_at", "id")
        constraints = [models.UniqueConstraint(fields=["demande", "groupe"], name="part_unique")]
        indexes = [
            models.Index(fields=["groupe", "rank", "sort_at", "demande"], name="part_list", condition=NOT_ARCHIVED),
            models.Index(fields=["groupe", "-activity_at", "demande"], name="part_activity", condition=NOT_ARCHIVED),
            models.Index(
                fields=["groupe", "-demande_created_at", "demande"], name="part_newest", condition=NOT_ARCHIVED
            ),
            models.Index(fields=["groupe", "-archived_at", "demande"], name="part_archived", condition=ARCHIVED_KEPT),
            models.Index(fields=["groupe", "due_at", "demande"], name="part_due", condition=OPEN_PART),
            models.Index(fields=["groupe", "-addressed_at"], name="part_received"),
            models.Index(fields=["followed_by", "sort_at", "demande"], name="part_followed", condition=OPEN_PART),
            models.Index(fields=["next_step_at"], name="part_next_step", condition=Q(next_step_at__isnull=False)),
        ]

    @property
    def needed_identifiers(self) -> list[str]:
        """The identifiers of the usager that this groupe's organisme needs (loaded with the groupe)."""
        return self.groupe.organisme.identifiers

    @property
    def is_open(self) -> bool:
        """Neither processed nor declared not competent."""
        return self.state in OPEN_PARTS

    def __str__(self) -> str:
        return f"{self.demande_id} {self.groupe_id} {self.state}"


class ParticipantKind(models.TextChoices):
    """Why a person is on a demande by name."""

    AUTHOR = "auteur", "auteur"
    CO_AUTHOR = "co-auteur", "co-auteur"
    INVITED = "invite", "personne invitée"
    EXPERT = "expert", "expert"


class Participant(Holder):
    """A person on a demande by name; `via_groupe` is the membership that must still be held (none for an expert)."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="participations")
    kind = models.CharField(max_length=10, choices=ParticipantKind.choices)
    via_groupe = models.ForeignKey(Groupe, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    # Who stands in for an absent colleague (demandes.md §6): a co-author for the time of this absence.
    absence = models.ForeignKey(Absence, null=True, blank=True, on_delete=models.SET_NULL, related_name="stand_ins")

    class Meta:
        db_table = "participant"
        ordering = ("since", "id")
        constraints = [
            models.UniqueConstraint(fields=["demande", "user"], name="participant_once", condition=Q(until=None)),
            models.UniqueConstraint(
                fields=["demande"], name="participant_one_author", condition=Q(until=None, kind="auteur")
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "rank", "sort_at", "demande"], name="participant_list", condition=NOT_ARCHIVED
            ),
            models.Index(
                fields=["user", "-activity_at", "demande"], name="participant_activity", condition=NOT_ARCHIVED
            ),
            models.Index(
                fields=["user", "-demande_created_at", "demande"], name="participant_newest", condition=NOT_ARCHIVED
            ),
            models.Index(
                fields=["user", "-archived_at", "demande"], name="participant_archived", condition=ARCHIVED_KEPT
            ),
            models.Index(
                fields=["user", "due_at", "demande"],
                name="participant_due",
                condition=NOT_ARCHIVED & Q(due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demande_id} {self.user_id} {self.kind}"


class Reading(models.Model):
    """When a person first and last read a demande."""

    pk = models.CompositePrimaryKey("user_id", "demande_id")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="readings")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "reading"

    def __str__(self) -> str:
        return f"{self.demande_id} {self.user_id}"


class Following(models.Model):
    """A person's wish for one demande: told of everything, or of nothing that can be spared."""

    id = models.BigAutoField(primary_key=True)
    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="followings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    is_muted = models.BooleanField()

    class Meta:
        db_table = "following"
        constraints = [models.UniqueConstraint(fields=["demande", "user"], name="following_once")]

    def __str__(self) -> str:
        return f"{self.demande_id} {self.user_id}"
