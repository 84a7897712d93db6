"""Leaving: /deconnexion/."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from aplus.accounts.models import Session
from aplus.journal.models import JournalLine
from tests.personas import World

pytestmark = pytest.mark.django_db


def test_leaving_ends_the_session_and_empties_the_browser(world: World, signed_in: Callable[..., Client]) -> None:
    client, elsewhere = signed_in(world.alice), signed_in(world.alice)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    response = client.post("/deconnexion/")

    assert (response.status_code, response["Location"]) == (303, "/")
    assert response["Clear-Site-Data"] == '"cookies", "storage"'
    assert client.cookies[settings.SESSION_COOKIE_NAME].value == ""
    assert Session.objects.count() == 1
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = key
    assert stolen.get("/connexion/").status_code == 200
    assert elsewhere.get("/connexion/").status_code == 303


def test_leaving_is_journaled(world: World, signed_in: Callable[..., Client]) -> None:
    client = signed_in(world.alice)
    session_id = Session.objects.get().id
    client.post("/deconnexion/")

    line = JournalLine.objects.get(act="sortie", actor_id=world.alice.pk)
    assert line.session_id == session_id


def test_the_page_changes_nothing(world: World, signed_in: Callable[..., Client]) -> None:
    client = signed_in(world.alice)

    page = client.get("/deconnexion/").content.decode()
    client.head("/deconnexion/")

    assert 'action="/deconnexion/"' in page
    assert Session.objects.count() == 1


def test_without_a_session_there_is_nothing_to_leave(client: Client, world: World) -> None:
    assert "pas connecté" in client.get("/deconnexion/").content.decode()
    assert client.post("/deconnexion/")["Location"] == "/"
    assert not JournalLine.objects.filter(act="sortie", actor_id=None).exists()


def test_forged_forms_are_refused(world: World, signed_in: Callable[..., Client]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(world.alice).cookies

    assert client.post("/deconnexion/").status_code == 403
    assert Session.objects.count() == 1
