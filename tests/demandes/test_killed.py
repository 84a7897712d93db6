"""Kill -9 at each step of sending and replying: what was acknowledged is there once, what was not left no half."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aplus.attachments.models import Attachment, Purpose
from aplus.demandes.models import Demande, Draft, Mandat, Message, Part, Participant, Transition
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from tests import personas
from tests.demandes import sent
from tests.demandes.new.helpers import Walk, reference
from tests.demandes.one.browser import Browser, filled
from tests.killed import killed_at_each_statement

SEE_OTHER = 300  # 303, as an exit status can say it


@pytest.fixture
def world(transactional_db: None) -> personas.World:
    """The personas, in a database where commits are real."""
    return personas.build()


def test_killed_while_sending(world: personas.World) -> None:
    reference()
    client = Client()
    personas.sign_in(client, world.alice)
    walk = Walk(client, world)
    walk.up_to_envoi()
    address = walk.address("envoi")
    walk.get(address)
    form = {**walk.hidden, "attestation": "1", "collegues": [str(world.amir.id)]}
    demande_is_whole = _whole(
        {Demande: 1, Mandat: 1, Part: 2, Participant: 2, Draft: 0},
        {Demande: 0, Mandat: 0, Part: 0, Participant: 0, Transition: 0, Notification: 0, Draft: 1},
    )
    status = killed_at_each_statement(lambda: client.post(address, form).status_code, intact=demande_is_whole)
    assert status == SEE_OTHER
    once = _counted()
    assert once[Demande] == 1
    again = client.post(address, form)
    assert (again.status_code, again.headers["Location"]) == (303, f"/demandes/{walk.draft_id}/")
    assert _counted() == once


def test_killed_while_replying_with_a_file(world: personas.World) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    browser = Browser(world.ines)
    form = filled(browser.form(demande, "messages"), message="Je m’en occupe.", acte="prise-en-charge")
    before = _counted()

    def reply() -> int:
        file = SimpleUploadedFile("attestation.txt", b"Attestation de droits", content_type="text/plain")
        return browser.post(demande, "messages", {**form, "fichiers": [file]}).status

    def nothing_or_all() -> None:
        """The reply was not acknowledged: at most its file waits for the next try, as after a refusal."""
        now = _counted()
        assert now[Message] in {before[Message], before[Message] + 1}
        if now[Message] == before[Message]:
            assert now[Transition] == before[Transition]
            assert now[Notification] == before[Notification]
            assert sent.part(demande, world.caf95).state == "OPENED"
        else:
            assert sent.part(demande, world.caf95).state == "IN_CHARGE"
            assert now[Transition] == before[Transition] + 1
        Attachment.objects.filter(purpose=Purpose.WAITING).delete()  # what a day does

    assert killed_at_each_statement(reply, intact=nothing_or_all) == SEE_OTHER
    assert Message.objects.count() == 1
    assert Transition.objects.filter(event="TAKE_CHARGE").count() == 1
    assert Notification.objects.filter(event="prise-en-charge", person=world.alice).count() == 1
    assert JournalLine.objects.filter(act="prise-en-charge", demande_id=demande.id).count() == 1
    assert Attachment.objects.exclude(message_id=None).count() == 1
    once = _counted()
    assert reply() == 303
    assert {**_counted(), Attachment: 0} == {**once, Attachment: 0}


def _counted() -> dict[type[Any], int]:
    models: tuple[type[Any], ...] = (
        *(Demande, Mandat, Part, Participant, Message, Transition, Notification, Attachment, Draft),
    )
    return {model: model.objects.count() for model in models}


def _whole(done: dict[type[Any], int], not_done: dict[type[Any], int]) -> Callable[[], None]:
    def look() -> None:
        now = _counted()
        told = {model.__name__: number for model, number in now.items()}
        assert any(expected.items() <= now.items() for expected in (done, not_done)), f"{told}"

    return look
