"""Entering by a password: POST /connexion/mot-de-passe/."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Attempt, Session, User
from aplus.accounts.services import passwords as services
from aplus.accounts.views import passwords as views
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests.accounts.conftest import FIREFOX
from tests.personas import World
from tests.ui.markup import assert_sound, page_of

pytestmark = pytest.mark.django_db
PAGE = "/connexion/mot-de-passe/"
GOOD = "lapin vert tambour nuage"
ALICE, UNKNOWN = "alice.martin@demo.example", "nobody.here@demo.example"


def give(user: User, password: str = GOOD) -> None:
    """Set a password without the screens."""
    user.set_password(password)
    user.save(update_fields=["password"])


def enter(email: str, password: str = GOOD, *, client: Client | None = None, **more: Any) -> Any:
    fields = {"email": email, "mot_de_passe": password, **more.pop("fields", {})}
    return (client or Client(headers={"User-Agent": FIREFOX})).post(PAGE, fields, **more)


def test_the_pages_lead_to_one_another_and_keep_the_path(client: Client, world: World) -> None:
    by_link = client.get("/connexion/", {"suite": "/groupes/?a=b"})
    assert f'href="{PAGE}?suite=%2Fgroupes%2F%3Fa%3Db"' in by_link.content.decode()
    page = client.get(PAGE, {"suite": "/groupes/?a=b"})
    assert_sound(page_of(page))
    assert 'value="/groupes/?a=b"' in page.content.decode()
    assert 'href="/connexion/?suite=%2Fgroupes%2F%3Fa%3Db"' in page.content.decode()
    assert 'href="/connexion/mot-de-passe/oublie/"' in page.content.decode()


@pytest.mark.parametrize(
    ("suite", "expected"), [("", "/demandes/"), ("/groupes/?a=b", "/groupes/?a=b"), ("//evil.example", "/demandes/")]
)
def test_the_right_password_enters(world: World, suite: str, expected: str) -> None:
    give(world.alice)
    response = enter(" Alice.MARTIN@demo.example", fields={"suite": suite})

    assert (response.status_code, response["Location"]) == (303, expected)
    session = Session.objects.get()
    assert (session.user_id, session.means, session.is_shared_post) == (world.alice.pk, "mot-de-passe", False)
    line = JournalLine.objects.get(act="entree", actor_id=world.alice.pk)
    assert line.codes == {"moyen": "mot-de-passe", "navigateur": "Firefox sous Windows"}


def test_a_shared_post_is_said_here_too(world: World) -> None:
    give(world.alice)
    enter(ALICE, fields={"poste_partage": "1"})

    assert Session.objects.get().is_shared_post


def test_accents_typed_in_another_way_are_the_same_password(world: World) -> None:
    give(world.alice, "élan café forêt naïve")
    assert enter(ALICE, "e\u0301lan cafe\u0301 fore\u0302t nai\u0308ve").status_code == 303


def failures(world: World) -> dict[str, tuple[str, str]]:
    give(world.alice)
    give(world.amir)
    User.objects.filter(pk=world.amir.pk).update(is_active=False)
    return {
        "wrong": (ALICE, "un autre mot de passe"),
        "unknown": (UNKNOWN, GOOD),
        "without password": ("chloe.dubois@demo.example", GOOD),
        "its unusable password": ("chloe.dubois@demo.example", "!"),
        "deactivated": ("amir.benali@demo.example", GOOD),
        "endless": (ALICE, "x" * 10_000),
        "odd": (ALICE, "\u202e\ufeff🦆"),
    }


def test_every_failure_is_one_message_and_the_same_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same answer, same queries, one computation of a hash: neither reading nor measuring tells them apart."""
    seen = []
    for email, password in failures(world).values():
        hashed = []
        encode = hashers.MD5PasswordHasher.encode
        with monkeypatch.context() as patch, CaptureQueriesContext(connection) as queries:

            def counted(self: Any, typed: str, salt: str, encode: Any = encode, hashed: Any = hashed) -> str:
                hashed.append(typed)
                return str(encode(self, typed, salt))

            patch.setattr(hashers.MD5PasswordHasher, "encode", counted)
            response = enter(email, password)
        statements = [re.sub(r"'[^']*'| ?-?\d+|\\x\w+", "?", query["sql"]) for query in queries.captured_queries]
        main = re.sub(r'value="[^"]*"', "", page_of(response).one("main").text)
        seen.append((response.status_code, main, sorted(response.cookies), len(hashed), statements))

    assert seen[0][0] == 422
    assert seen[0][3] == 1
    assert [one for one in seen if one != seen[0]] == []
    assert not Session.objects.exists()


