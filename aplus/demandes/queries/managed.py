"""The demandes of one groupe for those who manage it: clear metadata only, nothing sealed is even read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from aplus.annuaire.models import Groupe
from aplus.demandes.models import Demande, Part, Participant
from aplus.demandes.queries import duty
from aplus.demandes.queries.list_marks import Mark, Sorting
from aplus.demandes.queries.managed_filters import NO_FILTERS, ManagedFilters, followed_by_nobody
from aplus.demandes.rules.life import OPEN_PARTS, DemandeState

PAGE = 50
SEALED = ("subject_sealed", "usager_sealed", "content_sealed")
NEWEST = (Sorting("newest", "created_at", id_column="id"), Sorting("newest", "demande_created_at"))
LAST_ARCHIVED = (Sorting("archived", "archived_at", id_column="id"), Sorting("archived", "archived_at"))


class Show(StrEnum):
    """Which of the groupe's demandes are listed."""

    OPEN = "toutes"
    OVERDUE = "en-souffrance"
    ALONE = "sans-suivi"
    ARCHIVED = "archivees"


@dataclass(frozen=True)
class Managed:
    """A demande beside the groupe through which it is managed; none for who may not even know that it exists."""

    groupe: Groupe
    demande: Demande | None

    @property
    def groupe_id(self) -> UUID:
        """The groupe of the address."""
        return self.groupe.pk

    @property
    def structure_id(self) -> UUID | None:
        """Who sent it."""
        return self.demande.structure_id if self.demande else None

    @property
    def addressed_ids(self) -> frozenset[UUID]:
        """Whom it was sent to."""
        return frozenset(part.groupe_id for part in self.demande.part_list) if self.demande else frozenset()

    @property
    def author_id(self) -> UUID | None:
        """Who leads it on the author's side."""
        return self.demande.author_id if self.demande else None

    @property
    def follower_id(self) -> UUID | None:
        """Who follows the groupe's part."""
        parts = self.demande.part_list if self.demande else ()
        return next((part.followed_by_id for part in parts if part.groupe_id == self.groupe_id), None)


@dataclass(frozen=True)
class ManagedPage:
    """The demandes of one page, each with its parts, and where the next page begins."""

    demandes: list[Demande]
    following: Mark | None


def page(
    groupe: Groupe, show: Show, after: Mark | None, now: datetime, filters: ManagedFilters = NO_FILTERS
) -> ManagedPage:
    """One page, newest first (last archived first); in four queries whatever its length."""
    ids, following = find(groupe, show, after, now, filters, PAGE)
    found = {demande.id: demande for demande in _with_parts(Demande.objects.filter(pk__in=ids))}
    return ManagedPage([found[one] for one in ids if one in found], following)


def find(
    groupe: Groupe, show: Show, after: Mark | None, now: datetime, filters: ManagedFilters, size: int
) -> tuple[list[UUID], Mark | None]:
    """The ids of the next demandes, and the mark of the last one when others follow; in two queries."""
    of_sent, of_parts = LAST_ARCHIVED if show is Show.ARCHIVED else NEWEST
    start = of_sent.start(after)
    sent = of_sent.first(filters.of_sent(_sent(groupe, show, now)), start, size + 1)
    addressed = of_parts.first(filters.of_addressed(_addressed(groupe, show, now)), start, size + 1)
    marks = {of_sent.mark(*key) for key in sent.values_list(*of_sent.columns())}
    marks |= {of_parts.mark(*key) for key in addressed.values_list(*of_parts.columns())}
    ordered = sorted(marks, key=of_sent.key)
    shown = ordered[:size]
    return [mark.row_id for mark in shown], shown[-1] if len(ordered) > size else None


def managed(groupe: Groupe, demande_id: UUID) -> Demande | None:
    """One demande that this groupe sent or was addressed, with its parts; None for any other, or once erased."""
    rows = Demande.objects.filter(_concerns(groupe.pk), pk=demande_id, erased_at=None)
    return next(iter(_with_parts(rows)), None)


def locked_managed(groupe_id: UUID, demande_id: UUID) -> Demande | None:
    """The same for the writer: its row locked, its holders read once it is held; no secret comes with it."""
    rows = Demande.objects.select_for_update(of=("self",)).filter(_concerns(groupe_id), pk=demande_id)
    found = rows.select_related("territoire", "structure").first()
    if found is not None:
        found.wrapped = found.kek_id = None
        parts = Part.objects.filter(demande=found).select_related("groupe__organisme", "followed_by")
        found.part_list = list(parts.prefetch_related("groupe__territoires"))
        found.participant_list = list(Participant.objects.filter(demande=found, until=None))
    return found


def has_aidant(demande: Demande) -> bool:
    """Whether an active aidant is left on the author's side (read by `page` and `managed`)."""
    return bool(cast("Any", demande).with_aidant)


def _concerns(groupe_id: UUID) -> Q:
    return Q(structure_id=groupe_id) | Q(Exists(Part.objects.filter(demande=OuterRef("pk"), groupe_id=groupe_id)))


def _with_parts(rows: QuerySet[Demande]) -> Sequence[Demande]:
    joined = rows.select_related("territoire", "thematique", "structure", "author").defer(*SEALED)
    demandes = list(joined.annotate(with_aidant=duty.aidant_left()))
    parts = Part.objects.filter(demande__in=[demande.pk for demande in demandes]).select_related(
        "groupe", "followed_by"
    )
    of: dict[UUID, list[Part]] = {}
    for part in parts.defer("demarche_sealed").order_by("addressed_at", "groupe__sort_key"):
        of.setdefault(part.demande_id, []).append(part)
    for demande in demandes:
        demande.part_list = of.get(demande.pk, [])
    return demandes


def _sent(groupe: Groupe, show: Show, now: datetime) -> QuerySet[Demande]:
    rows = Demande.objects.filter(structure=groupe, erased_at=None)
    if show is Show.ARCHIVED:
        return rows.filter(state=DemandeState.ARCHIVED)
    rows = rows.exclude(state=DemandeState.ARCHIVED)
    if show is Show.OVERDUE:
        return rows.filter(Exists(_overdue(Part.objects.filter(demande=OuterRef("pk")), now)))
    return rows.filter(~duty.aidant_left()) if show is Show.ALONE else rows


def _addressed(groupe: Groupe, show: Show, now: datetime) -> QuerySet[Part]:
    rows = Part.objects.filter(groupe=groupe, erased_at=None)
    if show is Show.ARCHIVED:
        return rows.filter(demande_state=DemandeState.ARCHIVED)
    rows = rows.exclude(demande_state=DemandeState.ARCHIVED)
    if show is Show.OVERDUE:
        return _overdue(rows, now)
    return followed_by_nobody(rows) if show is Show.ALONE else rows


def _overdue(rows: QuerySet[Part], now: datetime) -> QuerySet[Part]:
    return rows.filter(state__in=sorted(OPEN_PARTS), due_at__lt=now)
