"""The site closed for maintenance: what each person finds at each kind of address."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.ui.models import Maintenance
from tests import personas
from tests.demandes import sent
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
PATH = "/pilotage/maintenance/"
STAYS_OPEN = (
    *("/connexion/", "/connexion/envoye/", "/deconnexion/", "/mentions-legales/", "/confidentialite/", "/cgu/"),
    *("/accessibilite/", "/securite/", "/robots.txt", "/.well-known/security.txt"),
)
CLOSED = (
    "/",
    "/demandes/",
    "/demandes.csv",
    "/groupes/",
    "/moi/",
    "/pilotage/",
    "/bienvenue/",
    "/aide/",
    "/nulle-part/",
)


def close(message: str = "Nous changeons de machines.", until: timedelta | None = None) -> None:
    """The site, from now on."""
    now = clock.now()
    until_at = now + until if until is not None else None
    Maintenance.objects.create(is_on=True, message=message, until_at=until_at, changed_at=now)


@pytest.mark.parametrize("who", ["anonymous", *(one.key for one in personas.PERSONAS if one.key != "nora")])
def test_it_is_closed_to_all_but_the_ways_in_and_the_law(world: World, signed_in: SignedIn, who: str) -> None:
    close()
    client = Client() if who == "anonymous" else signed_in(world.user(who))
    for path in CLOSED:
        answer = client.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "60"), path
        assert "Nous changeons de machines." in answer.content.decode()
        assert client.post(path, {"a": "b"}).status_code == 503, path
    for path in STAYS_OPEN:
        assert client.get(path).status_code in {200, 303}, path


def test_an_administratrice_works_and_is_reminded(world: World, signed_in: SignedIn) -> None:
    close()
    client = signed_in(world.nora)
    for path in ("/demandes/", "/groupes/", "/moi/", "/pilotage/", PATH, "/aide/"):
        page = client.get(path)
        assert page.status_code == 200, path
        assert f'<a class="fr-notice__link" href="{PATH}">' in page.content.decode(), path
    reminded = Client().get("/connexion/").content.decode()
    assert "fermé pour maintenance" in reminded
    assert PATH not in reminded


def test_signing_in_goes_on(world: World) -> None:
    close()
    answer = Client().post("/connexion/", {"email": "alice.martin@demo.example"})
    assert (answer.status_code, answer["Location"]) == (303, "/connexion/envoye/")


def test_what_a_page_asks_by_itself_is_answered_503_and_wakes_nothing(world: World, signed_in: SignedIn) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    client = signed_in(world.ines)
    for path in ("suite/", "fiche/", ""):
        client.get(sent.address(demande, path))
    close()
    lines = JournalLine.objects.count()
    for path in ("suite/", ""):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(sent.address(demande, path), HTTP_ACCEPT="application/json")
        assert answer.status_code == 503
        assert len(queries) == 1
    answer = client.post(sent.address(demande, "brouillon/"), {"message": "Un mo"}, HTTP_ACCEPT="application/json")
    assert answer.status_code == 503
    assert JournalLine.objects.count() == lines


def test_what_was_sent_is_read_to_its_end_and_said_not_to_be_kept(world: World, signed_in: SignedIn) -> None:
    """A browser that still sends its files would not hear the answer."""
    close()
    file = SimpleUploadedFile("a.pdf", b"%PDF" + b"x" * 300_000)
    answer = signed_in(world.alice).post("/demandes/nouvelle/", {"fichiers": file})
    assert answer.status_code == 503
    assert "n’est pas enregistré, mais n’est pas perdu" in answer.content.decode()
    assert answer.wsgi_request.read() == b""


def test_nobody_costs_one_query(world: World) -> None:
    close()
    with CaptureQueriesContext(connection) as queries:
        assert Client().get("/demandes/").status_code == 503
    assert len(queries) == 1


def test_health_says_so_and_stays_what_it_is(world: World) -> None:
    before = Client().get("/etat")
    close()
    after = Client().get("/etat")
    assert after.status_code == before.status_code
    assert after.json() == {**before.json(), "maintenance": True}


@pytest.mark.parametrize(
    ("until", "seconds"), [(timedelta(minutes=10), "600"), (timedelta(days=2), "3600"), (-timedelta(hours=1), "60")]
)
def test_when_to_come_back(world: World, until: timedelta, seconds: str) -> None:
    with clock.at(clock.now()):
        close(until=until)
        answer = Client().get("/")
    assert answer["Retry-After"] == seconds
    assert ("Retour prévu" in answer.content.decode()) is (until > timedelta(0))


def test_it_is_closed_with_a_word_and_opened_again(world: World, signed_in: SignedIn) -> None:
    nora, alice = signed_in(world.nora), signed_in(world.alice)
    page = nora.get(PATH).content.decode()
    assert "Le site est ouvert à tous" in page
    said = {"message": "<b>Travaux</b>", "action": "fermer"}
    refused = nora.post(PATH, {**said, "retour": "2031-01-01T10:00"})
    assert refused.status_code == 422
    assert "Cochez cette case pour fermer" in refused.content.decode()
    assert alice.get("/demandes/").status_code == 200
    late = nora.post(PATH, {**said, "confirme": "1", "retour": "2020-01-01T10:00"})
    assert (late.status_code, alice.get("/demandes/").status_code) == (422, 200)
    assert "déjà passé" in late.content.decode()

    assert nora.post(PATH, {**said, "confirme": "1"})["Location"] == PATH
    closed = alice.get("/demandes/")
    assert closed.status_code == 503
    assert "&lt;b&gt;Travaux" in closed.content.decode()
    assert nora.post(PATH, {"message": "Encore un peu.", "action": "fermer"}).status_code == 303
    assert "Encore un peu." in alice.get("/demandes/").content.decode()
    assert nora.post(PATH, {"action": "ouvrir"}).status_code == 303
    assert alice.get("/demandes/").status_code == 200
    lines = JournalLine.objects.filter(act="maintenance").order_by("id")
    assert [line.codes for line in lines] == [{"ferme": True}, {"ferme": True}, {"ferme": False}]


def test_two_at_once(world: World, signed_in: SignedIn) -> None:
    nora = signed_in(world.nora)
    seen = nora.get(PATH).content.decode().split('name="vu" value="')[1].split('"')[0]
    data = {"message": "Travaux.", "confirme": "1", "vu": seen}
    assert nora.post(PATH, data).status_code == 303
    late = nora.post(PATH, {**data, "message": "Autre chose."})
    assert late.status_code == 409
    assert "Autre chose." in late.content.decode()
    assert Maintenance.objects.get().message == "Travaux."
