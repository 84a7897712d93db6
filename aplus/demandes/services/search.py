"""Keeping the blind index with the demandes, and what a session searched for a day (demandes.md §9).

Entries are derived: each act that brings a groupe writes them in its own transaction, `manage.py rebuild_search` makes
them again. They hold hashes under a key that is not in the database.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from aplus.accounts import limits
from aplus.accounts.rules.entering import Limit
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import NotAllowed, Refused
from aplus.demandes.content import IDENTIFIERS, Usager
from aplus.demandes.models import (
    Demande,
    DemandeQuerySet,
    Part,
    Participant,
    ParticipantKind,
    SavedSearch,
    SearchEntry,
    Transition,
)
from aplus.demandes.openers import key_for
from aplus.demandes.queries.search import KEPT
from aplus.demandes.rules import words
from aplus.demandes.rules.life import DemandeEvent, PartEvent
from aplus.policy.actor import Actor
from aplus.vault import blind
from aplus.vault.keys import DossierKey, Erased, Place

MOST_SIGNS = 200
AT_ONCE = 100
SEARCHES = (Limit(300, timedelta(hours=1)),)
# After these, other groupes than before have the demande.
CHANGING = frozenset(
    {
        *(PartEvent.ADDRESS, PartEvent.CHANGE_GROUPE),
        *(DemandeEvent.SEND, DemandeEvent.INVITE_PERSON, DemandeEvent.LEAVE, DemandeEvent.CHANGE_STRUCTURE),
    }
)

NOTHING_TYPED = "Saisissez ce que vous cherchez."
TOO_LONG = f"Raccourcissez votre recherche : {MOST_SIGNS} signes au plus."
TOO_MANY = f"Raccourcissez votre recherche : {words.MOST_TERMS} mots au plus."
NO_WORD = (
    "Saisissez au moins un mot de deux lettres (trois pour le début d’un nom), une date de naissance ou un numéro."
)


# What a session searches


def keep(actor: Actor, text: str) -> UUID:
    """Keep what was typed, sealed for this session; the id of the search. Raises Refused, TooMany."""
    if actor.session_id is None:
        raise NotAllowed
    _require_words(text)
    limits.take("recherche", str(actor.person_id), SEARCHES)
    search_id = uuid4()
    SavedSearch.objects.create(
        id=search_id,
        session_id=actor.session_id,
        user_id=actor.person_id,
        sealed=blind.seal_search(actor.session_id, search_id, text),
        created_at=clock.now(),
    )
    return search_id


def _require_words(text: str) -> None:
    if not text.strip():
        raise Refused.because(NOTHING_TYPED, "q")
    if len(text) > MOST_SIGNS:
        raise Refused.because(TOO_LONG, "q")
    terms = words.asked(text)
    if not terms:
        raise Refused.because(NO_WORD, "q")
    if len(terms) > words.MOST_TERMS:
        raise Refused.because(TOO_MANY, "q")


def clear_old() -> int:
    """Erase the searches of more than a day; how many."""
    erased, _ = SavedSearch.objects.filter(created_at__lte=clock.now() - KEPT).delete()
    return erased


# The index


def follow(
    transitions: Iterable[Transition],
    demande: Demande,
    parts: Sequence[Part],
    people: Sequence[Participant],
    key: Callable[[], DossierKey],
) -> None:
    """Write the entries of every groupe that has the demande, when an act changed which do, in its transaction."""
    if not any(one.event in CHANGING for one in transitions):
        return
    needed = _needed(_groupes(demande, parts, people))
    SearchEntry.objects.filter(demande=demande).exclude(groupe__in=needed).delete()
    SearchEntry.objects.bulk_create(
        list(_entries(demande, parts, people, key(), needed)),
        update_conflicts=True,
        unique_fields=["demande", "groupe"],
        update_fields=["tokens"],
    )


def forget(demande_id: UUID) -> None:
    """Erase the entries of a demande: to do wherever its secret is erased."""
    SearchEntry.objects.filter(demande_id=demande_id).delete()


def ensure_table() -> bool:
    """Make the table of a database restored from a dump, which never holds it; False when it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('search.search_entry')")
        if cursor.fetchone() != (None,):
            return False
        cursor.execute("CREATE SCHEMA IF NOT EXISTS search")
    with connection.schema_editor() as editor:
        editor.create_model(SearchEntry)
    return True


