"""The filters of a groupe's demandes, and their files: metadata only, as filtered, journaled, never a formula."""

import csv
import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Membership, Session
from aplus.annuaire.models import Groupe, Thematique
from aplus.core import clock
from aplus.demandes.models import Demande, Part
from aplus.demandes.presenters.list_export import HEADERS as SHARED
from aplus.demandes.queries.managed import Show, find
from aplus.demandes.queries.managed_filters import NO_FILTERS, ManagedFilters, offered
from aplus.gestion.presenters.exporting import HEADERS
from aplus.gestion.queries import exporting as queries
from aplus.gestion.views import exporting
from aplus.journal.models import JournalLine
from tests import bulk
from tests.demandes import sent
from tests.demandes.lists.test_plans import explained, faults
from tests.demandes.lists.worlds import Planned, PlannedPart, write
from tests.demandes.one.browser import Browser
from tests.gestion.scenes import list_of
from tests.ui.markup import Page

DAY = timedelta(days=1)
WHO = {"remi": 200, "sophie": 200, "nora": 200, "ines": 403, "igor": 403, "oscar": 403, "rachel": 404, "paul": 404}


def file_of(groupe, suffix):
    return f"/groupes/{groupe.pk}/demandes.{suffix}"


def lines_of(person, groupe, /, **asked):
    response = Browser(person).client.get(file_of(groupe, "csv"), asked)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")), delimiter=";"))


def sheet_of(person, groupe, **asked):
    response = Browser(person).client.get(file_of(groupe, "xlsx"), asked)
    assert response.status_code == 200
    book = zipfile.ZipFile(io.BytesIO(b"".join(response)))
    return book.read("xl/worksheets/sheet1.xml").decode()


def numbers(person, groupe, /, **asked):
    page = Page(Browser(person).client.get(list_of(groupe), asked).content.decode())
    return [one.text for one in page.all("h3") if one.text.startswith("n°")]


@pytest.fixture
def demande(world):
    made = sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95], urgency="soins")
    sent.reply(world.ines, made, "Le dossier de madame est reparti.", act="prise-en-charge")
    return made


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_who_may(world, demande, who, suffix):
    for method in ("GET", "HEAD"):
        response = Browser(world.user(who)).send(method, file_of(world.caf95, suffix))
        assert response.status_code == WHO[who]
        for close in response._resource_closers:  # `close()` would also end the test's connection
            close()
    assert JournalLine.objects.filter(act="export").count() == (1 if WHO[who] == 200 else 0)
    assert Browser(None).get(file_of(world.caf95, suffix)).location.startswith("/connexion/")


def test_a_line_says_where_it_is_and_nothing_of_the_usager(world, demande):
    (line,) = lines_of(world.remi, world.caf95)
    assert tuple(line) == HEADERS
    assert set(SHARED) < set(HEADERS)
    assert (line["Numéro"], line["Urgente"], line["En souffrance"]) == ("100001", "Oui", "Non")
    assert line["Suivie par"] == "Inès Caron"
    assert "CAF du Val-d'Oise\u00a0: pris en charge" in line["État de chaque groupe"]
    (own,) = lines_of(world.rachel, world.fs_argenteuil)
    assert own["Suivie par"] == "Alice Martin"
    for text in ("".join(line.values()), "".join(own.values()), sheet_of(world.remi, world.caf95)):
        for canary in (sent.SUBJECT, "Quartefeuille", "Ondine", "2850378006084", "reparti", sent.DESCRIPTION):
            assert canary not in text
        assert "Amir" not in text
    assert "Alice" not in "".join(line.values())
    assert "Inès" not in "".join(own.values())


def test_a_name_is_never_a_formula(world, demande):
    Groupe.objects.filter(pk=world.fs_argenteuil.pk).update(name="=cmd|' /C calc'!A0")
    (line,) = lines_of(world.remi, world.caf95)
    assert line["Structure"].startswith("'=")
    assert "<f>" not in sheet_of(world.remi, world.caf95)


