"""A second factor older than two hours is asked again before roles are changed and lists taken away."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

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
