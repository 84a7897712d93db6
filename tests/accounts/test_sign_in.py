"""Asking for a link: POST /connexion/."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from aplus.accounts import tasks
from aplus.accounts.models import SignInLink, User
from aplus.accounts.services import entering as services
from aplus.core import clock
from aplus.notifications import services as notifications
from aplus.notifications.models import Notification
from tests.personas import World

pytestmark = pytest.mark.django_db


def deliver() -> None:
    """What the worker does after a link was asked for."""
    for link_id in SignInLink.objects.filter(told_at=None).values_list("pk", flat=True):
        tasks.tell_link(str(link_id))
        notifications.deliver(link_id)


def paths_in(text: str) -> list[str]:
    """The sign-in paths of a mail."""
    return re.findall(r"http://testserver(/connexion/lien/[^\s\"<]+)", text)


def test_the_page_keeps_the_path_asked_for(client: Client, world: World) -> None:
    page = client.get("/connexion/", {"suite": "/demandes/?onglet=traitees"}).content.decode()

    assert 'name="suite"' in page
    assert 'value="/demandes/?onglet=traitees"' in page


def test_asking_leads_to_one_page(client: Client, world: World) -> None:
    response = client.post("/connexion/", {"email": "Alice.MARTIN@demo.example "})

    assert (response.status_code, response["Location"]) == (303, "/connexion/envoye/")
    assert client.get("/connexion/envoye/").status_code == 200
    assert SignInLink.objects.get().email == "alice.martin@demo.example"


def test_known_closed_and_unknown_addresses_cannot_be_told_apart(world: World) -> None:
    User.objects.filter(pk=world.amir.pk).update(is_active=False)
    seen = []
    for email in ("alice.martin@demo.example", "amir.benali@demo.example", "nobody.here@demo.example"):
        client = Client()
        with CaptureQueriesContext(connection) as queries:
            response = client.post("/connexion/", {"email": email, "suite": "/groupes/"})
        page = client.get("/connexion/envoye/")
        statements = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries.captured_queries]
        headers = {name: value for name, value in response.headers.items() if name != "X-Request-Id"}
        seen.append((response.status_code, headers, response.content, sorted(client.cookies), page.content, statements))

    assert seen[0] == seen[1] == seen[2]
    assert not any("accounts_user" in statement for statement in seen[0][-1])
    assert SignInLink.objects.count() == 3
    assert ProcrastinateJob.objects.count() == 3
    assert set(ProcrastinateJob.objects.values_list("task_name", "priority")) == {("accounts.tell_link", 10)}


def test_only_an_active_account_is_mailed_a_way_in(world: World, client: Client) -> None:
    User.objects.filter(pk=world.amir.pk).update(is_active=False)
    for email in ("alice.martin@demo.example", "amir.benali@demo.example", "nobody.here@demo.example"):
        client.post("/connexion/", {"email": email})
    deliver()

    told = {message.to[0]: message.extra_headers["X-Aplus-Evenement"] for message in mail.outbox}
    assert told == {
        "alice.martin@demo.example": "connexion",
        "amir.benali@demo.example": "connexion-compte-desactive",
    }


def test_the_mail_holds_the_link_in_both_parts(world: World, client: Client) -> None:
    client.post("/connexion/", {"email": "alice.martin@demo.example"}, headers={"User-Agent": "Firefox/1 (Windows)"})
    deliver()

    message = mail.outbox[0]
    text, html = str(message.body), str(message.alternatives[0][0])
    (path,) = set(paths_in(text))
    assert set(paths_in(html)) == {path}
    assert f"http://testserver{path}" in text.splitlines()
    assert "30 minutes" in text
    assert "Firefox sous Windows" in text
    assert client.get(path).status_code == 200


def test_the_token_is_neither_in_the_database_nor_in_the_queue(world: World, client: Client) -> None:
    client.post("/connexion/", {"email": "alice.martin@demo.example"})
    deliver()
    token = urlsplit(paths_in(str(mail.outbox[0].body))[0]).path.split("/")[-2]
    assert len(token) >= 43  # 256 bits

    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{token}%"])
            assert cursor.fetchone() == (0,), table
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{token.encode().hex()}%"])
            assert cursor.fetchone() == (0,), table
    assert not ProcrastinateJob.objects.filter(args__has_key="email").exists()


@pytest.mark.parametrize(
    "email", ["", "alice", "alice@", "alice@demo", "a b@demo.example", "a" * 250 + "@demo.example"]
)
def test_an_address_that_is_none_is_refused_with_what_was_typed(client: Client, world: World, email: str) -> None:
    response = client.post("/connexion/", {"email": email, "suite": "/groupes/"})
    page = response.content.decode()

    assert response.status_code == 422
    assert 'role="alert"' in page
    assert "fr-alert--error" in page
    assert "fr-message--error" in page
    assert 'value="/groupes/"' in page
    assert not SignInLink.objects.exists()


@pytest.mark.parametrize(
    "email", ["alice\x00@demo.example", "é" * 100, "İ" * 100 + "@demo.example", "a@" + "İ" * 125 + ".fr"]
)
def test_odd_addresses_never_break(client: Client, world: World, email: str) -> None:
    assert client.post("/connexion/", {"email": email}).status_code in {303, 422}


def test_a_path_of_another_site_is_ignored(client: Client, world: World) -> None:
    response = client.post("/connexion/", {"email": "alice.martin@demo.example", "suite": "//evil.example/"})

    assert response.status_code == 303
    assert SignInLink.objects.get().suite == ""


def test_a_fourth_link_ends_the_oldest(world: World, ask: Callable[..., str]) -> None:
    with time_machine.travel(clock.now(), tick=True):
        paths = [ask("alice.martin@demo.example") for _ in range(4)]
    client = Client()

    assert [client.get(path).status_code for path in paths] == [410, 200, 200, 200]
    assert "autres liens" in client.get(paths[0]).content.decode()


def test_a_link_that_was_replaced_before_its_mail_is_not_sent(world: World, ask: Callable[..., str]) -> None:
    for _ in range(4):
        ask("alice.martin@demo.example")
    deliver()

    assert len(mail.outbox) == 3


def test_the_fifth_link_in_a_quarter_of_an_hour_is_the_last(world: World) -> None:
    client, start = Client(), clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        for email in ("alice.martin@demo.example", "nobody.here@demo.example"):
            answers = [client.post("/connexion/", {"email": email}) for _ in range(6)]
            assert [answer.status_code for answer in answers] == [303] * 5 + [429]
            assert answers[-1]["Retry-After"] == "900"
            assert "15 minutes" in answers[-1].content.decode()
        traveller.move_to(start + timedelta(minutes=15))
        assert client.post("/connexion/", {"email": "ALICE.martin@demo.example"}).status_code == 303


def test_twenty_links_a_day(world: World) -> None:
    client, start = Client(), clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        for quarter in range(4):
            traveller.move_to(start + timedelta(minutes=16 * quarter))
            for _ in range(5):
                assert client.post("/connexion/", {"email": "alice.martin@demo.example"}).status_code == 303
        traveller.move_to(start + timedelta(hours=12))
        refused = client.post("/connexion/", {"email": "alice.martin@demo.example"})
        assert (refused.status_code, refused["Retry-After"]) == (429, str(12 * 3600))
        assert client.post("/connexion/", {"email": "amir.benali@demo.example"}).status_code == 303


def test_a_network_has_three_hundred_tries(world: World) -> None:
    client = Client()
    with time_machine.travel(clock.now(), tick=False):
        for number in range(300):
            assert client.post("/connexion/", {"email": f"nobody.{number}@demo.example"}).status_code == 303
        assert client.post("/connexion/", {"email": "alice.martin@demo.example"}).status_code == 429
        assert client.post("/connexion/", {"email": "a@demo.example"}, REMOTE_ADDR="192.0.2.9").status_code == 303


def test_whoever_is_signed_in_is_led_on(world: World, signed_in: Callable[..., Client]) -> None:
    client = signed_in(world.alice)

    assert client.get("/connexion/")["Location"] == "/demandes/"
    assert client.get("/connexion/?suite=/groupes/")["Location"] == "/groupes/"
    assert client.get("/connexion/?suite=//evil.example")["Location"] == "/demandes/"


def test_a_killed_worker_is_made_up_for(world: World, ask: Callable[..., str]) -> None:
    ask("alice.martin@demo.example")
    tasks.tell_forgotten_links(0)
    assert not Notification.objects.exists()  # its own job is still expected

    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        tasks.tell_forgotten_links(0)
        tasks.tell_forgotten_links(0)
    assert Notification.objects.count() == 1

    services.tell_link(SignInLink.objects.get().pk)
    assert Notification.objects.count() == 1


def test_nothing_is_mailed_once_the_link_is_over(world: World, ask: Callable[..., str]) -> None:
    ask("alice.martin@demo.example")
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        deliver()

    assert mail.outbox == []


def test_nothing_is_mailed_to_an_address_that_changed_hands(world: World, ask: Callable[..., str]) -> None:
    ask("alice.martin@demo.example")
    link = SignInLink.objects.get()
    services.tell_link(link.pk)
    User.objects.filter(pk=world.alice.pk).update(email="alice.new@demo.example")
    notifications.deliver(link.pk)

    assert mail.outbox == []
