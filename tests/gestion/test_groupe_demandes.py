"""The list of a groupe's demandes: who reads it, and that it holds metadata only."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Membership, User
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.demandes.models import Demande, Part
from aplus.demandes.rules.life import PartState
from tests.demandes import sent
from tests.demandes.lists.worlds import Planned, PlannedPart, write
from tests.demandes.one.browser import Browser
from tests.gestion.scenes import list_of

# product.md §5: who reads the metadata of France services Argenteuil, and of the CAF.
OF_FRANCE_SERVICES = {"rachel": 200, "sophie": 200, "nora": 200, "alice": 403, "amir": 403}
OF_CAF = {"remi": 200, "sophie": 200, "nora": 200, "ines": 403, "oscar": 403}


@pytest.fixture
def demande(world):
    """Alice's, to the CAF and the CPAM."""
    return sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])


@pytest.mark.parametrize(("groupe", "readers"), [("fs_argenteuil", OF_FRANCE_SERVICES), ("caf95", OF_CAF)])
def test_who_reads_it(world, demande, groupe, readers):
    place = getattr(world, groupe)
    for who in ("alice", "amir", "chloe", "ines", "paul", "rachel", "remi", "sophie", "oscar", "nora", "elise"):
        answer = Browser(world.user(who)).get(list_of(place))
        assert answer.status == readers.get(who, 404), who
        if answer.status == 200:
            assert "n° 100 001" in answer.words
        else:
            assert "100 001" not in answer.text
    assert Browser(None).get(list_of(place)).location.startswith("/connexion/?suite=")


def test_an_unknown_groupe_is_the_same_404(world):
    assert Browser(world.nora).get(f"/groupes/{uuid4()}/demandes/").status == 404


@pytest.mark.parametrize("who", ["rachel", "remi", "sophie", "nora"])
def test_it_holds_no_content_and_no_link_to_the_demande(world, demande, who):
    sent.reply(world.ines, demande, "Le dossier de madame est reparti.")
    place = world.caf95 if who == "remi" else world.fs_argenteuil
    answer = Browser(world.user(who)).get(list_of(place))
    for word in (sent.SUBJECT, "Quartefeuille", "Ondine", sent.DESCRIPTION, "reparti", f'"/demandes/{demande.id}'):
        assert word not in answer.text
    assert "En cours" in answer.words
    assert "CAF du Val-d'Oise : pris en charge" in answer.words


def test_only_who_manages_is_offered_to_give(world, demande):
    for who in ("sophie", "nora"):
        assert Browser(world.user(who)).get(list_of(world.fs_argenteuil)).actions() == set()
    (action,) = Browser(world.rachel).get(list_of(world.fs_argenteuil)).actions()
    assert action.endswith(f"{demande.id}/passation/")
    (action,) = Browser(world.remi).get(list_of(world.caf95)).actions()
    assert action.endswith(f"{demande.id}/attribution/")


def test_the_names_of_the_other_side_are_not_said(world, demande):
    sent.reply(world.paul, demande, act="prise-en-charge")
    assert "Paul Nguyen" not in Browser(world.remi).get(list_of(world.caf95)).words
    assert "Alice Martin" not in Browser(world.remi).get(list_of(world.caf95)).words
    assert "Alice Martin" in Browser(world.rachel).get(list_of(world.fs_argenteuil)).words


