"""Entering by a mailed link: /connexion/lien/<token>/."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from structlog.stdlib import ProcessorFormatter

from aplus.accounts.models import Session, SignInLink, User
from aplus.accounts.services.entering import token_of
from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.notifications import services as notifications
from aplus.notifications.models import Notification
from tests.accounts.conftest import FIREFOX
from tests.personas import World

pytestmark = pytest.mark.django_db
Ask = Callable[..., str]


def test_the_page_has_one_button_and_says_when_and_from_where(world: World, ask: Ask) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 8, 5, tzinfo=UTC)):
        path = ask("alice.martin@demo.example")
        page = Client().get(path).content.decode()

    main = page[page.index("<main") : page.index("</main")]
    assert main.count("<button") == 1
    assert "2 mars 2026" in main
    assert "9:05" in main  # Paris
    assert "Firefox sous Windows" in main
    assert 'name="poste_partage"' in main
    assert "alice" not in main.lower()


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_the_page_enters_nobody(world: World, ask: Ask, method: str) -> None:
    path = ask("alice.martin@demo.example")
    before = SignInLink.objects.values().get()
    for _ in range(2):
        getattr(Client(), method)(path)

    assert SignInLink.objects.values().get() == before
    assert not Session.objects.exists()
    assert Client().post(path).status_code == 303


@pytest.mark.parametrize(("suite", "expected"), [("", "/demandes/"), ("/groupes/?a=b", "/groupes/?a=b")])
def test_the_button_enters(world: World, ask: Ask, suite: str, expected: str) -> None:
    path, client = ask("Alice.Martin@DEMO.example", suite), Client(headers={"User-Agent": FIREFOX})
    response = client.post(path)

    assert (response.status_code, response["Location"]) == (303, expected)
    session = Session.objects.get()
    assert (session.user_id, session.browser, session.is_shared_post) == (world.alice.pk, "Firefox sous Windows", False)
    assert client.get("/connexion/").status_code == 303


def test_entering_leads_where_the_new_person_belongs(world: World, ask: Ask, signed_in: Callable[..., Client]) -> None:
    client = signed_in(world.alice)

    assert client.post(ask("oscar.roux@demo.example"))["Location"] == "/pilotage/"
    assert Session.objects.get().user_id == world.oscar.pk  # the session of the other person is over


def test_entering_is_journaled_without_address_or_token(world: World, ask: Ask) -> None:
    path = ask("alice.martin@demo.example")
    Client().post(path)
    line = JournalLine.objects.get(act="entree", actor_id=world.alice.pk)

    assert line.session_id == Session.objects.get().id
    assert line.codes == {"moyen": "lien", "navigateur": "un navigateur inconnu"}


def test_an_entry_from_a_new_device_is_told_but_the_first(world: World, ask: Ask) -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0"
    for user_agent in (FIREFOX, FIREFOX, edge, edge, FIREFOX):
        Client(headers={"User-Agent": user_agent}).post(ask("alice.martin@demo.example"))
    for told in Notification.objects.filter(event="nouvel-appareil"):
        notifications.deliver(told.act_id)

    (message,) = mail.outbox
    assert message.to == ["alice.martin@demo.example"]
    assert "depuis Edge sous Windows" in str(message.body)
    assert "/connexion/lien/" not in str(message.body)


def test_a_new_device_is_told_to_active_accounts_only(world: World, ask: Ask) -> None:
    for user_agent in (FIREFOX, ""):
        Client(headers={"User-Agent": user_agent}).post(ask("alice.martin@demo.example"))
    User.objects.filter(pk=world.alice.pk).update(is_active=False)
    notifications.deliver(Notification.objects.get(event="nouvel-appareil").act_id)

    assert mail.outbox == []


def test_the_cookie(world: World, ask: Ask) -> None:
    client = Client()
    client.post(ask("alice.martin@demo.example"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]

    assert len(cookie.value) >= 43
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert 6.9 * 86400 < int(cookie["max-age"]) <= 7 * 86400


def test_a_shared_post_keeps_the_cookie_until_the_browser_closes(world: World, ask: Ask) -> None:
    client = Client()
    client.post(ask("alice.martin@demo.example"), {"poste_partage": "1"})
    session = Session.objects.get()

    assert session.is_shared_post
    assert session.expires_at - session.created_at == timedelta(hours=12)
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""


def test_the_key_changes_at_each_entry(world: World, ask: Ask) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = "planted-by-somebody-else-0123456789"
    client.post(ask("alice.martin@demo.example"))
    first = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(ask("alice.martin@demo.example"))
    second = client.cookies[settings.SESSION_COOKIE_NAME].value

    assert len({planted, first, second}) == 3
    assert Session.objects.count() == 1


def test_any_live_link_works_and_ends_the_others(world: World, ask: Ask) -> None:
    paths = [ask("alice.martin@demo.example") for _ in range(3)]
    other = ask("amir.benali@demo.example")
    assert Client().post(paths[1]).status_code == 303

    for path in (paths[0], paths[2]):
        page = Client().get(path)
        assert page.status_code == 410
        assert "avec un autre lien" in page.content.decode()
        assert Client().post(path).status_code == 410
    assert Client().get(other).status_code == 200
    assert Session.objects.count() == 1


def test_a_used_link_says_so(world: World, ask: Ask) -> None:
    path = ask("alice.martin@demo.example")
    Client().post(path)

    for answer in (Client().get(path), Client().post(path)):
        page = answer.content.decode()
        assert answer.status_code == 410
        assert "déjà servi" in page
        assert "alice" not in page.lower()


def test_a_used_link_leads_on_in_a_browser_already_signed_in(world: World, ask: Ask) -> None:
    path, client = ask("alice.martin@demo.example", "/groupes/"), Client()
    client.post(path)

    for answer in (client.get(path), client.post(path)):
        assert (answer.status_code, answer["Location"]) == (303, "/groupes/")
    assert Session.objects.count() == 1


def test_an_expired_link_says_so(world: World, ask: Ask, settings: object) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        path = ask("alice.martin@demo.example")
        traveller.move_to(start + timedelta(minutes=29, seconds=59))
        assert Client().get(path).status_code == 200
        traveller.move_to(start + timedelta(minutes=30))
        for answer in (Client().get(path), Client().post(path)):
            assert answer.status_code == 410
            assert "expiré" in answer.content.decode()
    assert not Session.objects.exists()


def test_after_a_day_a_link_is_unknown(world: World, ask: Ask) -> None:
    path = ask("alice.martin@demo.example")
    with time_machine.travel(clock.now() + timedelta(hours=24, seconds=1)):
        assert Client().get(path).status_code == 404
        assert Client().post(path).status_code == 404
        assert Client().post(path, {"action": "nouveau"}).status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 43, "a" * 5000, "%00", "%ED%A0%80", "é", "..%2f"])
def test_an_unknown_token_is_unknown(world: World, token: str) -> None:
    assert Client().get(f"/connexion/lien/{token}/").status_code == 404
    assert Client().post(f"/connexion/lien/{token}/").status_code == 404


def test_unknown_tokens_are_counted(world: World) -> None:
    client = Client()
    with time_machine.travel(clock.now(), tick=False):
        answers = [client.get(f"/connexion/lien/{number}/").status_code for number in range(301)]
        assert client.post("/connexion/", {"email": "alice.martin@demo.example"}).status_code == 429

    assert answers == [404] * 300 + [429]


def test_a_new_link_from_an_old_one_goes_to_the_same_address_unseen(world: World, ask: Ask) -> None:
    path = ask("alice.martin@demo.example", "/groupes/")
    Client().post(path)
    response = Client().post(path, {"action": "nouveau"})

    assert (response.status_code, response["Location"]) == (303, "/connexion/envoye/")
    link = SignInLink.objects.latest("created_at")
    assert (link.email, link.suite) == ("alice.martin@demo.example", "/groupes/")
    assert Client().post(f"/connexion/lien/{token_of(link)}/")["Location"] == "/groupes/"


def test_new_links_from_an_old_one_are_limited_too(world: World, ask: Ask) -> None:
    path = ask("alice.martin@demo.example")
    answers = [Client().post(path, {"action": "nouveau"}).status_code for _ in range(5)]

    assert answers == [303] * 4 + [429]


def test_a_deactivated_account_does_not_enter(world: World, ask: Ask) -> None:
    path = ask("alice.martin@demo.example")
    User.objects.filter(pk=world.alice.pk).update(is_active=False)
    answer = Client().post(path)

    assert answer.status_code == 410
    assert "désactivé" in answer.content.decode()
    assert not Session.objects.exists()
    assert SignInLink.objects.get().used_at is None


def test_the_former_address_of_an_account_does_not_enter(world: World, ask: Ask) -> None:
    path = ask("alice.martin@demo.example")
    User.objects.filter(pk=world.alice.pk).update(email="alice.new@demo.example")

    assert Client().post(path).status_code == 410
    assert not Session.objects.exists()


def test_another_key_of_the_server_makes_other_tokens(world: World, ask: Ask, settings: object) -> None:
    ask("alice.martin@demo.example")
    link = SignInLink.objects.get()
    before = token_of(link)
    settings.SECRET_KEY = "another-key-another-key-another-key-another"  # type: ignore[attr-defined]

    assert token_of(link) != before


def test_the_form_is_protected_against_forgery(world: World, ask: Ask) -> None:
    path = ask("alice.martin@demo.example")
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(path).status_code == 403
    assert strict.post("/connexion/", {"email": "alice.martin@demo.example"}).status_code == 403
    assert not Session.objects.exists()


def test_the_page_of_a_link_costs_one_query_and_what_is_said_above_pages(world: World, ask: Ask) -> None:
    path = ask("alice.martin@demo.example")
    with CaptureQueriesContext(connection) as queries:
        Client().get(path)

    assert ["ui_banner" in query["sql"] for query in queries.captured_queries] == [False, True]


def test_no_log_holds_a_token(world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even Django's own, which would write the path of a refused form."""
    written = StringIO()
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, ProcessorFormatter):
            monkeypatch.setattr(handler, "stream", written)
    path = ask("alice.martin@demo.example")
    Client(enforce_csrf_checks=True).post(path)
    answers = [Client().get(path), Client().post(path), Client().get(path), Client().get(f"{path}x")]

    assert [answer.status_code for answer in answers] == [200, 303, 410, 404]
    assert written.getvalue().count("accounts:enter") == 4  # the right place is looked at
    assert path.split("/")[3] not in written.getvalue()
