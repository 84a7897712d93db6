"""The page of a groupe and the list of one's own: who reads what, figures that are true, at the same cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Membership, Proposal, ProposalKind
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.demandes.models import Demande, Part
from aplus.demandes.queries.activity import activity
from tests import bulk
from tests.demandes import sent
from tests.demandes.lists.test_plans import explained, faults, nodes
from tests.demandes.lists.worlds import Planned, PlannedPart, write
from tests.demandes.one.browser import Browser

DAY = timedelta(days=1)


def page_of(groupe):
    return f"/groupes/{groupe.pk}/"


@pytest.fixture
def caf(world):
    """With everything that can be said of a groupe."""
    world.caf95.description, world.caf95.public_note = "Prestations familiales", "Fermé le lundi."
    world.caf95.matricule, world.caf95.internal_comment = "9500123", "Canari interne"
    world.caf95.accepts = ["france-services"]
    world.caf95.save()
    return world.caf95


# Address, comment, and whether each is led to change, to close, to the demandes.
READERS = {
    "ines": (True, False, False, False, False),
    "remi": (True, False, True, False, True),
    "sophie": (True, False, True, True, True),
    "nora": (True, True, True, True, True),
    "oscar": (False, False, False, False, False),
}


@pytest.mark.parametrize("who", READERS)
def test_what_each_reader_is_shown(world, caf, who):
    answer = Browser(world.user(who)).get(page_of(caf))
    links = {one["href"] for one in answer.page.all("a") if one.get("href")}
    found = (
        "caf95@demo.example" in answer.text,
        "Canari interne" in answer.text,
        f"{page_of(caf)}modification/" in links,
        f"{page_of(caf)}fermeture/" in links,
        f"{page_of(caf)}demandes/" in links,
    )
    assert found == READERS[who]
    for said in ("Prestations familiales", "Fermé le lundi.", "9500123", "France services"):
        assert said in answer.words


def test_a_groupe_without_anything_says_so(world):
    words = Browser(world.ines).get(page_of(world.caf95)).words
    assert "Toutes les structures" in words
    assert "Aucune demande reçue ni envoyée pendant cette période." in words


class TestActivity:
    """Ninety days, medians in calendar days of the territoire, from what really happened."""

    def test_what_was_received_and_sent(self, world):
        start = clock.now() - 20 * DAY
        for days in (2, 4, 9):
            with clock.at(start):
                demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
            with clock.at(start + days * DAY):
                sent.reply(world.ines, demande, act="prise-en-charge")
            with clock.at(start + (days + 1) * DAY):
                sent.reply(world.ines, demande, act="traitement")
        with clock.at(start):
            sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        with clock.at(clock.now() - 91 * DAY):
            sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        found = activity(world.caf95.pk, clock.now()).received
        assert (found.number, found.taken, found.days_to_take) == (4, 3, 4)
        assert (found.processed, found.days_to_process) == (3, 5)
        assert activity(world.caf95.pk, clock.now()).sent.number == 0
        told = activity(world.fs_argenteuil.pk, clock.now()).sent
        assert (told.number, told.taken, told.days_to_take, told.processed, told.days_to_process) == (4, 3, 4, 3, 5)
        words = Browser(world.ines).get(page_of(world.caf95)).words
        assert "Demandes reçues 4 4 jours (3 sur 4) 5 jours (3 sur 4)" in words
        assert "jours calendaires" in words

    def test_not_competent_closed_by_a_tick_and_open_again_are_not_processed(self, world):
        refused, ticked, again = (
            sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95]) for _ in range(3)
        )
        sent.reply(world.ines, refused, act="incompetence")
        sent.reply(world.paul, ticked, act="traitement", closed_groupe_ids=[world.caf95.pk])
        sent.reply(world.ines, again, act="traitement")
        sent.reply(world.paul, again, act="traitement")
        Browser(world.alice).submit(again, "toujours-bloque", message="Toujours bloqué.")
        found = activity(world.caf95.pk, clock.now()).received
        assert (found.number, found.taken, found.days_to_take, found.processed) == (3, 1, 0, 0)

    def test_it_costs_the_same_with_many(self, world):
        counts = []
        # The first visit is a first step, and is noted.
        Browser(world.remi).get(page_of(world.caf95))
        for number in (2, 200):
            write(
                Planned(world.alice, world.fs_argenteuil, [PlannedPart(world.caf95)], created_ago=DAY)
                for _ in range(number)
            )
            browser = Browser(world.remi)
            with CaptureQueriesContext(connection) as queries:
                browser.get(page_of(world.caf95))
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 10

    def test_at_a_hundred_thousand_demandes_it_reads_ranges_of_indexes(self, world):
        with bulk.world() as large:
            with connection.cursor() as cursor:
                cursor.execute("CREATE TABLE bulk.transition (LIKE public.transition INCLUDING DEFAULTS)")
                cursor.execute(
                    "INSERT INTO bulk.transition (id, act_id, demande_id, part_id, event, from_state, to_state, at,"
                    " code)"
                    " SELECT row_number() OVER (), demande_id, demande_id, id, 'TAKE_CHARGE', '', '', addressed_at, ''"
                    " FROM part"
                )
                cursor.execute("CREATE INDEX ON bulk.transition (demande_id, id)")
                cursor.execute("CREATE INDEX ON bulk.transition (part_id, id) WHERE part_id IS NOT NULL")
                cursor.execute("ANALYZE bulk.transition")
            busy = next(iter(large.busy_instructeur.instructeur_groupe_ids))
            structure = next(iter(large.aidant.aidant_groupe_ids))
            for groupe_id in (busy, structure):
                with explained() as plans:
                    found = activity(groupe_id, large.now)
                assert found.received.number + found.sent.number > 0
                (plan,) = [one for one in plans if "Append" in {node["Node Type"] for node in nodes(one)}]
                assert not [one for one in faults(plan, most=10**6) if "sequential" in one]
                scanned = {node.get("Relation Name") for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
                assert "transition" not in scanned


class TestMine:
    """The list of my groupes."""

    def test_what_waits_is_counted(self, world):
        demande, other = (sent.send(world.alice, world.fs_argenteuil, [world.caf95]) for _ in range(2))
        Part.objects.filter(demande=demande).update(due_at=clock.now() - DAY)
        Proposal.objects.create(
            groupe=world.caf95, kind=ProposalKind.ARRIVAL, email="a@demo.example", created_at=clock.now()
        )
        sent.reply(world.ines, other, act="prise-en-charge")
        words = Browser(world.remi).get("/groupes/").words
        for said in (
            "3 membres",
            "1 demande en souffrance",
            "1 demande que personne ne suit",
            "1 proposition à décider",
        ):
            assert said in words
        assert "proposition" not in Browser(world.ines).get("/groupes/").words
        assert "souffrance" not in Browser(world.paul).get("/groupes/").words

    def test_who_has_another_role_is_led_to_the_directory(self, world):
        expected = {"sophie": (True, True), "nora": (True, True), "oscar": (True, False), "remi": (False, False)}
        for who, ways in expected.items():
            text = Browser(world.user(who)).get("/groupes/").text
            assert ("/pilotage/annuaire/" in text, "/groupes/nouveau/" in text) == ways, who

    def test_closed_groupes_are_not_listed(self, world):
        Groupe.objects.filter(pk=world.caf95.pk).update(closed_at=clock.now())
        assert "Vous n’êtes membre d’aucun groupe" in Browser(world.ines).get("/groupes/").words

    def test_it_costs_the_same_with_many(self, world):
        browser, counts = Browser(world.ines), []
        for number in (1, 40):
            made = Groupe.objects.bulk_create(
                Groupe(name=f"G {number} {i}", sort_key=f"g {number} {i}", organisme_id="caf", created_at=clock.now())
                for i in range(number)
            )
            Membership.objects.bulk_create(
                Membership(user=world.ines, groupe=one, is_aidant=True, created_at=clock.now()) for one in made
            )
            with CaptureQueriesContext(connection) as queries:
                browser.get("/groupes/")
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 5
        assert Demande.objects.count() == 0
