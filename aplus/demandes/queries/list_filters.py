"""The filters of the lists as one condition on the demande, the same through a groupe's part and through oneself.

It is one lookup by primary key for each row read: the list still walks the index of its order, whatever is asked
(docs/decisions/0010-lists-walk-indexes.md, 0022), and a rare value costs at most one walk of what the reader holds.
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, DateTimeField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull

from aplus.annuaire.models import Groupe
from aplus.demandes.models import Demande, Part, Participant, ParticipantKind, Reading
from aplus.demandes.queries.list_holders import Within, reader_id
from aplus.demandes.queries.list_marks import unguessed
from aplus.demandes.queries.list_state import OTHER_THEME, Filters, Followed
from aplus.demandes.rules.life import OPEN_PARTS, DemandeState
from aplus.policy.actor import NOBODY, Actor

# No place is further from UTC: what a day can reach, in whatever territoire.
FARTHEST = timedelta(hours=14)


def narrowed(actor: Actor, filters: Filters, within: Within | None = None) -> Within:
    """What is asked already (a search), narrowed by the filters."""
    within = within or Within()
    if not filters.asked():
        return within
    condition = unguessed(_copied(filters) & _of_the_demande(actor, filters))
    return Within(within.condition & Q(condition), has_archived=within.has_archived)


def kept_by(filters: Filters, row: str) -> Any:
    """Whether the demande of a row (`row` its id's column) is one that the filters keep, whoever reads them.

    What depends on the reader (`suivi`, `non_lu`) is left out.
    """
    filters = replace(filters, suivi=None, non_lu=None)
    asked = _conditions(NOBODY, filters) & (Q(is_urgent=True) if filters.urgent else Q())
    rows = _sent_between(Demande.objects.filter(asked, pk=OuterRef(row)), filters)
    return unguessed(Q(IsNull(Subquery(rows.values("pk")), False)))  # noqa: FBT003  Django's own signature


def sent_within(filters: Filters, column: str) -> Q:
    """The range of the index that the days can reach; which days exactly is `kept_by`'s to say."""
    asked = Q()
    if filters.du:
        asked &= Q(**{f"{column}__gt": datetime.combine(filters.du, time.min, tzinfo=UTC) - FARTHEST})
    if filters.au:
        asked &= Q(**{f"{column}__lt": datetime.combine(filters.au, time.max, tzinfo=UTC) + FARTHEST})
    return asked


def _copied(filters: Filters) -> Q:
    """What the holder's own columns can already refuse."""
    asked = Q(is_urgent=True) if filters.urgent else Q()
    return asked & sent_within(filters, "demande_created_at")


def _of_the_demande(actor: Actor, filters: Filters) -> Q:
    asked = _conditions(actor, filters)
    if not (asked or filters.du or filters.au):
        return Q()
    rows = _sent_between(Demande.objects.filter(asked, pk=OuterRef("demande_id")), filters)
    # A scalar subquery: never made a join, nor hashed from the whole table.
    return Q(IsNull(Subquery(rows.values("pk")), False))  # noqa: FBT003  Django's own signature


def _conditions(actor: Actor, filters: Filters) -> Q:
    asked = Q()
    if filters.territoire:
        asked &= Q(territoire_id=filters.territoire)
    if filters.thematique:
        asked &= Q(thematique_id=None if filters.thematique == OTHER_THEME else filters.thematique)
    parts = Part.objects.filter(demande_id=OuterRef("pk"))
    if filters.groupe:
        asked &= Q(structure_id=filters.groupe) | Q(Exists(parts.filter(groupe_id=filters.groupe)))
    if filters.organisme:
        asked &= _among("structure_id", filters.organisme) | Q(
            Exists(parts.filter(_among("groupe_id", filters.organisme)))
        )
    if filters.suivi:
        asked &= _followed(actor, filters.suivi)
    if filters.non_lu:
        asked &= _unread(reader_id(actor))
    return asked


def _among(column: str, organisme: str) -> Q:
    """A groupe of this organisme: as an array, they are read once whatever the number of demandes."""
    groupes = ArraySubquery(Groupe.objects.filter(organisme_id=organisme).values("pk"))
    place = Func(groupes, F(column), function="array_position", output_field=IntegerField())
    return Q(IsNull(place, False))  # noqa: FBT003  Django's own signature


def _followed(actor: Actor, whose: Followed) -> Q:
    """By me: a part I follow, or what I sent. By nobody: an open part, of my groupes if they have one, unfollowed."""
    me, parts = reader_id(actor), Part.objects.filter(demande_id=OuterRef("pk"))
    if whose is Followed.BY_ME:
        sent = _own(me).filter(kind=ParticipantKind.AUTHOR)
        return Q(Exists(parts.filter(followed_by_id=me))) | Q(Exists(sent))
    mine = parts.filter(groupe_id__in=actor.instructeur_groupe_ids)
    waiting = Q(state__in=sorted(OPEN_PARTS), followed_by=None)
    counts_all = _is_author(me) | ~Q(Exists(mine))
    found = Q(Exists(mine.filter(waiting))) | (counts_all & Q(Exists(parts.filter(waiting))))
    return ~Q(state=DemandeState.ARCHIVED) & found


def _unread(me: UUID) -> Q:
    """What `presenters.lists.is_unread` says of a row."""

    def of(side: str) -> Q:
        read = Reading.objects.filter(
            user_id=me, demande_id=OuterRef("pk"), last_at__gte=OuterRef(f"{side}_activity_at")
        )
        by_another = ~Q(**{f"{side}_activity_by_id": me}) | Q(**{f"{side}_activity_by": None})
        return by_another & ~Q(Exists(read))

    return (_is_author(me) & of("author")) | (~_is_author(me) & of("instructeur"))


def _own(me: UUID) -> QuerySet[Participant]:
    return Participant.objects.filter(demande_id=OuterRef("pk"), user_id=me, until=None)


def _is_author(me: UUID) -> Q:
    return Q(Exists(_own(me).filter(kind__in=[ParticipantKind.AUTHOR, ParticipantKind.CO_AUTHOR])))


def _sent_between(rows: QuerySet[Demande], filters: Filters) -> QuerySet[Demande]:
    """Sent on these days, both included, in the time of the demande's territoire."""
    if not (filters.du or filters.au):
        return rows
    there: Any = Func(F("territoire__timezone"), F("created_at"), function="timezone", output_field=DateTimeField())
    rows = rows.annotate(sent_on=Cast(there, DateField()))
    if filters.du:
        rows = rows.filter(sent_on__gte=filters.du)
    return rows.filter(sent_on__lte=filters.au) if filters.au else rows
