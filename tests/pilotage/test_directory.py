"""The directory: who reads what of whom, what it finds, its pages and its exports."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from aplus.accounts.models import Membership, Observation, Supervision, User
from aplus.accounts.services.people import create_user, join
from aplus.annuaire.models import Groupe, Organisme, Territoire
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests.personas import World, sign_in
from tests.ui.markup import assert_sound, page_of

GROUPES, PEOPLE = "/pilotage/annuaire/", "/pilotage/annuaire/personnes/"
GROUPES_CSV, PEOPLE_CSV = "/pilotage/annuaire/groupes.csv", "/pilotage/annuaire/personnes.csv"
# Nobody's name is like it: an address anywhere shows it.
CANARY = "demo.example"
SignedIn = Any


@pytest.fixture
def elsewhere(world: World) -> Groupe:
    """The CAF of another territoire, with one member."""
    other = Territoire.objects.create(code="06", name="Alpes-Maritimes", timezone="Europe/Paris")
    groupe = Groupe.objects.create(
        name="CAF des Alpes-Maritimes", organisme_id="caf", mailbox="caf06@demo.example", created_at=clock.now()
    )
    groupe.territoires.set([other])
    join(create_user("lea.costa@demo.example", first_name="Léa", last_name="Costa"), groupe, instructeur=True)
    return groupe


def rows(response: Any) -> list[list[str]]:
    """The cells of the only table of a page."""
    page = page_of(response)
    body = page.one("tbody")
    lines = [one for one in page.all("tr") if body in one.parents]
    return [[" ".join(cell.text.split()) for cell in page.all("td") if line in cell.parents] for line in lines]


def names(response: Any) -> list[str]:
    """The first column; nothing without a table."""
    return [line[0] for line in rows(response)] if page_of(response).all("table") else []


def exported(client: Client, address: str) -> list[dict[str, str]]:
    """The lines of an export."""
    response = client.get(address)
    assert response.status_code == 200
    assert response.streaming
    text = b"".join(response).decode("utf-8-sig")  # type: ignore[arg-type]  # an iterator of bytes
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


ALL_95 = ["CAF du Val-d'Oise", "CCAS de Cergy", "CPAM du Val-d'Oise", "DDFIP du Val-d'Oise"]
ALL_95 += ["France services Argenteuil", "MSA du Val-d'Oise"]
IN_SCOPE = [name for name in ALL_95 if name != "CCAS de Cergy"]


class TestGroupes:
    def test_each_role_reads_its_own(self, world: World, elsewhere: Groupe, signed_in: SignedIn) -> None:
        assert names(signed_in(world.nora).get(GROUPES)) == sorted([*ALL_95, elsewhere.name])
        assert names(signed_in(world.sophie).get(GROUPES)) == IN_SCOPE
        assert names(signed_in(world.oscar).get(GROUPES)) == [elsewhere.name, "CAF du Val-d'Oise"]

    def test_a_line_says_who_is_there(self, world: World, signed_in: SignedIn) -> None:
        User.objects.filter(pk=world.igor.pk).update(is_active=False)
        response = signed_in(world.sophie).get(GROUPES)
        assert_sound(page_of(response))
        caf = ["CAF du Val-d'Oise", "CAF", "Val-d'Oise (95)", "2 (aidants : 0, instructeurs : 2)", "Rémi Garnier"]
        assert rows(response)[0] == [*caf, "caf95@demo.example"]

    def test_an_empty_scope_is_an_empty_directory(self, world: World, signed_in: SignedIn) -> None:
        for user, role in ((world.sophie, Supervision), (world.oscar, Observation)):
            held = role.objects.get(user=user)
            held.organismes.clear()
            for address in (GROUPES, PEOPLE):
                assert names(signed_in(user).get(address)) == []

    def test_a_groupe_of_all_france_is_in_every_scope(self, world: World, signed_in: SignedIn) -> None:
        Groupe.objects.create(name="Assistance CAF", organisme_id="caf", is_national=True, created_at=clock.now())
        [line] = [line for line in rows(signed_in(world.sophie).get(GROUPES)) if line[0] == "Assistance CAF"]
        assert line[2] == "Toute la France"

    @pytest.mark.parametrize(
        ("query", "found"),
        {
            "q=CERGY": ["CCAS de Cergy"],
            "q=val+oise+CAF": ["CAF du Val-d'Oise"],
            "q=%25": [],
            "organisme=msa": ["MSA du Val-d'Oise"],
            "territoire=06": ["CAF des Alpes-Maritimes"],
            "territoire=06&organisme=msa": [],
            "territoire=zz&apres=x": sorted([*ALL_95, "CAF des Alpes-Maritimes"]),
        }.items(),
    )
    def test_it_is_narrowed(self, world: World, elsewhere: Groupe, signed_in: SignedIn, query: str, found: list[str]):
        assert names(signed_in(world.nora).get(f"{GROUPES}?{query}")) == found

    def test_nothing_outside_the_scope_is_offered_nor_found(self, world: World, elsewhere: Groupe, signed_in: SignedIn):
        client = signed_in(world.sophie)
        page = page_of(client.get(GROUPES))
        offered = {one["value"] for one in page.all("option")}
        assert "95" in offered
        assert not offered & {"06", "ccas"}
        assert elsewhere.name not in names(client.get(f"{GROUPES}?territoire=06"))

    def test_closed_ones_are_apart_and_for_the_team(self, world: World, signed_in: SignedIn) -> None:
        Groupe.objects.filter(pk=world.msa95.pk).update(closed_at=clock.now())
        assert world.msa95.name not in names(signed_in(world.nora).get(GROUPES))
        assert names(signed_in(world.nora).get(f"{GROUPES}?etat=fermes")) == [world.msa95.name]
        for user in (world.sophie, world.oscar):
            response = signed_in(user).get(f"{GROUPES}?etat=fermes")
            assert world.msa95.name not in names(response)
            assert "fermés" not in response.content.decode()


class TestPeople:
    def test_each_role_reads_its_own(self, world: World, elsewhere: Groupe, signed_in: SignedIn) -> None:
        everybody = names(signed_in(world.nora).get(PEOPLE))
        assert {"Nora Petit", "Chloé Dubois", "Léa Costa"} <= set(everybody)
        supervised = names(signed_in(world.sophie).get(PEOPLE))
        assert {"Inès Caron", "Alice Martin"} <= set(supervised)
        assert not {"Nora Petit", "Chloé Dubois", "Léa Costa"} & set(supervised)
        observed = signed_in(world.oscar).get(PEOPLE)
        assert names(observed) == ["Inès Caron", "Léa Costa", "Rémi Garnier", "Igor Lefèvre"]

    def test_those_deactivated_are_not_in_it(self, world: World, signed_in: SignedIn) -> None:
        User.objects.filter(pk=world.igor.pk).update(is_active=False)
        for user in (world.nora, world.sophie, world.oscar):
            assert "Igor Lefèvre" not in names(signed_in(user).get(PEOPLE))

    @pytest.mark.parametrize(
        ("typed", "found"),
        {
            "lefe": ["Igor Lefèvre"],
            "LEFÈVRE I": ["Igor Lefèvre"],
            "igor lef": ["Igor Lefèvre"],
            "evre": [],
            "igor.lefevre@demo.example": [],
            "%": [],
        }.items(),
    )
    def test_a_person_is_found_by_name(self, world: World, signed_in: SignedIn, typed: str, found: list[str]) -> None:
        """Not by address: an observateur would learn one by trying."""
        for user in (world.nora, world.oscar):
            response = signed_in(user).post(PEOPLE, {"q": typed})
            assert response.status_code == 200
            assert names(response) == found

    def test_a_name_in_the_address_is_not_read(self, world: World, signed_in: SignedIn) -> None:
        assert len(names(signed_in(world.oscar).get(f"{PEOPLE}?q=lefe"))) == 3

    def test_only_the_places_go_to_the_address(self, world: World, signed_in: SignedIn) -> None:
        response = signed_in(world.nora).post(PEOPLE, {"q": " ", "territoire": "95", "organisme": "caf"})
        assert (response.status_code, response["Location"]) == (303, f"{PEOPLE}?territoire=95&organisme=caf")

    def test_only_groupes_in_sight_are_named(self, world: World, elsewhere: Groupe, signed_in: SignedIn) -> None:
        join(world.igor, elsewhere, instructeur=True)
        [igor] = rows(signed_in(world.sophie).post(PEOPLE, {"q": "lefevre"}))
        assert igor[2] == "CAF du Val-d'Oise (instructeur)"


class TestObservateur:
    def test_reads_no_address_anywhere(self, world: World, signed_in: SignedIn) -> None:
        """Not even of an account that has no name yet, whose address stands for it elsewhere."""
        join(create_user("sans.nom@demo.example"), world.caf95, responsable=True, instructeur=True)
        client = signed_in(world.oscar)
        pages = [client.get(GROUPES), client.get(PEOPLE), client.post(PEOPLE, {"q": "lef"})]
        texts = [response.content.decode() for response in pages]
        texts += [str(exported(client, address)) for address in (GROUPES_CSV, PEOPLE_CSV)]
        assert [text for text in texts if CANARY in text] == []
        assert "Compte à compléter" in texts[0]
        assert page_of(pages[1]).all("a", "fr-nav__link")
        assert "/pilotage/personnes/" not in "".join(texts)


class TestExports:
    def test_groupes(self, world: World, signed_in: SignedIn) -> None:
        lines = exported(signed_in(world.sophie), f"{GROUPES_CSV}?organisme=caf")
        assert [dict(line) for line in lines] == [
            {
                "Groupe": "CAF du Val-d'Oise",
                "Organisme": "CAF",
                "Territoires": "Val-d'Oise (95)",
                "Membres actifs": "3",
                "Aidants": "0",
                "Instructeurs": "3",
                "Responsables": "Rémi Garnier",
                "Boîte du groupe": "caf95@demo.example",
            }
        ]

    def test_people_one_line_per_groupe(self, world: World, elsewhere: Groupe, signed_in: SignedIn) -> None:
        join(world.igor, elsewhere, aidant=True)
        lines = exported(signed_in(world.nora), f"{PEOPLE_CSV}?organisme=caf")
        igor = [line for line in lines if line["Nom"] == "Lefèvre"]
        assert [(one["Groupe"], one["Rôles dans le groupe"], one["Adresse e-mail"]) for one in igor] == [
            ("CAF des Alpes-Maritimes", "aidant", "igor.lefevre@demo.example"),
            ("CAF du Val-d'Oise", "instructeur", "igor.lefevre@demo.example"),
        ]

    def test_what_a_spreadsheet_would_run_is_text(self, world: World, signed_in: SignedIn) -> None:
        User.objects.filter(pk=world.igor.pk).update(function='=HYPERLINK("http://x")')
        Groupe.objects.filter(pk=world.caf95.pk).update(name="@SUM(1)", sort_key="@sum(1)")
        client = signed_in(world.nora)
        assert '\'=HYPERLINK("http://x")' in {line["Fonction"] for line in exported(client, PEOPLE_CSV)}
        assert "'@SUM(1)" in {line["Groupe"] for line in exported(client, GROUPES_CSV)}

    @pytest.mark.parametrize(("address", "what"), [(GROUPES_CSV, "groupes"), (PEOPLE_CSV, "personnes")])
    def test_the_line_is_in_the_journal_before_the_first_byte(
        self, world: World, signed_in: SignedIn, address: str, what: str
    ) -> None:
        client = signed_in(world.oscar)
        client.head(address)
        assert not JournalLine.objects.filter(act="export").exists()
        response = client.get(f"{address}?organisme=caf&q=Lefevre")
        line = JournalLine.objects.get(act="export")
        assert (line.actor_id, line.codes["quoi"], line.codes["organisme"]) == (
            world.oscar.pk,
            f"annuaire-{what}",
            "caf",
        )
        assert "evre" not in str(line.codes)
        response.close()

    @pytest.mark.parametrize("address", [GROUPES_CSV, PEOPLE_CSV])
    def test_an_old_factor_is_asked_again(self, world: World, address: str) -> None:
        client = Client()
        sign_in(client, world.sophie)
        with clock.at(clock.now() + timedelta(hours=3)):
            response = client.get(address)
        assert (response.status_code, response["Location"].split("?")[0]) == (303, "/connexion/second-facteur/")

    def test_all_of_a_long_list_comes_by_chunks(self, world: World, signed_in: SignedIn, monkeypatch: Any) -> None:
        monkeypatch.setattr("aplus.pilotage.queries.directory.CHUNK", 2)
        lines = exported(signed_in(world.nora), GROUPES_CSV)
        assert [line["Groupe"] for line in lines] == ALL_95


def crowd(number: int, groupe: Groupe) -> None:
    """More people of one groupe, and more groupes of its organisme with one responsable each."""
    now = clock.now()
    users = [
        User(email=f"{uuid4()}@x.example", first_name="A", last_name="B", sort_key=f"b a {uuid4()}", created_at=now)
        for _ in range(number)
    ]
    User.objects.bulk_create(users)
    groupes = [
        Groupe(name=str(uuid4()), sort_key=f"a{uuid4()}", organisme_id="caf", created_at=now) for _ in range(number)
    ]
    Groupe.objects.bulk_create(groupes)
    through: Any = Groupe.territoires.through
    through.objects.bulk_create([through(groupe=one, territoire_id="95") for one in groupes])
    Membership.objects.bulk_create(
        Membership(user=user, groupe=place, is_responsable=True, created_at=now)
        for user, own in zip(users, groupes, strict=True)
        for place in (groupe, own)
    )


@pytest.mark.parametrize("address", [GROUPES, PEOPLE])
@pytest.mark.parametrize("who", ["nora", "sophie", "oscar"])
def test_the_same_few_queries_with_2_and_200_rows(
    world: World, signed_in: SignedIn, django_assert_max_num_queries: Any, address: str, who: str
) -> None:
    client, spent = signed_in(world.user(who)), []
    # The first visit is a first step, and is noted.
    client.get(address)
    for number in (2, 198):
        crowd(number, world.caf95)
        with django_assert_max_num_queries(10) as queries:
            client.get(address)
        spent.append(len(queries))
    assert spent[0] == spent[1]
    assert spent[0] <= 7


@pytest.mark.parametrize("address", [GROUPES, PEOPLE])
def test_every_page_leads_to_the_next_and_nobody_is_forgotten(world: World, signed_in: SignedIn, address: str) -> None:
    crowd(120, world.caf95)
    client = signed_in(world.oscar)
    found: list[str] = []
    query = ""
    for _ in range(4):
        response = client.get(f"{address}{query}")
        links = page_of(response)
        found += [line[0] + line[-1] for line in rows(response)]
        following = [one["href"] for one in links.all("a") if one.text == "Suivantes"]
        if not following:
            break
        query = following[0]
    assert len(found) == 121 if address == GROUPES else 123


def test_a_search_goes_on_by_post(world: World, signed_in: SignedIn) -> None:
    crowd(60, world.caf95)
    client = signed_in(world.oscar)
    page = page_of(client.post(PEOPLE, {"q": "b"}))
    said = {one["name"]: one["value"] for one in page.all("input") if one.get("type") == "hidden"}
    assert len(names(client.post(PEOPLE, said))) == 10
    assert [one for one in page.all("a") if "apres" in one.get("href")] == []


def test_the_places_of_the_directory_are_those_of_the_territoire(world: World, signed_in: SignedIn) -> None:
    """Every organisme is offered to the team, by its acronym."""
    page = page_of(signed_in(world.nora).get(GROUPES))
    assert {one["value"] for one in page.all("option")} >= set(Organisme.objects.values_list("code", flat=True))
