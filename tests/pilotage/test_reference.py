"""Reference data on screen: who may, what is refused, and what the very next page of a new demande offers."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from aplus.annuaire.models import Organisme, Question, Territoire, Thematique
from aplus.demandes.models import Demande
from aplus.journal.models import JournalLine
from tests.demandes import sent
from tests.demandes.new.helpers import NEW, Walk, reference
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
TERRITOIRE, THEMES, ORGANISMES = "/pilotage/territoires/95/", "/pilotage/thematiques/", "/pilotage/organismes/"
CAF = f"{ORGANISMES}caf/"
QUESTIONS = f"{CAF}questions/"
PLACE = {"nom": "Val-d’Oise", "fuseau": "Europe/Paris", "feries": ""}
BODY = {"sigle": "CAF", "nom": "Allocations familiales", "cote": "operateur", "identifiants": ["numero_caf"]}


@pytest.fixture
def nora(world: World, signed_in: SignedIn) -> Client:
    """The administratrice, with a theme and two questions of the CAF."""
    reference()
    Thematique.objects.create(code="retraite", name="Retraite", rank=1)
    return signed_in(world.nora)


def vu(client: Client, path: str) -> str:
    """The mark that the form carries."""
    found = re.search(r'name="vu" value="([^"]*)"', client.get(path).content.decode())
    assert found is not None
    return found[1]


def offered(client: Client) -> list[str]:
    """The themes of a new demande, in order."""
    page = client.get(NEW).content.decode()
    select = page[page.index('name="thematique"') :]
    return re.findall(r'<option value="([a-z-]+)"', select[: select.index("</select>")])


def asked(walk: Walk) -> str:
    """The step of a new demande where questions are."""
    return walk.client.get(f"{NEW}{walk.draft_id}/blocage/").content.decode()


def test_a_theme_is_offered_renamed_moved_and_retired_at_once(nora: Client, world: World, signed_in: SignedIn) -> None:
    alice = signed_in(world.alice)
    assert offered(alice) == ["famille-aides", "retraite", "autre"]
    assert nora.post(f"{THEMES}nouvelle/", {"nom": "Numérique", "code": "numerique"})["Location"] == THEMES
    assert offered(alice) == ["famille-aides", "retraite", "numerique", "autre"]
    assert nora.post(f"{THEMES}numerique/ordre/", {"sens": "haut"}).status_code == 303
    assert offered(alice) == ["famille-aides", "numerique", "retraite", "autre"]
    assert nora.post(f"{THEMES}numerique/", {"nom": "Internet"}).status_code == 303
    assert ">Internet<" in alice.get(NEW).content.decode()
    assert nora.post(f"{THEMES}famille-aides/retrait/").status_code == 303
    assert offered(alice) == ["numerique", "retraite", "autre"]
    assert nora.post(f"{THEMES}numerique/ordre/", {"sens": "haut"}).status_code == 409
    assert nora.post(f"{THEMES}famille-aides/retrait/", {"choix": "remettre"}).status_code == 303
    assert offered(alice) == ["famille-aides", "numerique", "retraite", "autre"]
    lines = JournalLine.objects.filter(kind="thematique").order_by("id")
    assert [line.act.removeprefix("thematique-") for line in lines] == [
        *("creee", "ordonnee", "changee", "retiree", "remise"),
    ]
    assert {line.codes["code"] for line in lines} == {"numerique", "famille-aides"}


def test_a_retired_theme_is_still_read_where_it_is_used(nora: Client, world: World, signed_in: SignedIn) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    Demande.objects.filter(pk=demande.pk).update(thematique="retraite")
    nora.post(f"{THEMES}retraite/retrait/")
    assert "Retraite" in signed_in(world.alice).get(sent.address(demande, "")).content.decode()


def test_a_question_is_asked_moved_and_retired_but_an_answer_stays(
    nora: Client, world: World, signed_in: SignedIn
) -> None:
    walk = Walk(signed_in(world.alice), world)
    walk.begin()
    assert "question_caf_prestation" in asked(walk)
    assert nora.post(f"{QUESTIONS}nouvelle/", {"question": "Depuis quand ?", "code": "depuis"}).status_code == 303
    page = asked(walk)
    assert page.index("question_caf_prestation") < page.index("question_caf_depuis")
    assert nora.post(f"{QUESTIONS}depuis/ordre/", {"sens": "haut"}).status_code == 303
    page = asked(walk)
    assert page.index("question_caf_depuis") < page.index("question_caf_prestation")
    assert nora.post(f"{QUESTIONS}depuis/", {"question": "Depuis combien de temps ?", "aide": ""}).status_code == 303
    assert "Depuis combien de temps ?" in asked(walk)
    for code in ("prestation", "demarches"):
        if code == "prestation":
            walk.client.post(
                f"{NEW}{walk.draft_id}/blocage/", {"action": "enregistrer", "question_caf_prestation": "La PAJE"}
            )
        assert nora.post(f"{QUESTIONS}{code}/retrait/").status_code == 303
    page = asked(walk)
    assert "question_caf_demarches" not in page
    assert "La PAJE" in page
    other = Walk(signed_in(world.amir), world)
    other.begin()
    assert "question_caf_prestation" not in asked(other)
    line = JournalLine.objects.filter(kind="question").last()
    assert line is not None
    assert line.codes == {"organisme": "caf", "code": "demarches"}


def test_what_to_say_and_identifiers_are_those_of_the_next_page(
    nora: Client, world: World, signed_in: SignedIn
) -> None:
    alice = signed_in(world.alice)
    data = {**BODY, "consigne": "Donnez le <b>nom</b> du gestionnaire.", "thematiques": ["retraite"]}
    assert nora.post(CAF, {**data, "vu": vu(nora, CAF)}).status_code == 303
    assert "Donnez le &lt;b&gt;nom" in alice.get(NEW).content.decode()
    row = Organisme.objects.get(code="caf")
    assert (row.name, [one.code for one in row.thematiques.all()]) == ("Allocations familiales", ["retraite"])
    assert row.edited_at is not None
    assert "Modifié " in nora.get(CAF).content.decode()
    assert "Valeurs livrées" in nora.get(f"{ORGANISMES}cpam/").content.decode()


def test_another_side_or_identifier_is_confirmed_with_its_consequences(nora: Client) -> None:
    assert "1 groupe ouvert et 3 membres" in re.sub(r"\s+", " ", nora.get(CAF).content.decode())
    for change in ({"cote": "les_deux"}, {"identifiants": ["numero_caf", "nir"]}):
        refused = nora.post(CAF, {**BODY, **change})
        assert refused.status_code == 422
        assert "cochez cette case" in refused.content.decode()
        assert nora.post(CAF, {**BODY, **change, "confirme": "1"}).status_code == 303
        assert nora.post(CAF, {**BODY, "confirme": "1"}).status_code == 303
    assert Organisme.objects.get(code="caf").identifiers == ["numero_caf"]


def test_a_local_holiday_moves_the_delays_computed_from_then_on(
    nora: Client, world: World, signed_in: SignedIn, time_machine: object
) -> None:
    time_machine.move_to("2026-04-27T08:00:00+00:00", tick=False)  # type: ignore[attr-defined]  # a Monday
    nora = signed_in(world.nora)
    before = sent.send(world.alice, world.fs_argenteuil, [world.caf95]).parts.get()
    assert nora.post(TERRITOIRE, {**PLACE, "feries": "04-28"}).status_code == 303
    after = sent.send(world.alice, world.fs_argenteuil, [world.caf95]).parts.get()
    stored = before.due_at
    before.refresh_from_db()
    assert before.due_at == stored
    assert after.due_at > stored
    territoire = Territoire.objects.get(code="95")
    assert (territoire.local_holidays, territoire.edited_at is not None) == (["04-28"], True)


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        (TERRITOIRE, {**PLACE, "feries": "12-26, 02-30, noel"}, "02-30"),
        (TERRITOIRE, {**PLACE, "feries": "a\x00b"}, "caractère invisible"),
        (TERRITOIRE, {**PLACE, "fuseau": "Europe/Atlantide"}, "Choisissez un fuseau"),
        (TERRITOIRE, {**PLACE, "nom": ""}, "Donnez le nom"),
        (f"{THEMES}nouvelle/", {"nom": "Autre chose", "code": "autre"}, "réservé"),
        (f"{THEMES}nouvelle/", {"nom": "Autre", "code": "autre-2"}, "porte déjà ce nom"),
        (f"{THEMES}nouvelle/", {"nom": "RETRAITE", "code": "retraites"}, "porte déjà ce nom"),
        (f"{THEMES}nouvelle/", {"nom": "Neuve", "code": "retraite"}, "déjà pris"),
        (f"{THEMES}nouvelle/", {"nom": "Neuve", "code": "nouvelle"}, "réservé"),
        (f"{THEMES}retraite/", {"nom": "x" * 81}, "81"),
        (f"{ORGANISMES}nouveau/", {**BODY, "code": "Caf"}, "lettres minuscules"),
        (f"{ORGANISMES}nouveau/", {**BODY, "code": "caf"}, "porte déjà ce code"),
        (f"{ORGANISMES}nouveau/", {**BODY, "code": "a", "cote": "dessus"}, "cote"),
        (CAF, {**BODY, "thematiques": ["inconnue"]}, "thematiques"),
        (CAF, {**BODY, "identifiants": ["passeport"]}, "identifiants"),
        (CAF, {**BODY, "consigne": "x" * 2001}, "2001"),
        (f"{QUESTIONS}nouvelle/", {"question": "Une autre ?", "code": "prestation"}, "déjà pris"),
        (f"{QUESTIONS}prestation/", {"question": ""}, "Écrivez la question"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(nora: Client, path: str, data: dict, words: str) -> None:
    before = [list(model.objects.values()) for model in (Territoire, Thematique, Organisme, Question)]
    answer = nora.post(path, data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert [list(model.objects.values()) for model in (Territoire, Thematique, Organisme, Question)] == before


@pytest.mark.parametrize(
    ("path", "first", "second", "kept"),
    [
        (TERRITOIRE, {**PLACE, "nom": "Un"}, {**PLACE, "nom": "Deux"}, "Deux"),
        (f"{THEMES}retraite/", {"nom": "Un"}, {"nom": "Deux"}, "Deux"),
        (CAF, {**BODY, "consigne": "Un."}, {**BODY, "consigne": "Deux."}, "Deux."),
        (f"{QUESTIONS}prestation/", {"question": "Un ?"}, {"question": "Deux ?"}, "Deux ?"),
    ],
)
def test_changed_by_two_the_second_is_told_and_keeps_the_text(
    nora: Client, path: str, first: dict, second: dict, kept: str
) -> None:
    seen = vu(nora, path)
    assert nora.post(path, {**first, "vu": seen}).status_code == 303
    late = nora.post(path, {**second, "vu": seen})
    assert late.status_code == 409
    assert kept in late.content.decode()
    assert "Un autre administrateur vient de changer" in late.content.decode()
    again = re.search(r'name="vu" value="([^"]*)"', late.content.decode())
    assert again is not None
    assert nora.post(path, {**second, "vu": again[1]}).status_code == 303


def test_an_organisme_is_added_once_and_its_address_is_good(nora: Client) -> None:
    data = {**BODY, "code": "maison-emploi", "sigle": "ME", "cle": str(uuid4())}
    for _ in range(2):
        assert nora.post(f"{ORGANISMES}nouveau/", data)["Location"] == ORGANISMES
    assert Organisme.objects.filter(code="maison-emploi", acronym="ME", side="operateur").count() == 1
    for path in (f"{ORGANISMES}maison-emploi/", f"{ORGANISMES}maison-emploi/questions/"):
        assert nora.get(path).status_code == 200


@pytest.mark.parametrize("key", ["sophie", "oscar", "remi", "rachel", "ines", "alice"])
def test_only_administrateurs(world: World, signed_in: SignedIn, key: str) -> None:
    client = signed_in(world.user(key))
    for path in (TERRITOIRE, THEMES, f"{THEMES}rien/", CAF, f"{ORGANISMES}rien/", QUESTIONS, "/pilotage/territoires/"):
        assert client.get(path).status_code == 403, path
        assert client.post(path, PLACE).status_code == 403, path


def test_lists_cost_the_same_with_more_rows(nora: Client, django_assert_max_num_queries: Callable) -> None:
    for number in range(60):
        Organisme.objects.create(code=f"o{number}", acronym=f"O{number}", name="Un", side="operateur")
        Thematique.objects.create(code=f"t{number}", name=f"T{number}", rank=number + 5)
    for path in ("/pilotage/territoires/", THEMES, ORGANISMES, QUESTIONS, CAF):
        with django_assert_max_num_queries(6):
            assert nora.get(path).status_code == 200


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("val d", {"Val-de-Marne", "Val-d'Oise"}),
        ("OISE", {"Oise", "Val-d'Oise"}),
        ("réunion", {"La Réunion"}),
        ("2a", {"Corse-du-Sud"}),
        ("95", {"Val-d'Oise"}),
        ("zzz", set()),
        ("\0<b>", set()),
    ],
)
def test_territoires_are_found_by_name_or_code(nora: Client, typed: str, names: set[str]) -> None:
    for code, name in (("94", "Val-de-Marne"), ("60", "Oise"), ("974", "La Réunion"), ("2A", "Corse-du-Sud")):
        Territoire.objects.get_or_create(code=code, defaults={"name": name, "timezone": "Europe/Paris"})
    html = nora.get("/pilotage/territoires/", {"nom": typed}).content.decode()
    found = {name.replace("&#x27;", "'") for name in re.findall(r'/pilotage/territoires/\w+/">([^<]*)</a>', html)}
    assert found == names
    assert f"{len(names)} territoire" in html
    assert "<b>" not in html


def test_no_word_means_all_territoires(nora: Client) -> None:
    whole, blank = (nora.get(f"/pilotage/territoires/{query}").content.decode() for query in ("", "?nom=+"))
    assert whole.count("/pilotage/territoires/") == blank.count("/pilotage/territoires/") > Territoire.objects.count()
