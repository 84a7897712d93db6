"""The lists of `/demandes/`: which demandes a reader holds, tab by tab, in which order, fifty at a time.

Each way of holding demandes (`list_holders`) is the first entries of one index after the keyset mark, and they are
merged here: never one queryset with OR over both ways in (data-shape.md). `Demande.objects.visible_to` is the
reference; a property test proves that both give the same demandes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, QuerySet, Subquery

from aplus.core.prepared import Prepared, Statement, stand_in
from aplus.demandes.models import Demande, Draft, Part, Participant
from aplus.demandes.queries.demande import OnIt
from aplus.demandes.queries.drafts import place
from aplus.demandes.queries.list_holders import COUNTED, EVERYTHING, Holding, Tab, Within, reader_id
from aplus.demandes.queries.list_marks import Mark, Sorting
from aplus.demandes.queries.shapes import SHAPES_KEPT, Shape, actor_of, shape_of, values_of
from aplus.demandes.rules.steps import Raw
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.vault.models import Secret
from aplus.vault.services import unwrap

PAGE_SIZE = 50


class Order(StrEnum):
    """In which order the reader wants a tab, by its word in the address."""

    DUE = "echeance"
    NEWEST = "recentes"
    ACTIVITY = "activite"


SORTINGS = {
    Order.DUE: Sorting("echeance", "sort_at", is_by_rank=True),
    Order.NEWEST: Sorting("recentes", "demande_created_at"),
    Order.ACTIVITY: Sorting("activite", "activity_at"),
}
# Nothing is due any more: the last archived first, whatever the order asked for.
ARCHIVED_SORTING = Sorting("archivage", "archived_at")
DRAFT_SORTING = Sorting("brouillons", "updated_at", id_column="id")


@dataclass(frozen=True, slots=True)
class Found:
    """One page of demandes in their order, and the mark after which the next page begins (None on the last)."""

    ids: list[UUID]
    following: Mark | None
    # The place of each, in the same order.
    marks: list[Mark] = field(default_factory=list)


def find(
    actor: Actor,
    tab: Tab,
    order: Order,
    *,
    now: datetime,
    after: Mark | None = None,
    size: int = PAGE_SIZE,
    within: Within = EVERYTHING,
) -> Found:
    """The demandes of one page of a tab, narrowed to `within`: one query, whatever the number of groupes held.

    A mark left by another order is no mark: the first page.
    """
    sorting = ARCHIVED_SORTING if tab is Tab.ARCHIVED else SORTINGS[order]
    mark = sorting.start(after)
    entries: Iterable[tuple[Any, ...]]
    if within == EVERYTHING and mark is None:
        prepared = _first_page(shape_of(actor), tab, sorting, size)
        entries = prepared.rows(now=now, **values_of(actor)) if prepared else []
    else:
        rows = _entries(actor, tab, sorting, size, now=now, mark=mark, within=within)
        entries = rows if rows is not None else []
    best: dict[UUID, Mark] = {}
    for mark in sorted((sorting.mark(*entry) for entry in entries), key=sorting.key):
        best.setdefault(mark.row_id, mark)
    ids = list(best)
    marks = list(best.values())[:size]
    return Found(ids[:size], best[ids[size - 1]] if len(ids) > size else None, marks)


def _entries(
    actor: Actor, tab: Tab, sorting: Sorting, size: int, *, now: datetime, mark: Mark | None, within: Within
) -> QuerySet[Any, Any] | None:
    """The first entries of each way in, and one more; None when there is no way."""
    branches = [
        sorting.first(rows, mark, size + 1).values_list(*sorting.columns())
        for rows in Holding(actor, now, within).branches(tab, is_by_rank=sorting.is_by_rank)
    ]
    if not branches:
        return None
    return branches[0].union(*branches[1:], all=True) if len(branches) > 1 else branches[0]


@lru_cache(maxsize=SHAPES_KEPT)
def _first_page(shape: Shape, tab: Tab, sorting: Sorting, size: int) -> Prepared[Any] | None:
    """The home screen's query: the one asked most."""
    actor, now = actor_of(shape), datetime(1900, 1, 1, tzinfo=UTC)
    rows = _entries(actor, tab, sorting, size, now=now, mark=None, within=EVERYTHING)
    values = {"now": now, **values_of(actor)}
    return None if rows is None else Prepared(rows, values, unused=values)


