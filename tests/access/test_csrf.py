"""Forms carry a token on every view behind the gate, and the right is decided before the token is looked at."""

import pytest
from django.test import Client

from tests import personas
from tests.demandes import sent


@pytest.fixture
def demande(world):
    return sent.send(world.alice, world.fs_argenteuil, [world.caf95])


def strict(user) -> Client:
    """A browser whose forms are checked for their token."""
    client = Client(enforce_csrf_checks=True)
    personas.sign_in(client, user)
    return client


@pytest.mark.parametrize("path", ["messages/", "archivage/", "co-auteurs/", "suivi/"])
def test_a_form_without_its_token_does_nothing(world, demande, path):
    response = strict(world.alice).post(sent.address(demande, path), {"message": "Bonjour", "leve": "oui"})
    assert response.status_code == 403
    assert sent.state(demande) == "SENT"
    assert not demande.messages.exists()


def test_a_form_with_its_token_acts(world, demande):
    client = strict(world.alice)
    client.get(sent.address(demande))
    token = client.cookies["aplus-csrf"].value
    response = client.post(sent.address(demande, "messages/"), {"message": "Bonjour", "csrfmiddlewaretoken": token})
    assert response.status_code == 303
    assert demande.messages.count() == 1


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete", "options"])
def test_out_of_sight_is_404_whatever_the_method_and_without_a_token(world, demande, method):
    client = strict(world.chloe)
    for path in ("", "messages/", "archivage/"):
        assert getattr(client, method)(sent.address(demande, path)).status_code == 404


def test_nobody_in_particular_signs_in_first(demande):
    assert Client(enforce_csrf_checks=True).post(sent.address(demande, "messages/")).status_code == 303
