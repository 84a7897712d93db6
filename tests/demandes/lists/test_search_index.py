"""The blind index: written with acts, forgotten with the secret, made again the same; and who finds what with it."""

from dataclasses import replace
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from aplus.accounts.models import Membership
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Organisme
from aplus.core import clock
from aplus.demandes.content import IDENTIFIERS, Usager
from aplus.demandes.models import Demande, Part, SearchEntry
from aplus.demandes.queries import lists, page
from aplus.demandes.queries import search as queries
from aplus.demandes.queries.list_holders import Tab
from aplus.demandes.queries.lists import Order
from aplus.demandes.rules import words
from aplus.demandes.services import inviting, people, search
from aplus.demandes.services.acting import acting
from aplus.policy.actor import Actor
from aplus.policy.decisions import Standing, may_invite, standing
from aplus.vault import blind
from aplus.vault.keys import Place
from aplus.vault.services import erase_secret, key_of
from tests.demandes import sent
from tests.demandes.lists import test_find
from tests.demandes.lists.worlds import Planned
from tests.personas import World

pytestmark = pytest.mark.django_db
Entries = dict[tuple[UUID, UUID], list[int]]


def entries() -> Entries:
    rows = SearchEntry.objects.values_list("demande_id", "groupe_id", "tokens")
    return {(demande_id, groupe_id): tokens for demande_id, groupe_id, tokens in rows}


def rebuilt(**options: Any) -> str:
    said = StringIO()
    call_command("rebuild_search", stdout=said, **options)
    return said.getvalue()


def groupes_of(demande: Demande) -> set[UUID]:
    return {groupe_id for demande_id, groupe_id in entries() if demande_id == demande.id}


def found(actor: Actor, typed: str) -> set[UUID]:
    """All that a search gives this reader."""
    within = queries.within(actor, typed)
    return set(lists.find(actor, Tab.ALL, Order.DUE, now=clock.now(), size=1000, within=within).ids)


# Written


def test_one_entry_for_the_structure_and_one_for_each_groupe(world: World) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])
    assert groupes_of(demande) == {world.fs_argenteuil.pk, world.caf95.pk, world.cpam95.pk}
    tokens = list(entries().values())
    assert len(set().union(*tokens)) == sum(len(one) for one in tokens), "a word has no common value across groupes"


def test_an_entry_holds_the_words_of_the_demande_and_nothing_else(world: World) -> None:
    """Neither the description nor a message; of the identifiers, those the organisme needs."""
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    sent.reply(world.ines, demande, "Zibeline arrivera.")
    for groupe, read in ((world.fs_argenteuil, IDENTIFIERS), (world.caf95, ["numero_caf"])):
        expected = words.of_demande(sent.USAGER, sent.SUBJECT, demande.number, identifiers=read)
        tokens = {blind.token(groupe.pk, word.kind, word.text) for word in expected}
        assert set(entries()[demande.id, groupe.pk]) == tokens


def test_invitations_and_departures_move_the_entries(world: World) -> None:
    now = clock.now()
    Membership.objects.create(
        user=world.ines, groupe=world.cpam95, is_instructeur=True, instructeur_since=now, created_at=now
    )
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    before = groupes_of(demande)
    invitation = inviting.Invitation(person_ids=[world.paul.pk])
    inviting.invite(actor_for(world.ines.pk), demande.id, invitation, key=uuid4())
    by_name = entries()[demande.id, world.cpam95.pk]
    assert groupes_of(demande) == before | {world.cpam95.pk}
    people.leave(actor_for(world.paul.pk), demande.id, key=uuid4())
    assert groupes_of(demande) == before
    to_cpam = inviting.Invitation(groupe_ids=[world.cpam95.pk], reason="La CPAM aussi.")
    inviting.invite(actor_for(world.alice.pk), demande.id, to_cpam, key=uuid4())
    # Addressed, the groupe finds by the NIR too, which it needs.
    nir = {blind.token(world.cpam95.pk, kind, text) for kind, text in nir_words()}
    assert set(entries()[demande.id, world.cpam95.pk]) == set(by_name) | nir