def counters(actor: Actor, *, now: datetime, within: Within = EVERYTHING) -> dict[Tab, int]:
    """How many demandes each counted tab holds, and how many drafts there are: exact, in one query."""
    if within == EVERYTHING:
        prepared = _counted(shape_of(actor))
        statement, parameters = prepared.sql, prepared.parameters({"now": now, **values_of(actor)})
    else:
        statement, parameters = _count(actor, now, within)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        numbers = cursor.fetchone() or ()
    found = dict(zip((Tab.DRAFTS, *COUNTED), numbers, strict=True))
    return found if decisions.may_create_demande(actor) else {**found, Tab.DRAFTS: 0}


def _count(actor: Actor, now: datetime, within: Within) -> tuple[str, list[Any]]:
    drafts, of_drafts = Draft.objects.filter(author_id=reader_id(actor)).values("id").query.sql_with_params()
    sources: list[str] = []
    parameters: list[Any] = []
    for rows, tests in Holding(actor, now, within).counted():
        named = {_COLUMNS[tab]: ExpressionWrapper(test, BooleanField()) for tab, test in tests.items()}
        columns = rows.annotate(**named).order_by().values_list("demande_id", *named)
        sql, values = columns.query.sql_with_params()
        sources.append(sql)
        parameters += values
    # Through one groupe, or none, a demande is held once.
    counted = _ONCE if len(actor.instructeur_groupe_ids) > 1 else "held"
    statement = _COUNT.format(drafts=drafts, held=" UNION ALL ".join(sources) or _NOTHING, counted=counted)
    return statement, [*parameters, *of_drafts]


@lru_cache(maxsize=SHAPES_KEPT)
def _counted(shape: Shape) -> Statement:
    """The counters of the home screen."""
    actor, now = actor_of(shape), datetime(1900, 1, 1, tzinfo=UTC)
    values = {"now": now, **values_of(actor)}
    return Statement(*_count(actor, now, EVERYTHING), values, unused=values)


_COLUMNS = {Tab.TODO: "is_todo", Tab.GOING: "is_going", Tab.OVERDUE: "is_overdue", Tab.DONE: "is_done"}
# What fills these is SQL made by Django; its values travel apart.
# Apart, what is held costs the same whatever is made of it: rows are then hashed, not sorted, to be counted once.
_COUNT = """
WITH held (demande_id, is_todo, is_going, is_overdue, is_done) AS MATERIALIZED ({held})
SELECT (SELECT count(*) FROM ({drafts}) AS draft),
       count(*) FILTER (WHERE is_todo),
       count(*) FILTER (WHERE is_going AND NOT is_todo),
       count(*) FILTER (WHERE is_overdue),
       count(*) FILTER (WHERE is_done)
FROM {counted}
"""
_ONCE = """(
    SELECT bool_or(is_todo) AS is_todo, bool_or(is_going) AS is_going,
           bool_or(is_overdue) AS is_overdue, bool_or(is_done) AS is_done
    FROM held GROUP BY demande_id
) AS demande"""
_NOTHING = "SELECT NULL::uuid, false, false, false, false WHERE false"


@lru_cache(maxsize=PAGE_SIZE + 1)
def _rows_of(number: int) -> tuple[Prepared[Demande], Prepared[Part], Prepared[Any]]:
    """The demandes of a page of so many, their parts, who is on them by name."""
    values = {f"demande{rank}": stand_in(f"demande{rank}") for rank in range(number)}
    ids = list(values.values())
    demandes = (
        Demande.objects.filter(pk__in=ids)
        .with_secret()
        .with_last_reading(stand_in("person"))
        .select_related("territoire", "thematique", "structure", "author_word_by", "instructeur_word_by")
        .only(*_READ_OF_DEMANDE)
    )
    parts = Part.objects.filter(demande_id__in=ids).select_related("groupe").only(*_READ_OF_PART)
    people = Participant.objects.filter(demande_id__in=ids, until=None)
    return (
        Prepared(demandes, {"person": stand_in("person"), **values}),
        Prepared(parts, values),
        Prepared(people.values_list("demande_id", "user_id", "kind", "via_groupe_id"), values),
    )


