"""What each tab of the lists is, for each way of holding a demande: a groupe's part, one's own participant row.

"Each row computed with the side the reader holds on it" (demandes.md §9): who is its author or co-author reads it
through that row only, who has a groupe on it through the groupe's part rather than through an invitation.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from aplus.core.errors import NotAllowed
from aplus.demandes.models import Part, Participant, ParticipantKind
from aplus.demandes.queries.list_marks import unguessed
from aplus.demandes.rules.life import CLOSED_PARTS, OPEN_PARTS, DemandeState
from aplus.demandes.rules.turns import NOT_MY_TURN
from aplus.policy.actor import Actor, HeldMembership

Holders: TypeAlias = QuerySet[Part, Any] | QuerySet[Participant, Any]


class Tab(StrEnum):
    """The tabs, by their word in the address."""

    ALL = "toutes"
    TODO = "a-traiter"
    GOING = "en-cours"
    OVERDUE = "en-souffrance"
    DONE = "traitees"
    ARCHIVED = "archivees"
    DRAFTS = "brouillons"


COUNTED = (Tab.TODO, Tab.GOING, Tab.OVERDUE, Tab.DONE)

Holder = TypeVar("Holder", bound=Model)

_OPEN = ~Q(demande_state=DemandeState.ARCHIVED)
_ARCHIVED = Q(demande_state=DemandeState.ARCHIVED, erased_at=None)
_GOING = Q(demande_state__in=[DemandeState.SENT, DemandeState.IN_PROGRESS])
_PROCESSED = Q(demande_state=DemandeState.PROCESSED)
_HAS_TURN = Q(rank__lt=NOT_MY_TURN)
_IS_AUTHOR = Q(kind__in=[ParticipantKind.AUTHOR, ParticipantKind.CO_AUTHOR])


def reader_id(actor: Actor) -> UUID:
    """The person who reads: nobody and the system have no list."""
    if actor.user_id is None:
        raise NotAllowed
    return actor.user_id


@dataclass(frozen=True, slots=True)
class Within:
    """What is asked besides the tab: a condition that reads the same on parts and participants (`demande`).

    With `has_archived` the tab *Toutes* holds what is archived too: a search finds it.
    """

    condition: Q = field(default_factory=Q)
    has_archived: bool = False


EVERYTHING = Within()


@dataclass(frozen=True, slots=True)
class Holding:
    """The ways in of one reader at one moment."""

    actor: Actor
    now: datetime
    within: Within = EVERYTHING

    def branches(self, tab: Tab, *, is_by_rank: bool) -> list[Holders]:
        """One set of rows for each groupe held and one for oneself; each is a range of one index.

        With `is_by_rank` a demande that several of these hold comes once, by its best row: elsewhere the copies of a
        demande have the same place in the order.
        """
        found: list[Holders] = [
            self._through(held, tab, is_by_rank=is_by_rank) for held in self.actor.memberships if held.is_instructeur
        ]
        own = self._own(tab)
        if own is not None and tab is Tab.ARCHIVED:
            found.append(own.filter(_ARCHIVED))
        elif own is not None and self._is_everywhere(tab):
            found.append(own.filter(erased_at=None))
        elif own is not None:
            found.append(self._kept(own, tab, self._own_is, is_by_rank=is_by_rank))
        return [rows.filter(self.within.condition) for rows in found]

    def _is_everywhere(self, tab: Tab) -> bool:
        """Whether what is archived is listed with the rest."""
        return tab is Tab.ALL and self.within.has_archived

    def counted(self) -> Iterator[tuple[Holders, dict[Tab, Q]]]:
        """Every row the counters read, and what puts it in each counted tab."""
        groupes = self.actor.instructeur_groupe_ids
        if groupes:
            rows = Part.objects.filter(_OPEN, self._not_as_author(), self.within.condition, groupe_id__in=groupes)
            yield rows, {tab: self._part_is(tab) for tab in COUNTED}
        own = self._own(Tab.ALL)
        if own is not None:
            yield own.filter(_OPEN, self.within.condition), {tab: self._own_is(tab) for tab in COUNTED}

    def _kept(
        self, rows: QuerySet[Holder, Any], tab: Tab, is_in: Callable[[Tab], Q], *, is_by_rank: bool
    ) -> QuerySet[Holder, Any]:
        """The rows of an open tab, said so that they are read in the order of the list, never sorted."""
        condition = is_in(tab) & ~is_in(Tab.TODO) if tab is Tab.GOING else is_in(tab)
        rows = rows.filter(_OPEN, unguessed(condition)) if condition else rows.filter(_OPEN)
        if is_by_rank and tab is Tab.TODO:
            return rows.filter(_HAS_TURN)
        if is_by_rank and tab is Tab.OVERDUE:
            # What has a due date is sorted by it: a range of the same index.
            return rows.filter(sort_at__lt=self.now)
        return rows

    # Parts

    def _through(self, held: HeldMembership, tab: Tab, *, is_by_rank: bool) -> QuerySet[Part]:
        rows = Part.objects.filter(self._not_as_author(), groupe_id=held.groupe_id)
        if tab is Tab.ARCHIVED:
            return rows.filter(_ARCHIVED, archived_at__gte=held.instructeur_since)
        if self._is_everywhere(tab):
            # Of an archived demande there are only those archived since the reader is there.
            rows = rows.filter(_OPEN | Q(archived_at__gte=held.instructeur_since), erased_at=None)
        else:
            rows = self._kept(rows, tab, self._part_is, is_by_rank=is_by_rank)
        other_groupes = self.actor.instructeur_groupe_ids - {held.groupe_id}
        if not other_groupes:
            return rows
        others = Part.objects.filter(demande=OuterRef("demande"), groupe_id__in=other_groupes)
        if tab is Tab.GOING:
            rows = rows.filter(~Exists(others.filter(self._part_is(Tab.TODO))))
        if is_by_rank:
            before = Q(rank__lt=OuterRef("rank")) | Q(rank=OuterRef("rank"), sort_at__lt=OuterRef("sort_at"))
            rows = rows.filter(~Exists(others.filter(self._part_is(tab) & before)))
        return rows

    def _part_is(self, tab: Tab) -> Q:
        """What the row of a part says of its being in a tab; GOING is then cleared of TODO."""
        match tab:
            case Tab.TODO:
                return _HAS_TURN & (Q(followed_by=None) | Q(followed_by_id=reader_id(self.actor)))
            case Tab.GOING:
                return _GOING
            case Tab.OVERDUE:
                return Q(state__in=sorted(OPEN_PARTS), due_at__lt=self.now)
            case Tab.DONE:
                return _PROCESSED | Q(state__in=sorted(CLOSED_PARTS))
            case _:
                return Q()

    def _not_as_author(self) -> Any:
        """Not a demande whose author or co-author the reader is: that one is on the author's side, or lost."""
        own = Participant.objects.filter(_IS_AUTHOR, user_id=reader_id(self.actor), until=None)
        return unguessed(~Q(demande_id__in=own.values("demande_id")))

    # Oneself

    def _own(self, tab: Tab) -> QuerySet[Participant] | None:
        """The reader's live rows whose membership is still held; None when there can be none."""
        actor, is_archived = self.actor, tab is Tab.ARCHIVED
        groupes = actor.instructeur_groupe_ids
        by_name = Q()
        # An archived demande has the same place through its part: there, both may come.
        if groupes and not is_archived:
            by_name = Q(~Exists(Part.objects.filter(demande=OuterRef("demande"), groupe_id__in=groupes)))
            if self._is_everywhere(tab):
                by_name |= _ARCHIVED
        ways = []
        if actor.aidant_groupe_ids:
            ways.append(_IS_AUTHOR & Q(via_groupe_id__in=actor.aidant_groupe_ids))
        if groupes:
            ways.append(Q(kind=ParticipantKind.INVITED, via_groupe_id__in=groupes) & by_name)
        if actor.expertise is not None and not is_archived:
            ways.append(Q(kind=ParticipantKind.EXPERT) & by_name & _OPEN)
        if not ways:
            return None
        return Participant.objects.filter(unguessed(reduce(or_, ways)), user_id=reader_id(actor), until=None)

    def _own_is(self, tab: Tab) -> Q:
        """The same for one's own row: the turn is the author's side's, the due date the first of all parts."""
        match tab:
            case Tab.TODO:
                return _HAS_TURN
            case Tab.GOING:
                return _GOING
            case Tab.OVERDUE:
                return Q(due_at__lt=self.now)
            case Tab.DONE:
                return _PROCESSED
            case _:
                return Q()
