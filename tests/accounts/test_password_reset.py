"""A password forgotten: asked by address, set anew by a mailed link that opens nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import LinkPurpose, Session, SignInLink, User
from aplus.accounts.services.entering import token_of
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests import personas
from tests.accounts.test_password_sign_in import ALICE, GOOD, UNKNOWN, enter, give
from tests.notifications.jobs import run_jobs
from tests.personas import World
from tests.ui.markup import assert_sound, page_of

pytestmark = pytest.mark.django_db
ASK = "/connexion/mot-de-passe/oublie/"
NEW = "/connexion/mot-de-passe/nouveau/"
Ask = Callable[..., str]


def forget(email: str = ALICE) -> str:
    """Ask; the path that the mail holds."""
    response = Client().post(ASK, {"email": email})
    assert (response.status_code, response["Location"]) == (303, "/connexion/envoye/")
    link = SignInLink.objects.filter(purpose=LinkPurpose.PASSWORD).latest("created_at")
    return f"{NEW}{token_of(link)}/"


def choose(path: str, password: str = GOOD) -> Any:
    return Client().post(path, {"mot_de_passe": password})


def test_the_mail_leads_to_a_form_and_the_form_to_signing_in(world: World) -> None:
    path = forget("Alice.Martin@DEMO.example")
    run_jobs()
    message = mail.outbox[0]
    assert message.extra_headers["X-Aplus-Evenement"] == "mot-de-passe-oublie"
    assert f"http://testserver{path}" in str(message.body).splitlines()
    assert "15 minutes" in str(message.body)
    assert_sound(page_of(Client().get(path)))
    assert not Session.objects.exists()

    client = Client()
    response = client.post(path, {"mot_de_passe": GOOD})
    assert (response.status_code, response["Location"]) == (303, "/connexion/mot-de-passe/")
    assert "Votre mot de passe est changé" in client.get(response["Location"]).content.decode()
    assert not Session.objects.exists()  # it enters nobody
    assert enter(ALICE).status_code == 303


def test_every_session_ends_and_the_person_is_told(world: World, signed_in: Callable[..., Client]) -> None:
    client, colleague = signed_in(world.alice), signed_in(world.amir)
    give(world.alice, "ancien mot de passe usé")
    path = forget()
    run_jobs()
    # Even from a browser that is signed in.
    assert client.post(path, {"mot_de_passe": GOOD}).status_code == 303
    run_jobs()

    assert not Session.objects.filter(user=world.alice).exists()
    assert Session.objects.filter(user=world.amir).exists()
    assert colleague.get("/moi/").status_code == 200
    assert enter(ALICE, "ancien mot de passe usé").status_code == 422
    line = JournalLine.objects.get(act="mot-de-passe")
    assert (line.actor_id, line.session_id, line.codes) == (world.alice.pk, None, {"geste": "oubli"})
    assert [one.extra_headers["X-Aplus-Evenement"] for one in mail.outbox] == ["mot-de-passe-oublie", "mot-de-passe"]
    assert "Ce n’était pas vous" in str(mail.outbox[1].body)


def test_addresses_cannot_be_told_apart(world: World) -> None:
    give(world.chloe)
    User.objects.filter(pk=world.amir.pk).update(is_active=False)
    seen = []
    for email in (ALICE, "chloe.dubois@demo.example", "amir.benali@demo.example", UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            response = Client().post(ASK, {"email": email})
        statements = [re.sub(r"'[^']*'| ?-?\d+", "?", query["sql"]) for query in queries.captured_queries]
        seen.append((response.status_code, response["Location"], response.content, statements))
    run_jobs()

    assert [one for one in seen if one != seen[0]] == []
    assert not any("accounts_user" in statement for statement in seen[0][-1])
    assert sorted(message.to[0] for message in mail.outbox) == [ALICE, "chloe.dubois@demo.example"]


def test_neither_kind_of_link_does_the_other_s_work(world: World, ask: Ask) -> None:
    entry = ask(ALICE).split("/")[-2]
    password = forget().split("/")[-2]
    client = Client()

    for answer in (
        client.get(f"{NEW}{entry}/"),
        client.post(f"{NEW}{entry}/", {"mot_de_passe": GOOD}),
        client.post(f"{NEW}{entry}/", {"action": "nouveau"}),
        client.get(f"/connexion/lien/{password}/"),
        client.post(f"/connexion/lien/{password}/"),
        client.post(f"/connexion/lien/{password}/", {"action": "nouveau"}),
    ):
        assert answer.status_code == 404
    assert not Session.objects.exists()
    assert choose(f"{NEW}{password}/").status_code == 303
    assert client.post(f"/connexion/lien/{entry}/").status_code == 303


def test_links_of_one_purpose_know_nothing_of_the_others(world: World, ask: Ask) -> None:
    entries = [ask(ALICE) for _ in range(2)]
    paths = [forget() for _ in range(3)]

    assert [Client().get(path).status_code for path in (*entries, *paths)] == [200] * 5
    assert choose(paths[1]).status_code == 303
    assert [Client().get(path).status_code for path in (*entries, *paths)] == [200, 200, 410, 410, 410]
    assert "avec un autre lien" in Client().get(paths[0]).content.decode()
    assert Client().post(entries[0]).status_code == 303


def test_a_used_link_says_so_and_offers_another(world: World) -> None:
    path = forget()
    assert choose(path).status_code == 303
    for answer in (Client().get(path), choose(path, "un tout autre mot de passe")):
        assert answer.status_code == 410
        assert "déjà servi" in answer.content.decode()
    assert enter(ALICE).status_code == 303
    again = Client().post(path, {"action": "nouveau"})

    assert (again.status_code, again["Location"]) == (303, "/connexion/envoye/")
    assert SignInLink.objects.filter(purpose=LinkPurpose.PASSWORD, used_at=None).count() == 1


def test_it_lives_a_quarter_of_an_hour_and_is_forgotten_after_a_day(world: World) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        path = forget()
        traveller.move_to(start + timedelta(minutes=14, seconds=59))
        assert Client().get(path).status_code == 200
        traveller.move_to(start + timedelta(minutes=15))
        for answer in (Client().get(path), choose(path)):
            assert answer.status_code == 410
            assert "expiré" in answer.content.decode()
        traveller.move_to(start + timedelta(hours=24))
        assert choose(path).status_code == 404
    assert not User.objects.get(pk=world.alice.pk).has_usable_password()


def test_a_poor_password_keeps_the_link(world: World) -> None:
    path = forget()
    for password in ("", "court", "motdepasse2026", "alice-martin-95", "lapin\x00vert tambour nuage"):
        response = choose(path, password)
        assert response.status_code == 422
        assert "fr-message--error" in response.content.decode()
        assert_sound(page_of(response))

    assert choose(path).status_code == 303


def test_a_closed_account_keeps_its_password(world: World) -> None:
    path = forget()
    User.objects.filter(pk=world.alice.pk).update(is_active=False)
    run_jobs()
    response = choose(path)

    assert response.status_code == 410
    assert "désactivé" in response.content.decode()
    assert mail.outbox == []
    assert not User.objects.get(pk=world.alice.pk).has_usable_password()


def test_mailed_links_of_all_kinds_count_together(world: World, ask: Ask) -> None:
    for _ in range(3):
        ask(ALICE)
    for _ in range(2):
        forget()
    refused = Client().post(ASK, {"email": ALICE})

    assert (refused.status_code, int(refused["Retry-After"]) > 800) == (429, True)
    assert Client().post(ASK, {"email": UNKNOWN}).status_code == 303


@pytest.mark.parametrize("token", ["unknown", "x" * 5000, "é", "%00"])
def test_an_unknown_link_is_counted(world: World, token: str) -> None:
    for answer in (Client().get(f"{NEW}{token}/"), choose(f"{NEW}{token}/")):
        assert answer.status_code == 404


def test_a_newcomer_may_set_it_before_the_welcome(world: World) -> None:
    client = Client()
    personas.sign_in(client, world.nadia)
    path = forget("nadia.roche@demo.example")

    assert client.get(path).status_code == 200
