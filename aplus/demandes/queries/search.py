"""Finding demandes by the blind index, among those the reader may see: a search, the same person's other demandes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast

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
# Of them five are shown, the others counted.
MOST_OF_ONE_PERSON = 100
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
class OtherDemande:
    """Another demande about the same person, as the reader may know it; `side` is the reader's on it."""

    id: UUID
    number: int
    state: str
    created_at: datetime
    timezone: str
    side: Side


def same_person(actor: Actor, usager: Usager) -> list[OtherDemande]:
    """The demandes about this person that the reader may read, the newest first."""
    tokens = tokens_of_person(actor, usager)
    return [other_demande(*row) for row in same_person_rows(actor, tokens)] if tokens else []


def other_demande(
    demande_id: UUID, number: str, timezone: str, state: str, side: str, created_at: datetime
) -> OtherDemande:
    """From the columns of `same_person_rows`."""
    return OtherDemande(demande_id, int(number), state, created_at, timezone, Side(side))


def tokens_of_person(actor: Actor, usager: Usager) -> list[int]:
    """What the reader's groupes find this person by; none when there can be nothing to find.

    In the entries of the reader's groupes there are only the identifiers that each of them may read in clear.
    """
    about = words.of_person(usager, identifiers=IDENTIFIERS)
    return sorted(_token(groupe_id, word) for groupe_id in _groupes(actor) for word in about)


def same_person_rows(actor: Actor, tokens: list[int], but: UUID | None = None) -> QuerySet[Any, Any]:
    """The columns of the demandes that these tokens find, to read alone or with other rows."""
    entries = SearchEntry.objects.filter(groupe__in=sorted(_groupes(actor)), tokens__overlap=tokens)
    own = Participant.objects.filter(
        demande=OuterRef("pk"), user_id=actor.person_id, until=None, kind__in=sorted(AUTHOR_KINDS)
    )
    found = Demande.objects.visible_to(actor).filter(pk__in=entries.values("demande_id"), erased_at=None)
    if but is not None:
        found = found.exclude(pk=but)
    columns: QuerySet[Any, Any] = (
        found.annotate(
            row_number=Cast("number", CharField()),
            row_side=Case(When(Exists(own), then=Value(Side.AUTHOR.value)), default=Value(Side.INSTRUCTEURS.value)),
        )
        .order_by("-number")
        .values_list("id", "row_number", "territoire__timezone", "state", "row_side", "created_at")
    )
    return columns[:MOST_OF_ONE_PERSON]