def test_it_is_journaled_before_the_first_byte_without_what_was_asked(world, demande):
    Browser(world.remi).client.get(file_of(world.caf95, "csv"), {"onglet": "en-souffrance", "territoire": "95"})
    line = JournalLine.objects.get(act="export")
    assert (line.actor_id, line.thing_id) == (world.remi.pk, world.caf95.pk)
    assert line.codes == {"format": "csv", "onglet": "en-souffrance", "filtres": 1}


def test_a_factor_proved_long_ago_is_asked_again(world, demande):
    browser = Browser(world.nora)
    Session.objects.filter(user=world.nora).update(factor_at=clock.now() - timedelta(hours=3))
    for suffix in ("csv", "xlsx"):
        answer = browser.get(file_of(world.caf95, suffix))
        assert (answer.status, answer.location.partition("?")[0]) == (303, "/connexion/second-facteur/")
    assert not JournalLine.objects.filter(act="export").exists()


def test_too_many_for_a_workbook(world, demande, monkeypatch):
    monkeypatch.setattr(exporting, "XLSX_AT_MOST", 1)
    sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    answer = Browser(world.remi).get(file_of(world.caf95, "xlsx"), urgent="")
    assert "Trop de demandes" in answer.words
    assert len(lines_of(world.remi, world.caf95)) == 2


class TestFilters:
    """The list and its files keep the same demandes."""

    @pytest.fixture
    def three(self, world, demande):
        Thematique.objects.get_or_create(code="sante", defaults={"name": "Santé"})
        with clock.at(clock.now() - 30 * DAY):
            old = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        other = sent.send(world.chloe, world.ccas_cergy, [world.caf95])
        Demande.objects.filter(pk=other.pk).update(thematique="sante")
        Part.objects.filter(demande=old).update(due_at=clock.now() - DAY)
        return {"urgent": demande, "old": old, "other": other}

    @pytest.mark.parametrize(
        ("asked", "kept"),
        [
            ({}, {"urgent", "old", "other"}),
            ({"urgent": "1"}, {"urgent"}),
            ({"thematique": "sante"}, {"other"}),
            ({"thematique": "autre"}, {"urgent", "old"}),
            ({"territoire": "95"}, {"urgent", "old", "other"}),
            ({"territoire": "75"}, set()),
            ({"organisme": "cpam"}, {"urgent"}),
            ({"organisme": "ccas"}, {"other"}),
            ({"groupe": "ccas_cergy"}, {"other"}),
            ({"groupe": "cpam95"}, {"urgent"}),
            ({"suivi": "ines"}, {"urgent"}),
            ({"suivi": "personne"}, {"old", "other"}),
            ({"suivi": "personne", "organisme": "ccas"}, {"other"}),
            ({"onglet": "en-souffrance"}, {"old"}),
            ({"onglet": "en-souffrance", "urgent": "1"}, set()),
            ({"onglet": "archivees"}, set()),
            ({"du": "-3"}, {"urgent", "other"}),
            ({"au": "-3"}, {"old"}),
            ({"du": "-31", "au": "-29"}, {"old"}),
            ({"du": "pas une date", "groupe": "x", "suivi": "\x00", "urgent": "oui"}, {"urgent", "old", "other"}),
        ],
    )
    def test_what_each_keeps(self, world, three, asked, kept):
        for name, value in list(asked.items()):
            if name in {"du", "au"} and value.startswith("-"):
                asked = {**asked, name: f"{clock.now().date() + int(value) * DAY}"}
            elif hasattr(world, value):
                asked = {**asked, name: str(getattr(world, value).pk)}
        expected = {str(Demande.objects.get(pk=three[name].pk).number) for name in kept}
        assert {re.sub(r"\D", "", one) for one in numbers(world.remi, world.caf95, **asked)} == expected
        assert {line["Numéro"] for line in lines_of(world.remi, world.caf95, **asked)} == expected

    def test_of_what_a_structure_sent(self, world, three):
        assert len(numbers(world.rachel, world.fs_argenteuil, suivi=str(world.alice.pk))) == 2
        assert numbers(world.rachel, world.fs_argenteuil, suivi=str(world.amir.pk)) == []
        Membership.objects.filter(user=world.alice).update(is_aidant=False)
        assert len(numbers(world.rachel, world.fs_argenteuil, suivi="personne")) == 2

    def test_the_panel_names_what_is_at_work_and_undoes_it(self, world, three):
        page = Browser(world.remi).get(list_of(world.caf95), urgent="1", suivi=str(world.ines.pk), onglet="archivees")
        assert "Filtrer les demandes (2 filtres actifs)" in page.words
        links = {" ".join(one.text.split()): one["href"] for one in page.page.all("a") if one.get("href")}
        assert links["Retirer le filtre Suivies par : Inès Caron"].endswith("?onglet=archivees&urgent=1")
        assert links["Effacer les filtres"].endswith("?onglet=archivees")
        assert links["CSV de cette liste"].startswith(file_of(world.caf95, "csv") + "?onglet=archivees&")
        assert "Aucune demande de ce groupe ne correspond" in page.words

    def test_pages_go_on_narrowed(self, world):
        write(
            Planned(world.alice, world.fs_argenteuil, [PlannedPart(world.caf95)], is_urgent=index % 2 == 0)
            for index in range(120)
        )
        first = Browser(world.remi).get(list_of(world.caf95), urgent="1")
        following = next(one["href"] for one in first.page.all("a") if one.text.strip() == "Suivantes")
        assert "urgent=1" in following
        assert len(numbers(world.remi, world.caf95, urgent="1")) == 50
        second = Browser(world.remi).client.get(following).content.decode()
        assert second.count("<h3>n°") == 10

    def test_only_those_one_works_with_are_offered(self, world, three):
        found = offered(world.caf95)
        assert set(found["groupe"].values()) == {
            *("CCAS de Cergy", "France services Argenteuil", "CPAM du Val-d'Oise"),
        }
        assert set(found["organisme"]) == {"ccas", "cpam", "france-services"}