def nir_words() -> list[tuple[str, str]]:
    nir = sent.USAGER.identifiers["nir"]
    return [("nir", nir), ("personne", f"nir {nir}")]


def test_a_refused_act_leaves_no_entry(world: World) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    before = entries()
    with (
        pytest.raises(ZeroDivisionError),
        acting(actor_for(world.alice.pk), demande.id, may_invite, key=None, journal_act="invitation") as act,
    ):
        act.address(world.msa95)
        raise ZeroDivisionError
    assert entries() == before


def test_an_act_that_brings_nobody_writes_none(world: World) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    SearchEntry.objects.all().delete()
    sent.reply(world.ines, demande)
    assert entries() == {}


# Forgotten, made again


def test_it_is_forgotten_with_the_secret(world: World) -> None:
    kept, gone = (sent.send(world.alice, world.fs_argenteuil, [world.caf95]) for _ in range(2))
    search.forget(gone.id)
    assert {demande_id for demande_id, _ in entries()} == {kept.id}


def test_made_again_it_is_the_same(world: World) -> None:
    """In batches, from nothing, over what is there, from the middle; what has no secret any more goes."""
    demandes = [sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95]) for _ in range(5)]
    inviting.invite(
        actor_for(world.alice.pk),
        demandes[0].id,
        inviting.Invitation(groupe_ids=[world.msa95.pk], reason="Retraite."),
        key=uuid4(),
    )
    before = entries()
    assert len(before) == 16
    assert "5 demandes indexed" in rebuilt(batch=2)
    assert entries() == before
    SearchEntry.objects.all().delete()
    assert "5 demandes indexed" in rebuilt()
    assert entries() == before
    ordered = sorted(demande.id for demande in demandes)
    SearchEntry.objects.all().delete()
    assert "2 demandes indexed" in rebuilt(after=ordered[2])
    assert {demande_id for demande_id, _ in entries()} == set(ordered[3:])
    erase_secret(ordered[4])
    rebuilt()
    assert {demande_id for demande_id, _ in entries()} == set(ordered[:4])


def test_another_key_or_other_identifiers_need_it_made_again(world: World, settings: Settings) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    ines = actor_for(world.ines.pk)
    settings.SEARCH_KEY = "bTJnc8Tq1vQe0yZpR5aX7uK9wLhD3fB6jC8nV4sGxMI="
    assert found(ines, "ondine") == set()
    rebuilt()
    assert found(ines, "ondine") == {demande.id}
    assert found(ines, "2850378006084") == set()
    Organisme.objects.filter(code="caf").update(identifiers=["nir"])
    rebuilt()
    assert found(ines, "2850378006084") == {demande.id}


def test_a_database_restored_without_it_gets_it_back(world: World) -> None:
    """Dumps leave the schema out: the command makes it as the migrations do."""
    sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    before, shape = entries(), shape_of_the_table()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP SCHEMA search CASCADE")
    assert "table made" in rebuilt()
    assert entries() == before
    assert shape_of_the_table() == shape
    assert "table made" not in rebuilt()


def shape_of_the_table() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'search' UNION ALL"
            " SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'search.search_entry'::regclass"
        )
        return sorted(cursor.fetchall())


# Found: the reference is what may be seen


FIRST = ("Ondine", "Jean-Paul", "Zoé")
LAST = ("Quartefeuille", "N'Diaye", "Le Goff")
SUBJECTS = ("Allocation suspendue", "Dossier perdu", "Allocation perdue")
ASKED = ("ondine", "jean", "paul", "ndi", "goff", "allocation", "perdu", "1985", "12/03/1985", "ondine allocation")


