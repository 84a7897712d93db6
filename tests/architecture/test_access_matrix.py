"""Every route × every persona × GET and a bare POST, against the expected answers of docs/acces.csv (product.md §5).

A route without its lines fails. To mend: add the two lines, from what product.md says (not from what the code
answers), then run `manage.py document_access` and have docs/acces.md read in review.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from aplus.access.checks import routes
from aplus.access.management import answers
from aplus.accounts.queries.actors import actor_for
from aplus.attachments import services as attachments
from aplus.attachments.models import Purpose
from aplus.demandes.models import Demande
from aplus.demandes.rules.steps import Step
from aplus.demandes.services import drafts
from aplus.vault.services import key_of
from tests import personas
from tests.demandes import sent
from tests.personas import World

EXPECTED = answers.read()
METHODS = ["GET", "POST"]
PERSONAS = ["anonymous", *(persona.key for persona in personas.PERSONAS)]


def test_the_table_has_two_lines_for_each_route_and_a_column_for_each_persona():
    """A route was added, renamed or removed: write its lines GET and POST in docs/acces.csv."""
    there = [(route.name, method) for route in routes() for method in METHODS]
    assert [(line.route, line.method) for line in EXPECTED] == there
    for line in EXPECTED:
        assert list(line.answers) == PERSONAS


@dataclass
class Scene:
    """What the addresses of the table are about."""

    demande: Demande
    file_id: Any
    draft_id: Any
    groupe_id: Any
    message_id: Any
    user_id: Any

    def address(self, route: str) -> str:
        """The address of a route in this scene."""
        arguments = {
            "demande_id": self.demande.id,
            "file_id": self.file_id,
            "draft_id": self.draft_id,
            "mandat_id": self.demande.mandat.id,
            "groupe_id": self.groupe_id,
            "message_id": self.message_id,
            "absence_id": uuid4(),
            "model_id": uuid4(),
            # A colleague of Rémi's; what follows exists for nobody.
            "user_id": self.user_id,
            "person_id": self.user_id,
            "role": "supervision",
            "invitation_id": uuid4(),
            "proposal_id": uuid4(),
            "session_id": uuid4(),
            "passkey_id": uuid4(),
            "banner_id": uuid4(),
            "notification_id": uuid4(),
            "territoire_code": "95",
            "organisme_code": "caf",
            "thematique_code": "unknown",
            "question_code": "unknown",
            "version": personas.CGU,
            "topic": "creer-une-demande",
            "step": Step.ORGANISMES,
            "token": "unknown",
            "name": "unknown",
        }
        path = next(one.path for one in routes() if one.name == route)
        return reverse(route, kwargs={name: value for name, value in arguments.items() if f":{name}>" in path})


@pytest.fixture
def scene(world: World) -> Scene:
    """Alice's demande to the CAF, with one file and one message of hers; Alice's draft."""
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    upload = SimpleUploadedFile("courrier.txt", b"Bonjour, dossier incomplet.", content_type="text/plain")
    kept, refusals = attachments.accept_all(world.alice.pk, key_of(demande.id), [upload], purpose=Purpose.PIECE)
    assert refusals == []
    draft_id = drafts.begin(actor_for(world.alice.pk), {}, key=uuid4(), after=Step.USAGER)
    sent.reply(world.alice, demande)
    return Scene(demande, kept[0].id, draft_id, world.caf95.pk, demande.messages.get().pk, world.igor.pk)


def answer(client: Client, method: str, address: str) -> str:
    """The answer in the words of the table; whatever it wrote is undone."""
    with transaction.atomic():
        response = client.generic(method, address)
        transaction.set_rollback(True)
    # What is streamed from a file is not read here; `close()` would also end the test's connection.
    for close in response._resource_closers:
        close()
    location = response.headers.get("Location", "")
    if location.startswith("/connexion/?suite="):
        return "sign-in"
    if location.startswith("/bienvenue/"):
        return "welcome"
    return str(response.status_code)


@pytest.mark.parametrize("who", PERSONAS)
def test_every_route_answers_this_persona_as_expected(world: World, scene: Scene, who: str):
    """A difference is a hole or a wall too many: mend the rule of the view, or the table if product.md says so."""
    client = Client(raise_request_exception=False)
    if who != "anonymous":
        personas.sign_in(client, world.user(who))
    cookies = client.cookies.copy()
    differences = []
    for line in EXPECTED:
        client.cookies = cookies.copy()
        found = answer(client, line.method, scene.address(line.route))
        if found != line.answers[who]:
            differences.append(f"{line.method} {line.route}: {found} instead of {line.answers[who]}")
    assert differences == []