def test_a_list_and_its_file_cost_the_same_with_many(world):
    browser, counts = Browser(world.remi), []
    for number in (2, 200):
        write(Planned(world.alice, world.fs_argenteuil, [PlannedPart(world.caf95)]) for _ in range(number))
        with CaptureQueriesContext(connection) as page:
            browser.get(list_of(world.caf95), territoire="95")
        with CaptureQueriesContext(connection) as file:
            browser.client.get(file_of(world.caf95, "csv")).getvalue()
        counts.append((len(page), len(file)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 10


def test_it_is_read_by_chunks(world):
    write(Planned(world.alice, world.fs_argenteuil, [PlannedPart(world.caf95)]) for _ in range(7))
    found = list(queries.chunks(world.caf95, Show.OPEN, NO_FILTERS, clock.now(), size=3))
    assert [len(chunk.demandes) for chunk in found] == [3, 3, 1]
    assert len({one.pk for chunk in found for one in chunk.demandes}) == 7


def test_at_a_hundred_thousand_demandes_no_large_table_is_read_whole(db):
    with bulk.world() as large:
        busy = Groupe.objects.get(pk=next(iter(large.busy_instructeur.instructeur_groupe_ids)))
        structure = Groupe.objects.get(pk=next(iter(large.aidant.aidant_groupe_ids)))
        asked = [{}, {"urgent": "1"}, {"organisme": "inconnu"}, {"du": "2010-01-01"}, {"thematique": "autre"}]
        slow = []
        for groupe in (busy, structure):
            for query in asked:
                for show in (Show.OPEN, Show.ARCHIVED):
                    with explained() as plans:
                        find(groupe, show, None, large.now, ManagedFilters.from_query(query), 50)
                    slow += [f"{groupe} {query} {show}: {fault}" for plan in plans for fault in faults(plan)]
            with explained() as plans:
                offered(groupe)
            slow += [f"{groupe} offered: {fault}" for plan in plans for fault in faults(plan, most=2000)]
        assert slow == []