def rebuild_batch(after: UUID | None, size: int) -> tuple[UUID | None, int]:
    """Make again the entries of the next demandes, by id, in one transaction: the last id, how many have a content.

    None as the id when there is no demande left. Their rows are locked: an act comes before or after, never between.
    """
    rows = Demande.objects.order_by("pk")
    return _rebuild((rows.filter(pk__gt=after) if after else rows)[:size])


def rebuild_of_groupe(groupe_id: UUID) -> None:
    """Make again the entries of the demandes that a groupe has, a few at a time: what it may find by has changed."""
    sent = Demande.objects.filter(structure=groupe_id, erased_at=None).values_list("pk", flat=True)
    addressed = Part.objects.filter(groupe=groupe_id, erased_at=None).values_list("demande_id", flat=True)
    ids = sorted({*sent, *addressed})
    for start in range(0, len(ids), AT_ONCE):
        _rebuild(Demande.objects.filter(pk__in=ids[start : start + AT_ONCE]).order_by("pk"))


def _rebuild(rows: DemandeQuerySet) -> tuple[UUID | None, int]:
    with transaction.atomic():
        demandes = list(rows.select_for_update(of=("self",)).with_secret().defer("content_sealed"))
        parts: dict[UUID, list[Part]] = {demande.pk: [] for demande in demandes}
        people: dict[UUID, list[Participant]] = {demande.pk: [] for demande in demandes}
        for part in Part.objects.filter(demande__in=parts):
            parts[part.demande_id].append(part)
        for person in Participant.objects.filter(demande__in=people, kind=ParticipantKind.INVITED, until=None):
            people[person.demande_id].append(person)
        needed = _needed({one for row in demandes for one in _groupes(row, parts[row.pk], people[row.pk])})
        made: list[SearchEntry] = []
        readable = 0
        for demande in demandes:
            try:
                key = key_for(demande)
            except Erased:
                continue
            made += _entries(demande, parts[demande.pk], people[demande.pk], key, needed)
            readable += 1
        SearchEntry.objects.filter(demande__in=parts).delete()
        SearchEntry.objects.bulk_create(made)
    return (demandes[-1].pk if demandes else None), readable


def _entries(
    demande: Demande,
    parts: Sequence[Part],
    people: Sequence[Participant],
    key: DossierKey,
    needed: dict[UUID, Collection[str]],
) -> Iterable[SearchEntry]:
    subject = key.open(Place("demande", "subject", demande.id), bytes(demande.subject_sealed))
    usager = Usager.from_json(key.open_json(Place("demande", "usager", demande.id), bytes(demande.usager_sealed)))
    addressed = {part.groupe_id for part in parts}
    for groupe_id in sorted(_groupes(demande, parts, people)):
        # A groupe finds by the identifiers it reads in clear, no other: finding would tell them.
        read: Collection[str] = ()
        if groupe_id == demande.structure_id:
            read = IDENTIFIERS
        elif groupe_id in addressed:
            read = needed[groupe_id]
        found = words.of_demande(usager, subject, demande.number, identifiers=read)
        tokens = sorted(blind.token(groupe_id, word.kind, word.text) for word in found)
        yield SearchEntry(demande_id=demande.id, groupe_id=groupe_id, tokens=tokens)


def _groupes(demande: Demande, parts: Sequence[Part], people: Sequence[Participant]) -> set[UUID]:
    """The structure, the addressed groupes, those through which a person was invited by name."""
    found = {demande.structure_id, *(part.groupe_id for part in parts)}
    return found | {
        person.via_groupe_id
        for person in people
        if person.kind == ParticipantKind.INVITED and person.via_groupe_id is not None
    }


def _needed(groupe_ids: Collection[UUID]) -> dict[UUID, Collection[str]]:
    """The identifiers that the organisme of each groupe needs."""
    rows = Groupe.objects.filter(pk__in=groupe_ids)
    return dict(rows.values_list("id", "organisme__identifiers"))
