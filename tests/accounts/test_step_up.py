"""A second factor older than two hours is asked again before roles are changed and lists taken away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from aplus.accounts.models import Session
from aplus.accounts.sessions import SessionStore
from aplus.accounts.step_up import fresh_factor
from aplus.core import clock
from tests import personas
from tests.personas import World

pytestmark = pytest.mark.django_db
Settings = Any
MINUTE = timedelta(minutes=1)
ASKED = "/connexion/second-facteur/?suite="


@fresh_factor
def guarded(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


def answer(user: Any, *, after: timedelta, method: str = "GET", **headers: str) -> HttpResponse:
    """What the guarded page answers this long after the person proved their factor."""
    key = personas.sign_in(Client(), user).session_key
    request = RequestFactory().generic(method, "/groupes/1/?onglet=a", headers=headers)
    request.session = SessionStore(key)
    with clock.at(clock.now() + after):
        response = guarded(request)
    assert isinstance(response, HttpResponse)
    return response


def test_a_fresh_factor_opens(world: World) -> None:
    assert answer(world.nora, after=MINUTE).content == b"done"
    assert answer(world.nora, after=104 * MINUTE).content == b"done"
    assert answer(world.nora, after=119 * MINUTE, method="POST").content == b"done"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_asks_a_little_early_so_that_its_form_is_not_lost(world: World, method: str) -> None:
    response = answer(world.sophie, after=105 * MINUTE, method=method)
    assert (response.status_code, response.headers["Location"]) == (303, f"{ASKED}%2Fgroupes%2F1%2F%3Fonglet%3Da")


def test_what_is_sent_too_late_leads_back_to_the_page_of_its_form(world: World) -> None:
    def leads(referer: str) -> str:
        response = answer(world.nora, after=120 * MINUTE, method="POST", Referer=referer)
        assert response.status_code == 303
        return response.headers["Location"].removeprefix(ASKED)

    assert leads("http://testserver/pilotage/personnes/?page=2") == "%2Fpilotage%2Fpersonnes%2F%3Fpage%3D2"
    own = "%2Fgroupes%2F1%2F%3Fonglet%3Da"
    for elsewhere in ("", "http://ailleurs.example/x/", "http://testserver//ailleurs.example", "http://testserver"):
        assert leads(elsewhere) == own


def test_nothing_is_asked_of_who_has_no_factor(world: World) -> None:
    assert answer(world.rachel, after=600 * MINUTE, method="POST").content == b"done"


def test_the_demo_can_do_without(world: World, settings: Settings) -> None:
    settings.SECOND_FACTOR_ASKED = False
    assert answer(world.nora, after=600 * MINUTE, method="POST").content == b"done"


def test_the_page_makes_the_factor_fresh_and_leads_back(world: World, signed_in: Callable[..., Client]) -> None:
    client = signed_in(world.nora)
    path = f"/pilotage/personnes/{world.igor.pk}/second-facteur/"
    with clock.at(clock.now() + 121 * MINUTE):
        asked = client.get(path)["Location"]
        page = client.get(asked).content.decode()
        assert "Confirmez que c’est bien vous" in page
        assert f'value="{path}"' in page
        refused = client.post("/connexion/second-facteur/", {"code": "000", "suite": path})
        assert refused.status_code == 422
        assert f'value="{path}"' in refused.content.decode()
        assert client.get(path).status_code == 303
        code = {"code": personas.code_of(world.nora), "suite": path}
        answer = client.post("/connexion/second-facteur/", code)
        assert (answer.status_code, answer["Location"]) == (303, path)
        assert client.get(path).status_code == 200
        again = client.post("/connexion/second-facteur/", code)
        assert again["Location"] == path, "proved already: nothing is asked"
    session = Session.objects.get(user=world.nora)
    assert session.means == ""


@pytest.mark.parametrize("suite", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", ""])
def test_it_leads_back_inside_the_site_only(world: World, signed_in: Callable[..., Client], suite: str) -> None:
    client = signed_in(world.nora)
    with clock.at(clock.now() + 121 * MINUTE):
        answer = client.post("/connexion/second-facteur/", {"code": personas.code_of(world.nora), "suite": suite})
    assert (answer.status_code, answer["Location"]) == (303, "/pilotage/")
