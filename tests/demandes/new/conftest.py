"""Fixtures of the tests of a new demande."""

import pytest
from django.test import Client

from tests import personas
from tests.demandes.new.helpers import Walk, reference
from tests.personas import World


@pytest.fixture
def walk(world: World) -> Walk:
    """Alice in her browser, before anything is typed."""
    reference()
    client = Client()
    personas.sign_in(client, world.alice)
    return Walk(client, world)
