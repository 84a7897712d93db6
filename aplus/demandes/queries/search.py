"""Finding demandes by the blind index, among those the reader may see: a search, the same person's other demandes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window

from aplus.core import clock
from aplus.demandes.content import IDENTIFIERS, Usager
from aplus.demandes.models import Demande, Participant, SavedSearch, SearchEntry
from aplus.demandes.queries.list_holders import Within
from aplus.demandes.rules import words
from aplus.demandes.rules.words import Term, Word
from aplus.policy.actor import Actor
from aplus.policy.decisions import AUTHOR_KINDS, Side
from aplus.vault import blind
from aplus.vault.rules import Unreadable

KEPT = timedelta(hours=24)
SHOWN_OF_ONE_PERSON = 5
# No demande has this id: what a reader without any groupe finds by a word.
_NOTHING = Q(demande=UUID(int=0))


def recall(actor: Actor, search_id: UUID) -> str | None:
    """What was typed in this search of this session within a day; None for any other id."""
    if actor.session_id is None:
        return None
    rows = SavedSearch.objects.filter(user_id=actor.person_id, created_at__gt=clock.now() - KEPT)
    sealed = rows.filter(pk=search_id, session_id=actor.session_id).values_list("sealed", flat=True).first()
    if sealed is None:
        return None
    try:
        return blind.open_search(actor.session_id, search_id, sealed)
    except Unreadable:
        # The key of the search was changed since.
        return None


def within(actor: Actor, text: str) -> Within:
    """The condition that keeps, of what the reader holds, the demandes found by what was typed; archived ones too."""
    terms = words.asked(text)
    groupes = _groupes(actor)
    number = words.number(text)
    found: list[QuerySet[Any, Any]] = []
    if groupes and terms:
        found.append(_entries(groupes, terms).values("demande_id"))
    if number is not None:
        # By the number alone also for who holds no groupe: an expert.
        found.append(Demande.objects.filter(number=number).values("id"))
    if not found:
        return Within(_NOTHING, has_archived=True)
    either = found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]
    return Within(Q(demande__in=either), has_archived=True)


def _groupes(actor: Actor) -> list[UUID]:
    """The groupes whose entries this reader searches: those held as aidant or instructeur."""
    return sorted(actor.aidant_groupe_ids | actor.instructeur_groupe_ids)


def _entries(groupes: Iterable[UUID], terms: Sequence[Term]) -> QuerySet[SearchEntry]:
    """One AND query for each groupe."""
    return SearchEntry.objects.filter(
        reduce(or_, [reduce(and_, [Q(groupe=one), *(_term(one, term) for term in terms)]) for one in groupes])
    )


def _term(groupe_id: UUID, term: Term) -> Q:
    single = [_token(groupe_id, word) for option in term if len(option) == 1 for word in option]
    several = [sorted(_token(groupe_id, word) for word in option) for option in term if len(option) > 1]
    ways = [Q(tokens__overlap=sorted(single))] if single else []
    return reduce(or_, [*ways, *(Q(tokens__contains=tokens) for tokens in several)])


def _token(groupe_id: UUID, word: Word) -> int:
    return blind.token(groupe_id, word.kind, word.text)


@dataclass(frozen=True, slots=True)
class OfSamePerson:
    """Another demande about the same person, as the reader may know it."""

    id: UUID
    number: int
    state: str
    created_at: datetime
    timezone: str
    side: Side


@dataclass(frozen=True, slots=True)
class SamePerson:
    """The newest of them, and how many there are in all."""

    rows: list[OfSamePerson]
    total: int


NOBODY_ELSE = SamePerson([], 0)


def same_person(actor: Actor, usager: Usager, *, but: UUID) -> SamePerson:
    """The other demandes about this person that the reader may read: one query.

    In the entries of the reader's groupes there are only the identifiers that each of them may read in clear.
    """
    about = words.of_person(usager, identifiers=IDENTIFIERS)
    groupes = _groupes(actor)
    if not about or not groupes:
        return NOBODY_ELSE
    tokens = sorted(_token(groupe_id, word) for groupe_id in groupes for word in about)
    entries = SearchEntry.objects.filter(groupe__in=groupes, tokens__overlap=tokens)
    own = Participant.objects.filter(
        demande=OuterRef("pk"), user_id=actor.person_id, until=None, kind__in=sorted(AUTHOR_KINDS)
    )
    rows = (
        Demande.objects.visible_to(actor)
        .filter(~Q(pk=but), pk__in=entries.values("demande_id"), erased_at=None)
        .annotate(is_own=Exists(own), total=Window(Count("pk")))
        .order_by("-created_at", "pk")
        .values_list("id", "number", "state", "created_at", "territoire__timezone", "is_own", "total")
    )[:SHOWN_OF_ONE_PERSON]
    found = list(rows)
    return SamePerson(
        [OfSamePerson(*row[:5], Side.AUTHOR if row[5] else Side.INSTRUCTEURS) for row in found],
        found[0][6] if found else 0,
    )
