"""First entry and new CGU: /bienvenue/."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import CguVersion, Session, User
from aplus.accounts.services import entering
from aplus.accounts.services import people as services
from aplus.core import clock
from aplus.core.errors import NotAllowed
from aplus.journal.models import JournalLine
from aplus.policy.actor import NOBODY
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
FILLED = {"prenom": " Nadia ", "nom": "Roche", "fonction": "Conseillère  France services", "cgu": "1"}


def test_a_newcomer_is_led_there_from_the_first_entry(world: World, ask: Callable[..., str]) -> None:
    client = Client()
    page = client.post(ask("nadia.roche@demo.example", "/groupes/?a=b"), follow=True)

    assert page.redirect_chain == [("/groupes/?a=b", 303), ("/bienvenue/?suite=%2Fgroupes%2F%3Fa%3Db", 303)]
    assert page.status_code == 200
    assert 'value="/groupes/?a=b"' in page.content.decode()


@pytest.mark.parametrize("path", ["/", "/demandes/", "/moi/", "/nowhere/", "/connexion/", "/plan-du-site/"])
def test_any_page_leads_there(world: World, signed_in: SignedIn, path: str) -> None:
    client = signed_in(world.nadia)

    assert client.get(path).status_code == 303
    assert client.get(path)["Location"].startswith("/bienvenue/?suite=%2F")
    answer = client.post(path, {"a": "b"})
    assert (answer.status_code, answer["Location"]) == (303, "/bienvenue/")


@pytest.mark.parametrize(
    "path",
    ["/aide/", "/contact/", "/cgu/", "/confidentialite/", "/mentions-legales/", "/accessibilite/", "/deconnexion/"],
)
def test_what_must_be_readable_before_is(world: World, signed_in: SignedIn, path: str) -> None:
    assert signed_in(world.nadia).get(path).status_code == 200


def test_health_answers_whoever_asks(world: World, signed_in: SignedIn) -> None:
    assert signed_in(world.nadia).get("/etat").status_code in {200, 503}


def test_the_page_says_all_at_once(world: World, signed_in: SignedIn) -> None:
    page = signed_in(world.nadia).get("/bienvenue/").content.decode()
    main = page[page.index("<main") : page.index("</main")]

    assert 'href="/cgu/"' in main
    assert main.count("<li class=") == 3
    for name in ("prenom", "nom", "fonction", "cgu"):
        assert f'name="{name}"' in main
    assert 'value="Nadia"' in main
    assert "Recueillez l’accord de l’usager" in main


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("alice", "Décrivez le blocage"),
        ("ines", "Ouvrez la plus ancienne demande"),
        ("sophie", "Repérez ce qui attend"),
        ("elise", "Attendez d’être appelé"),
    ],
)
def test_the_first_steps_are_those_of_the_role(world: World, signed_in: SignedIn, key: str, words: str) -> None:
    User.objects.filter(pk=world.user(key).pk).update(cgu_version="", welcomed_at=None)

    assert words in signed_in(world.user(key)).get("/bienvenue/").content.decode()


def test_the_first_steps_of_who_only_manages_and_of_who_holds_nothing(world: World, signed_in: SignedIn) -> None:
    client = signed_in(services.create_user("new@demo.example"))
    assert "Rejoignez un groupe" in client.get("/bienvenue/").content.decode()

    services.join(User.objects.get(email="new@demo.example"), world.caf95, responsable=True)
    assert "Vérifiez les membres" in client.get("/bienvenue/").content.decode()


def test_accepting_leads_back_and_is_kept(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.nadia)
    with time_machine.travel(clock.now(), tick=False):
        response = client.post("/bienvenue/", {**FILLED, "suite": "/groupes/?a=b"})
        now = clock.now()

    assert (response.status_code, response["Location"]) == (303, "/groupes/?a=b")
    nadia = User.objects.get(pk=world.nadia.pk)
    assert (nadia.first_name, nadia.last_name, nadia.function) == ("Nadia", "Roche", "Conseillère France services")
    assert (nadia.cgu_version, nadia.cgu_accepted_at, nadia.welcomed_at) == ("1", now, now)
    assert nadia.sort_key == "roche nadia"
    line = JournalLine.objects.get(act="cgu", actor_id=nadia.pk)
    assert (line.codes, line.session_id) == ({"version": "1"}, Session.objects.get().id)
    assert client.get("/connexion/")["Location"] == "/demandes/"
    assert client.get("/bienvenue/?suite=/moi/")["Location"] == "/moi/"


@pytest.mark.parametrize("suite", ["", "//evil.example", "https://evil.example/"])
def test_without_a_page_asked_for_one_goes_to_the_first(world: World, signed_in: SignedIn, suite: str) -> None:
    assert signed_in(world.nadia).post("/bienvenue/", {**FILLED, "suite": suite})["Location"] == "/demandes/"


@pytest.mark.parametrize(
    "change",
    [{"cgu": ""}, {"prenom": " "}, {"nom": ""}, {"fonction": ""}, {"nom": "N" * 101}, {"prenom": "N\x00"}],
)
def test_what_is_missing_is_said_and_the_rest_kept(world: World, signed_in: SignedIn, change: dict[str, str]) -> None:
    client = signed_in(world.nadia)
    response = client.post("/bienvenue/", {**FILLED, "suite": "/groupes/", **change})
    page = response.content.decode()

    assert response.status_code == 422
    assert "fr-alert--error" in page
    assert f"#id_{next(iter(change))}" in page
    assert 'value="/groupes/"' in page
    if "fonction" not in change:
        assert "Conseillère" in page
    assert User.objects.get(pk=world.nadia.pk).cgu_version == ""
    assert client.get("/demandes/")["Location"].startswith("/bienvenue/")


def test_a_new_version_asks_again_once_in_force(world: World, signed_in: SignedIn) -> None:
    start = clock.now()
    welcomed_at = world.alice.welcomed_at
    CguVersion.objects.create(version="2", in_force_at=start + timedelta(hours=1))
    with time_machine.travel(start, tick=False) as traveller:
        client = signed_in(world.alice)
        assert client.get("/connexion/")["Location"] == "/demandes/"
        traveller.move_to(start + timedelta(hours=1))
        assert client.get("/connexion/")["Location"].startswith("/bienvenue/")
        assert "ont changé" in client.get("/bienvenue/").content.decode()
        client.post("/bienvenue/", FILLED)
        assert client.get("/connexion/")["Location"] == "/demandes/"

    alice = User.objects.get(pk=world.alice.pk)
    assert (alice.cgu_version, alice.welcomed_at) == ("2", welcomed_at)


def test_without_any_version_only_the_name_counts(world: World, signed_in: SignedIn) -> None:
    CguVersion.objects.all().delete()
    assert signed_in(world.nadia).get("/connexion/")["Location"] == "/demandes/"

    User.objects.filter(pk=world.nadia.pk).update(last_name="")
    assert signed_in(world.nadia).get("/connexion/")["Location"].startswith("/bienvenue/")


def test_the_version_in_force_costs_no_query(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.nadia)
    with CaptureQueriesContext(connection) as queries:
        client.get("/demandes/")

    assert len(queries) == 1


def test_without_a_session_one_signs_in_first(client: Client, world: World) -> None:
    for answer in (client.get("/bienvenue/"), client.post("/bienvenue/", FILLED)):
        assert (answer.status_code, answer["Location"]) == (303, "/connexion/?suite=%2Fbienvenue%2F")


def test_an_account_closed_meanwhile_accepts_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        entering.welcome(NOBODY, first_name="A", last_name="B", function="C")