# What a row says: fifty times a page, columns that nobody reads are not fetched.
_NAMES = ("first_name", "last_name", "email", "deleted_at")
_READ_OF_DEMANDE = (
    *("number", "state", "is_urgent", "created_at", "archived_at", "erased_at"),
    *("author_activity_at", "author_activity_by_id", "author_word_at"),
    *("instructeur_activity_at", "instructeur_activity_by_id", "instructeur_word_at"),
    *("subject_sealed", "usager_sealed", "territoire", "thematique__name", "structure__name"),
    *(f"{side}_word_by__{name}" for side in ("author", "instructeur") for name in _NAMES),
)
_READ_OF_PART = (
    *("demande_id", "groupe_id", "state", "awaited_since", "due_at", "addressed_at", "followed_by_id"),
    *("groupe__name", "groupe__sort_key"),
)


def load(actor: Actor, ids: Sequence[UUID]) -> list[Demande]:
    """The demandes of a page, in the order of `ids`, with what decisions and rows read of them: three queries.

    `last_read_at` is when the reader last read it, None for never. One lost since its id was found is left out.
    """
    if not ids:
        return []
    of_demandes, of_parts, of_people = _rows_of(len(ids))
    wanted = {f"demande{number}": demande_id for number, demande_id in enumerate(ids)}
    found = {demande.id: demande for demande in of_demandes.models(person=reader_id(actor), **wanted)}
    parts: dict[UUID, list[Part]] = {demande_id: [] for demande_id in found}
    for part in of_parts.models(**wanted):
        if part.demande_id in parts:
            parts[part.demande_id].append(part)
    people: dict[UUID, list[OnIt]] = {demande_id: [] for demande_id in found}
    for demande_id, *facts in of_people.rows(**wanted):
        if demande_id in people:
            people[demande_id].append(OnIt(*facts))
    for demande in found.values():
        demande.part_list, demande.participant_list = parts[demande.id], people[demande.id]
    rows = [found[demande_id] for demande_id in ids if demande_id in found]
    return [demande for demande in rows if decisions.may_read(actor, demande)]


@dataclass(frozen=True, slots=True)
class FoundDraft:
    """A draft of the reader, with what was typed in each step."""

    id: UUID
    updated_at: datetime
    steps: dict[str, Raw]


def find_drafts(
    actor: Actor, *, after: Mark | None = None, size: int = PAGE_SIZE
) -> tuple[list[FoundDraft], Mark | None]:
    """The reader's own drafts, the last saved first; and the mark after which the next page begins.

    Nobody without *aidant* can go on with a draft: they have none.
    """
    if not decisions.may_create_demande(actor):
        return [], None
    secret = Secret.objects.filter(pk=OuterRef("pk"))
    rows = Draft.objects.filter(author_id=reader_id(actor)).annotate(
        wrapped=Subquery(secret.values("wrapped")), kek_id=Subquery(secret.values("kek_id"))
    )
    columns = ("id", "updated_at", "sealed", "wrapped", "kek_id")
    drafts = list(DRAFT_SORTING.first(rows, DRAFT_SORTING.start(after), size + 1).values_list(*columns))
    found = [
        FoundDraft(draft_id, updated_at, unwrap(draft_id, kek_id, wrapped).open_json(place(draft_id), sealed))
        for draft_id, updated_at, sealed, wrapped, kek_id in drafts[:size]
        if wrapped is not None
    ]
    return found, DRAFT_SORTING.mark(*drafts[size - 1][:2]) if len(drafts) > size else None