def test_a_failure_keeps_the_address_and_never_the_password(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        response = enter(ALICE, "canari canari canari", fields={"suite": "/groupes/", "poste_partage": "1"})
    page = response.content.decode()

    assert views.REFUSED in page
    assert 'role="alert"' in page
    assert_sound(page_of(response))
    assert f'value="{ALICE}"' in page
    assert 'value="/groupes/"' in page
    assert "canari" not in page + caplog.text


@pytest.mark.parametrize(
    "fields",
    [{}, {"email": ""}, {"mot_de_passe": ""}, {"email": "a\x00@b.fr"}, {"mot_de_passe": "\x00"}, {"email": "é" * 9999}],
)
def test_what_is_missing_or_odd_is_said(client: Client, world: World, fields: dict[str, str]) -> None:
    response = client.post(PAGE, {"email": ALICE, "mot_de_passe": GOOD, **fields} if fields else {})

    assert response.status_code == 422
    assert "fr-alert--error" in response.content.decode()


def test_after_five_failures_one_waits_longer_and_longer(world: World) -> None:
    give(world.alice)
    moment = clock.now()
    with time_machine.travel(moment, tick=False) as traveller:
        for email in (ALICE, UNKNOWN):
            assert [enter(email, "faux").status_code for _ in range(6)] == [422] * 5 + [429]
        for minutes in (1, 2, 4):
            refused = enter(ALICE)
            assert (refused.status_code, refused["Retry-After"]) == (429, str(60 * minutes))
            assert f"{minutes} minute" in refused.content.decode()
            moment += timedelta(minutes=minutes)
            traveller.move_to(moment)
            assert enter(ALICE, "faux").status_code == 422
        assert enter(UNKNOWN, "faux").status_code == 422
        traveller.move_to(moment + timedelta(minutes=8))
        assert enter(ALICE).status_code == 303
        assert [enter(ALICE, "faux").status_code for _ in range(5)] == [422] * 5


def test_a_stranger_cannot_lock_a_colleague_out(world: World) -> None:
    give(world.alice)
    for _ in range(6):
        enter(ALICE, "faux", REMOTE_ADDR="192.0.2.9")

    assert enter(ALICE, REMOTE_ADDR="192.0.2.9").status_code == 429
    assert enter(ALICE).status_code == 303


def test_a_network_has_three_hundred_tries_for_all_its_accounts(world: World) -> None:
    give(world.alice)
    client = Client()
    with time_machine.travel(clock.now(), tick=False):
        for number in range(300):
            assert enter(f"nobody.{number}@demo.example", "faux", client=client).status_code == 422
        refused = enter(ALICE)
        assert (refused.status_code, refused["Retry-After"]) == (429, "900")
        assert enter(ALICE, REMOTE_ADDR="192.0.2.9").status_code == 303


def test_tries_are_counted_hashed(world: World) -> None:
    enter(ALICE, "faux")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(a::text, '') FROM accounts_attempt a")
        dump = cursor.fetchone()[0]

    assert set(Attempt.objects.values_list("kind", flat=True)) == {"reseau", "mot-de-passe"}
    assert not any(clear in dump for clear in ("alice", "127.0.0.1", "faux", ALICE.encode().hex()))


def test_a_password_changed_meanwhile_opens_nothing(world: World) -> None:
    give(world.alice)
    user = services.right_one(ALICE, GOOD)
    assert user is not None
    assert services.still_right(user) == world.alice
    give(world.alice, "un tout autre mot de passe")

    assert services.still_right(user) is None


def test_a_hash_of_former_settings_is_made_again(world: World, settings: Any) -> None:
    """With the hasher of production: Argon2, which no test but this one waits for."""
    give(world.alice)
    settings.PASSWORD_HASHERS = [settings.PASSWORD_HASHERS[1], settings.PASSWORD_HASHERS[0]]
    assert enter(ALICE).status_code == 303
    world.alice.refresh_from_db()

    assert world.alice.password.startswith("argon2$argon2id$")
    assert enter(ALICE, "faux").status_code == 422
    assert enter(ALICE).status_code == 303


def test_whoever_is_signed_in_is_led_on(world: World, signed_in: Callable[..., Client]) -> None:
    assert signed_in(world.alice).get(PAGE, {"suite": "/groupes/"})["Location"] == "/groupes/"
