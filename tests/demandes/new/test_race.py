"""Two requests at the same instant: one draft, one demande."""

from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client

from aplus.demandes.models import Demande, Draft, Participant
from tests import personas
from tests.demandes.new.helpers import NEW, Walk, organismes, reference


@pytest.fixture
def committed(transactional_db: None) -> Walk:
    """Alice in her browser, in a database where others see what is committed."""
    world = personas.build()
    reference()
    client = Client()
    personas.sign_in(client, world.alice)
    return Walk(client, world)


def at_once(walk: Walk, address: str, first: dict[str, object], second: dict[str, object]) -> list[tuple[int, str]]:
    """Post both at the same instant, from two connections; the answers."""
    answers: list[tuple[int, str]] = []
    barrier = Barrier(2)

    def post(data: dict[str, object]) -> None:
        client = Client()
        client.cookies = walk.client.cookies
        barrier.wait()
        response = client.post(address, data)
        answers.append((response.status_code, response.headers.get("Location", "")))
        connections.close_all()

    threads = [Thread(target=post, args=(data,)) for data in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_double_click_at_the_same_instant_makes_one_draft(committed: Walk) -> None:
    committed.get(NEW)
    data = {**committed.hidden, **organismes(committed.world)}
    answers = at_once(committed, NEW, data, data)
    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    assert Draft.objects.count() == 1


def test_two_tabs_sending_at_the_same_instant_make_one_demande(committed: Walk) -> None:
    committed.up_to_envoi()
    tabs: list[dict[str, object]] = []
    for _ in range(2):
        committed.get(committed.address("envoi"))
        tabs.append({**committed.hidden, "attestation": "1"})
    assert tabs[0]["cle"] != tabs[1]["cle"]
    answers = at_once(committed, committed.address("envoi"), *tabs)
    assert set(answers) == {(303, f"/demandes/{committed.draft_id}/")}
    assert Demande.objects.count() == 1
    assert Participant.objects.count() == 1