class TestFilters:
    """Which demandes each tab holds."""

    def numbers(self, person, groupe, tab):
        page = Browser(person).get(list_of(groupe), onglet=tab).page
        return [one.text for one in page.all("h3") if "n°" in one.text]

    def test_overdue(self, world, demande):
        assert self.numbers(world.remi, world.caf95, "en-souffrance") == []
        Part.objects.filter(demande=demande, groupe=world.cpam95).update(due_at=clock.now() - timedelta(minutes=1))
        assert self.numbers(world.remi, world.caf95, "en-souffrance") == []
        assert self.numbers(world.rachel, world.fs_argenteuil, "en-souffrance") == ["n° 100 001"]
        assert "En souffrance" in Browser(world.rachel).get(list_of(world.fs_argenteuil)).words

    def test_without_anyone_following(self, world, demande):
        assert self.numbers(world.remi, world.caf95, "sans-suivi") == ["n° 100 001"]
        sent.reply(world.ines, demande, act="prise-en-charge")
        assert self.numbers(world.remi, world.caf95, "sans-suivi") == []
        Membership.objects.filter(user=world.ines).delete()
        assert self.numbers(world.remi, world.caf95, "sans-suivi") == ["n° 100 001"]

    def test_without_any_aidant(self, world, demande):
        assert self.numbers(world.rachel, world.fs_argenteuil, "sans-suivi") == []
        Membership.objects.filter(user=world.alice).update(is_aidant=False)
        assert self.numbers(world.rachel, world.fs_argenteuil, "sans-suivi") == ["n° 100 001"]
        assert "Sans aidant" in Browser(world.rachel).get(list_of(world.fs_argenteuil)).words

    def test_archived_and_erased(self, world, demande):
        Browser(world.alice).submit(demande, "archivage", leve="oui")
        assert self.numbers(world.remi, world.caf95, "toutes") == []
        assert self.numbers(world.remi, world.caf95, "archivees") == ["n° 100 001"]
        assert self.numbers(world.rachel, world.fs_argenteuil, "archivees") == ["n° 100 001"]
        assert Browser(world.rachel).get(list_of(world.fs_argenteuil), onglet="archivees").actions() == set()
        for table in (Demande, Part):
            table.objects.update(erased_at=clock.now())
        assert self.numbers(world.remi, world.caf95, "archivees") == []
        assert self.numbers(world.rachel, world.fs_argenteuil, "archivees") == []

    @pytest.mark.parametrize("odd", ["", "boo", "é" * 500, "brouillons"])
    def test_odd_addresses_are_the_first_page(self, world, demande, odd):
        answer = Browser(world.rachel).get(list_of(world.fs_argenteuil), onglet=odd, apres=odd)
        assert answer.status == 200
        assert "n° 100 001" in answer.words


def many(world, number):
    """Demandes of the structure to the CAF, an hour apart."""
    for user in User.objects.bulk_create(
        User(email=f"collegue{rank}@demo.example", first_name="C", last_name=str(rank), created_at=clock.now())
        for rank in range(number // 10)
    ):
        Membership.objects.create(user=user, groupe=world.fs_argenteuil, is_aidant=True, created_at=clock.now())
    return write(
        Planned(
            world.alice,
            world.fs_argenteuil,
            [PlannedPart(groupe, PartState.OPENED) for groupe in (world.caf95, world.cpam95)],
            created_ago=timedelta(hours=rank),
        )
        for rank in range(number)
    )


@pytest.mark.parametrize(("who", "groupe"), [("rachel", "fs_argenteuil"), ("remi", "caf95")])
def test_it_costs_the_same_with_2_and_with_200_rows(world, who, groupe):
    costs = []
    for number in (2, 198):
        many(world, number)
        Browser(world.user(who)).get("/moi/absences/")
        browser = Browser(world.user(who))
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(list_of(getattr(world, groupe))).status == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 10


def test_pages_of_fifty_each_row_once(world):
    planned = many(world, 120)
    expected = [f"n° {demande.number:,}".replace(",", " ") for demande in planned]
    for person, groupe in ((world.rachel, world.fs_argenteuil), (world.remi, world.caf95)):
        seen, address, sizes = [], list_of(groupe), []
        while address:
            page = Browser(person).get(address).page
            rows = [one.text for one in page.all("h3") if "n°" in one.text]
            seen += rows
            sizes.append(len(rows))
            address = next((one["href"] for one in page.all("a") if one.text == "Suivantes"), "")
        assert seen == expected
        assert sizes == [50, 50, 20]


def test_the_groupe_s_page_leads_to_it(world):
    for who, place, is_there in (
        ("rachel", world.fs_argenteuil, True),
        ("sophie", world.caf95, True),
        ("alice", world.fs_argenteuil, False),
        ("oscar", world.caf95, False),
    ):
        answer = Browser(world.user(who)).get(f"/groupes/{place.id}/")
        assert (f'href="{list_of(place)}"' in answer.text) is is_there, who


def test_a_superviseur_of_elsewhere_does_not_see_it(world, demande):
    other = Groupe.objects.create(name="CAF de la Nièvre", organisme_id="caf", created_at=clock.now())
    assert Browser(world.sophie).get(list_of(other)).status == 404
    assert Browser(world.nora).get(list_of(other)).status == 200