class WordyWorlds(test_find.Worlds):
    """Random worlds whose demandes are about few people, with few words."""

    def _plan(self) -> Planned:
        plan = super()._plan()
        birth = self.random.choice(("12/03/1985", "1985", ""))
        usager = Usager(self.random.choice(FIRST), self.random.choice(LAST), birth_date=birth)
        return replace(plan, usager=usager, subject=self.random.choice(SUBJECTS))


@pytest.mark.parametrize("seed", range(4))
def test_a_search_finds_what_the_reader_may_see_and_what_has_the_words(seed: int) -> None:
    """No more, no less; experts, who hold no groupe, by the number only."""
    worlds = WordyWorlds(seed)
    test_find.erase_some(worlds)
    content = {row.id: contents(row) for row in Demande.objects.all()}
    rebuilt()
    met = 0
    for actor in worlds.actors():
        visible = [one for one in test_find.reference(actor) if one.erased_at is None]
        for typed in ASKED:
            terms = words.asked(typed)
            matching = {
                one.id
                for one in visible
                if all(any(option <= content[one.id] for option in term) for term in terms)
                and (standing(actor, one) is not Standing.EXPERT or holds_an_entry(actor, one))
            }
            assert found(actor, typed) == matching, typed
            met += len(matching)
        for one in Demande.objects.all():
            assert found(actor, f"n° {one.number}") == {one.id} & {seen.id for seen in visible}
    assert met > 100


def contents(demande: Demande) -> set[words.Word]:
    key = key_of(demande.id)
    subject = key.open(Place("demande", "subject", demande.id), demande.subject_sealed)
    usager = Usager.from_json(key.open_json(Place("demande", "usager", demande.id), demande.usager_sealed))
    return words.of_demande(usager, subject, demande.number, identifiers=())


def holds_an_entry(actor: Actor, demande: Demande) -> bool:
    held = actor.aidant_groupe_ids | actor.instructeur_groupe_ids
    return SearchEntry.objects.filter(demande=demande, groupe__in=held).exists()


@pytest.mark.parametrize("seed", range(4))
def test_the_same_persons_other_demandes_are_those_the_reader_may_see(seed: int) -> None:
    worlds = WordyWorlds(seed)
    test_find.erase_some(worlds)
    rebuilt()
    met = 0
    for actor in worlds.actors():
        visible = [one for one in test_find.reference(actor) if one.erased_at is None]
        people_of = {one.id: {word for word in contents(one) if word.kind == words.Kind.PERSON} for one in visible}
        for one in visible:
            if not people_of[one.id] or not holds_an_entry(actor, one):
                continue
            usager = usager_of(one)
            expected = {
                other.id
                for other in visible
                if other.id != one.id and people_of[other.id] & people_of[one.id] and holds_an_entry(actor, other)
            }
            assert {row.id for row in queries.same_person(actor, usager)} == expected | {one.id}
            others = queries.same_person_rows(actor, queries.tokens_of_person(actor, usager), one.id)
            assert [row[0] for row in others] == [
                row.id for row in queries.same_person(actor, usager) if row.id != one.id
            ]
            if standing(actor, one) is not None:
                assert {row.id for row in page.people(actor, one, usager)[1]} == expected
            met += len(expected)
    assert met > 20


def usager_of(demande: Demande) -> Usager:
    place = Place("demande", "usager", demande.id)
    return Usager.from_json(key_of(demande.id).open_json(place, demande.usager_sealed))


def test_parts_are_never_without_their_entry(world: World) -> None:
    """Whatever the acts, each groupe that has a part can search it."""
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])
    sent.reply(world.paul, demande, "Pas nous.", "incompetence")
    to_cpam = inviting.Invitation(groupe_ids=[world.cpam95.pk], reason="Si, vous.")
    inviting.invite(actor_for(world.alice.pk), demande.id, to_cpam, key=uuid4())
    parts = set(Part.objects.filter(demande=demande).values_list("groupe_id", flat=True))
    assert parts <= groupes_of(demande)
