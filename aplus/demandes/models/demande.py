"""The demande and the draft it grows from: clear metadata, sealed content."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from aplus.accounts.models import User
from aplus.annuaire.models import Groupe, Territoire, Thematique
from aplus.core.models import BaseModel
from aplus.demandes.rules.life import DemandeState, PartState
from aplus.policy.actor import Actor
from aplus.policy.facts import ParticipantFacts
from aplus.vault.models import Secret

if TYPE_CHECKING:
    from aplus.demandes.models.holders import Part


class Draft(BaseModel):
    """A demande not sent yet: everything typed is sealed; sending gives its id and secret to the demande."""

    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # The mandat's id from the first save, so that its form can be printed before sending.
    mandat_id = models.UUIDField(unique=True)
    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "draft"
        indexes = [
            models.Index(fields=["author", "-updated_at"], name="draft_author"),
            models.Index(fields=["updated_at"], name="draft_updated"),
        ]


class DemandeQuerySet(models.QuerySet["Demande"]):
    """Demandes, inside what a reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """The demandes this actor is on, either side, at this moment (product.md §4).

        The reference for loading by id; `policy.decisions.standing` says the same of one loaded demande, and a
        property test proves that they agree.
        """
        from aplus.demandes.models.holders import Part, Participant, ParticipantKind  # noqa: PLC0415  cycle of tables

        if not actor.is_signed_in:
            return self.none()
        mine = Participant.objects.filter(demande=OuterRef("pk"), user_id=actor.person_id, until=None)
        own = mine.filter(kind__in=[ParticipantKind.AUTHOR, ParticipantKind.CO_AUTHOR])
        author_side = Q(Exists(own)) & Q(structure_id__in=actor.aidant_groupe_ids)
        invited = mine.filter(kind=ParticipantKind.INVITED, via_groupe_id__in=actor.instructeur_groupe_ids)
        other_side = Q(Exists(invited))
        for held in actor.memberships:
            if held.is_instructeur:
                part = Part.objects.filter(demande=OuterRef("pk"), groupe_id=held.groupe_id)
                in_time = ~Q(state=DemandeState.ARCHIVED) | Q(archived_at__gte=held.instructeur_since)
                other_side |= Q(Exists(part)) & in_time
        if actor.expertise is not None:
            expert = mine.filter(kind=ParticipantKind.EXPERT)
            other_side |= Q(Exists(expert)) & ~Q(state=DemandeState.ARCHIVED)
        return self.filter(author_side | (~Q(Exists(own)) & other_side))

    def with_secret(self) -> Self:
        """Each row with its wrapped secret (None once erased), so that opening costs no query."""
        secret = Secret.objects.filter(pk=OuterRef("pk"))
        return self.annotate(
            wrapped=Subquery(secret.values("wrapped")),
            kek_id=Subquery(secret.values("kek_id")),
        )

    def with_last_reading(self, user_id: UUID) -> Self:
        """Each row with when this person last read it (None for never)."""
        from aplus.demandes.models.holders import Reading  # noqa: PLC0415  cycle of tables

        readings = Reading.objects.filter(user_id=user_id, demande_id=OuterRef("pk"))
        return self.annotate(last_read_at=Subquery(readings.values("last_at")))

    def with_milestones(self) -> Self:
        """Each row with when a groupe first took charge of it and when it was last processed (None for never)."""
        from aplus.demandes.models.thread import Transition  # noqa: PLC0415  cycle of tables

        moves = Transition.objects.filter(demande=OuterRef("pk"))
        taken = moves.filter(part__isnull=False, to_state=PartState.IN_CHARGE).order_by("id")
        processed = moves.filter(part=None, to_state=DemandeState.PROCESSED).order_by("-id")
        return self.annotate(
            taken_at=Subquery(taken.values("at")[:1]),
            processed_at=Subquery(processed.values("at")[:1]),
        )


class Demande(BaseModel):
    """A block raised for an usager: who, where, in which state, since when; its content is sealed."""

    number = models.BigIntegerField(unique=True)
    territoire = models.ForeignKey(Territoire, on_delete=models.PROTECT, related_name="+")
    # None is "autre".
    thematique = models.ForeignKey(Thematique, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    structure = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="demandes_sent")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)
    is_urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # The attestation of envoi: who is the author, the mandat is the demande's.
    attested_at = models.DateTimeField()
    # The last act of a person: archiving by itself counts from here.
    acted_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    # "oui", "en_partie", "non": what the author's side said when archiving.
    is_unblocked = models.CharField(max_length=10, blank=True, default="")

    # What each side may see last (demandes.md §5: derived from messages, computed per side).
    author_activity_at = models.DateTimeField()
    author_activity_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    author_word_at = models.DateTimeField()
    author_word_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    author_version = models.PositiveIntegerField(default=1)
    author_turn_since = models.DateTimeField(null=True, blank=True)
    instructeur_activity_at = models.DateTimeField()
    instructeur_activity_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    instructeur_word_at = models.DateTimeField()
    instructeur_word_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    instructeur_version = models.PositiveIntegerField(default=1)

    # Archiving by itself and its notices (demandes.md §2): the next of them, moved on by each act of a person.
    next_step = models.CharField(max_length=20, blank=True, default="")
    next_step_at = models.DateTimeField(null=True, blank=True)
    # The last notice given since then: nothing is archived sooner than seven days after it.
    noticed_at = models.DateTimeField(null=True, blank=True)

    subject_sealed = models.BinaryField()
    usager_sealed = models.BinaryField()
    content_sealed = models.BinaryField()

    objects = DemandeQuerySet.as_manager()

    # Loaded by `queries.demande`: what decisions and presenters read without asking the database.
    part_list: "Sequence[Part]"
    participant_list: Sequence[ParticipantFacts]
    wrapped: bytes | None
    kek_id: str | None
    # By `queries.lists`: when the reader last read it.
    last_read_at: datetime | None
    # By `queries.list_export`.
    taken_at: datetime | None
    processed_at: datetime | None

    class Meta:
        db_table = "demande"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=DemandeState.ARCHIVED, archived_at__isnull=False)
                | (~Q(state=DemandeState.ARCHIVED) & Q(archived_at=None)),
                name="demande_archived_at",
            ),
        ]
        indexes = [
            models.Index(fields=["structure", "-created_at"], name="demande_structure"),
            models.Index(F("acted_at"), name="demande_acted_open", condition=~Q(state=DemandeState.ARCHIVED)),
            models.Index(fields=["next_step_at"], name="demande_next_step", condition=Q(next_step_at__isnull=False)),
            models.Index(
                fields=["archived_at"],
                name="demande_to_erase",
                condition=Q(state=DemandeState.ARCHIVED, erased_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
