"""One's own sessions and last entries: /moi/securite/."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Session
from aplus.accounts.services.ending import end_sessions
from aplus.accounts.services.entering import note_entry
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests import personas
from tests.personas import World
from tests.ui.markup import assert_sound, page_of

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
PAGE = "/moi/securite/"


def text_of(client: Client) -> str:
    response = client.get(PAGE)
    assert response.status_code == 200
    page = page_of(response)
    assert_sound(page)
    return " ".join(page.one("main").text.split())


def is_live(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def ids_of(user: Any) -> set[Any]:
    return set(Session.objects.filter(user=user).values_list("id", flat=True))


def other_of(user: Any, client: Client) -> tuple[Client, Any]:
    """A second browser of this person, and its session's id."""
    before = ids_of(user)
    other = Client()
    personas.sign_in(other, user)
    (found,) = ids_of(user) - before
    return other, found


def test_each_session_is_listed_with_what_one_recognises(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.alice)
    shared = Client()
    personas.sign_in(shared, world.alice, is_shared_post=True)
    Session.objects.filter(is_shared_post=True).update(browser="Edge sous Windows", means="mot-de-passe")
    personas.sign_in(Client(), world.amir)
    text = text_of(client)

    assert text.count("Ouverte le") == 2
    assert "Firefox sous Windows, cet appareil" in text
    assert "Edge sous Windows, poste partagé" in text
    assert "par mot de passe" in text
    assert text.index("cet appareil") < text.index("poste partagé")


def test_what_opens_nothing_any_more_is_not_listed(world: World, signed_in: SignedIn) -> None:
    client, start = signed_in(world.alice), clock.now()
    for fields in (
        {"last_seen_at": start - timedelta(hours=12)},
        {"last_seen_at": start - timedelta(hours=1), "is_shared_post": True},
        {"expires_at": start},
    ):
        _, found = other_of(world.alice, client)
        Session.objects.filter(id=found).update(**fields)

    assert text_of(client).count("Ouverte le") == 1


def test_one_session_is_ended_at_once_and_the_others_stay(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.alice)
    other, other_id = other_of(world.alice, client)
    third, _ = other_of(world.alice, client)
    key = str(uuid4())
    answers = [client.post(f"{PAGE}sessions/{other_id}/fin/", {"cle": key}) for _ in range(2)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, PAGE)] * 2
    assert (is_live(client), is_live(other), is_live(third)) == (True, False, True)
    line = JournalLine.objects.get(act="session-fermee")
    assert (line.actor_id, line.thing_id, line.codes) == (world.alice.pk, other_id, {})


def test_the_session_of_another_does_not_exist(world: World, signed_in: SignedIn) -> None:
    client, colleague = signed_in(world.alice), signed_in(world.amir)
    (his,) = ids_of(world.amir)
    answers = [client.post(f"{PAGE}sessions/{one}/fin/") for one in (his, uuid4())]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert is_live(colleague)
    assert not JournalLine.objects.filter(act="session-fermee").exists()


def test_all_the_others_are_ended_and_this_one_stays(world: World, signed_in: SignedIn) -> None:
    client, colleague = signed_in(world.alice), signed_in(world.amir)
    others = [other_of(world.alice, client)[0] for _ in range(2)]
    key = str(uuid4())
    for _ in range(2):
        assert client.post(f"{PAGE}sessions/autres/", {"cle": key})["Location"] == PAGE

    assert (is_live(client), [is_live(other) for other in others], is_live(colleague)) == (True, [False] * 2, True)
    assert JournalLine.objects.get(act="sessions-fermees").codes == {"nombre": 2}
    assert "Fermer toutes les autres" not in text_of(client)


def test_ending_keeps_one_or_none(world: World, signed_in: SignedIn) -> None:
    client, colleague = signed_in(world.alice), signed_in(world.amir)
    _, kept = other_of(world.alice, client)

    assert end_sessions(world.alice.pk, keep=kept) == 1
    assert end_sessions(world.alice.pk) == 1
    assert not is_live(client)
    assert is_live(colleague)


def test_the_last_entries_are_one_s_own_the_newest_first(world: World, signed_in: SignedIn) -> None:
    client, start = signed_in(world.alice), clock.now()
    with time_machine.travel(start, tick=False):
        assert "Aucune entrée" in text_of(client)
        note_entry(world.amir, uuid4(), means="lien", browser="Safari sous macOS")
        for number in range(12):
            note_entry(world.alice, uuid4(), means="lien", browser=f"Firefox {number} sous Linux")
        text = text_of(client)

    assert "Safari" not in text
    assert "Firefox 1 sous Linux" not in text
    assert text.index("Firefox 11 sous Linux") < text.index("Firefox 2 sous Linux")
    assert text.count("sous Linuxpar un lien reçu par e-mail") == 10


def test_the_page_costs_the_same_with_many_sessions(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.alice)
    costs = []
    for number in (2, 30):
        for _ in range(number):
            other_of(world.alice, client)
            note_entry(world.alice, uuid4(), means="lien", browser="Firefox")
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 6
