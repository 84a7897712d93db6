"""The session engine: one query, hashed keys, limits of time, the cookie of production."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user, login
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from aplus.accounts import tasks
from aplus.accounts.middleware import ActorMiddleware, SessionMiddleware
from aplus.accounts.models import Session, User
from aplus.accounts.polling import polling
from aplus.accounts.sessions import SessionStore, key_hash
from aplus.core import clock
from tests import personas
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def opened_by(user: User, *, is_shared_post: bool) -> Client:
    """A browser in which this person has just entered."""
    client = Client()
    personas.sign_in(client, user, is_shared_post=is_shared_post)
    return client


def enters(client: Client) -> bool:
    """Whether this browser is known."""
    return client.get("/connexion/").status_code == 303


def through_middleware(client: Client, view: Callable[[HttpRequest], HttpResponse]) -> HttpRequest:
    """A request of this browser after its whole way through the two middleware and the view."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}

    def answer(request: HttpRequest) -> HttpResponse:
        request.resolver_match = type("Match", (), {"func": staticmethod(view), "view_name": "", "kwargs": {}})()
        return view(request)

    SessionMiddleware(ActorMiddleware(answer))(request)
    return request


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_session_account_and_rights_are_one_query(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.rachel)
    with CaptureQueriesContext(connection) as queries:
        request = through_middleware(client, page)
        assert request.user == world.rachel
        assert request.actor.responsable_groupe_ids == {world.fs_argenteuil.pk}  # type: ignore[attr-defined]

    assert len(queries) == 1


def test_nobody_costs_one_small_query_and_leaves_no_row(client: Client, world: World) -> None:
    """What is said above every page; a page that shows nothing of it asks for nothing."""
    for path in ("/connexion/", "/connexion/envoye/", "/deconnexion/", "/nowhere/"):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert ["ui_banner" in query["sql"] for query in queries.captured_queries] == [True], path
    with CaptureQueriesContext(connection) as queries:
        client.get("/robots.txt")

    assert len(queries) == 0
    assert not Session.objects.exists()
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_health_asks_nothing_of_the_session(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.alice)
    with CaptureQueriesContext(connection) as queries:
        client.get("/etat")

    assert not any("accounts_session" in query["sql"] for query in queries.captured_queries)


def test_the_key_is_stored_hashed_and_random(world: World) -> None:
    stores = [personas.sign_in(Client(), world.alice) for _ in range(2)]
    keys = [store.session_key or "" for store in stores]

    assert {bytes(row.key_hash) for row in Session.objects.all()} == {sha256(key.encode()).digest() for key in keys}
    assert all(len(key) >= 43 for key in keys)  # 256 bits
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(s::text, '') FROM accounts_session s")
        dump = cursor.fetchone()[0]
    assert not any(key in dump or key.encode().hex() in dump for key in keys)


@pytest.mark.parametrize("key", ["", "short", "0" * 43, "é" * 20, "\x00" * 12, "a" * 10_000])
def test_a_key_of_nobody_opens_nothing_and_is_dropped(world: World, key: str) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key

    response = client.get("/connexion/")

    assert response.status_code == 200
    if key:
        assert client.cookies[settings.SESSION_COOKIE_NAME].value == ""


@pytest.mark.parametrize(
    ("is_shared_post", "idle", "longest"),
    [
        (False, timedelta(hours=12), timedelta(days=7)),
        (True, timedelta(hours=1), timedelta(hours=12)),
    ],
)
def test_a_session_ends_by_rest_and_by_age(
    world: World, is_shared_post: bool, idle: timedelta, longest: timedelta
) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        resting = opened_by(world.alice, is_shared_post=is_shared_post)
        used = opened_by(world.alice, is_shared_post=is_shared_post)
        traveller.move_to(start + idle - timedelta(seconds=1))
        assert enters(used)
        traveller.move_to(start + idle)
        assert not enters(resting)
        assert enters(used)
        moment = start + idle
        while moment < start + longest - idle / 2:
            moment += idle / 2
            traveller.move_to(moment)
            assert enters(used)
        traveller.move_to(start + longest)
        assert not enters(used)


def test_use_is_noted_at_most_every_five_minutes(world: World, signed_in: SignedIn) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        client = signed_in(world.alice)

        def use_at(moment: datetime) -> tuple[int, datetime]:
            traveller.move_to(moment)
            with CaptureQueriesContext(connection) as queries:
                through_middleware(client, page)
            return len(queries), Session.objects.get().last_seen_at

        assert use_at(start + timedelta(minutes=4, seconds=59)) == (1, start)
        assert use_at(start + timedelta(minutes=5)) == (2, start + timedelta(minutes=5))
        assert use_at(start + timedelta(minutes=9)) == (1, start + timedelta(minutes=5))


def test_a_timer_is_not_use(world: World, signed_in: SignedIn) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        client = signed_in(world.alice)
        traveller.move_to(start + timedelta(hours=1))
        request = through_middleware(client, polling(lambda _request: HttpResponse()))

    assert request.user == world.alice
    assert Session.objects.get().last_seen_at == start


def test_a_deactivated_account_has_no_session(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.alice)
    assert enters(client)
    User.objects.filter(pk=world.alice.pk).update(is_active=False)

    assert not enters(client)


def test_an_erased_row_ends_the_session_at_once(world: World, signed_in: SignedIn) -> None:
    client, other = signed_in(world.alice), signed_in(world.alice)
    Session.objects.filter(pk=key_hash(client.cookies[settings.SESSION_COOKIE_NAME].value)).delete()

    assert not enters(client)
    assert enters(other)


def test_django_s_own_login_works_and_changes_the_key(world: World) -> None:
    request = RequestFactory().post("/")
    request.session = SessionStore()
    request.session["before"] = 1
    request.session.save()
    before = request.session.session_key
    login(request, world.alice, backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()

    assert request.session.session_key not in {None, before}
    assert not SessionStore().exists(before or "")
    again = RequestFactory().get("/")
    again.session = SessionStore(request.session.session_key)
    assert again.session[SESSION_KEY] == str(world.alice.pk)
    assert again.session["before"] == 1
    assert get_user(again) == world.alice
    assert Session.objects.get().user_id == world.alice.pk


def test_values_of_a_visitor_are_kept_without_an_account(db: None) -> None:
    store = SessionStore()
    store["step"] = "second"
    store.save()
    store["step"] = "third"
    store.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key or ""
    request = through_middleware(client, page)

    assert request.session["step"] == "third"
    assert isinstance(request.user, AnonymousUser)
    assert not request.actor.is_signed_in  # type: ignore[attr-defined]


def test_saving_an_ended_session_does_not_bring_it_back(world: World) -> None:
    store = personas.sign_in(Client(), world.alice)
    Session.objects.all().delete()

    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.exists()


def test_the_cookie_s_age_is_what_is_left(world: World) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        store = personas.sign_in(Client(), world.alice)
        traveller.move_to(start + timedelta(days=1))
        assert store.get_expiry_age() == 6 * 86400
        assert store.get_expiry_date() == start + timedelta(days=7)
        assert SessionStore().get_expiry_age() == 7 * 86400


def test_sessions_that_are_over_are_erased(world: World) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        for is_shared_post in (False, True):
            personas.sign_in(Client(), world.alice, is_shared_post=is_shared_post)
        traveller.move_to(start + timedelta(hours=2))
        tasks.purge(0)
        assert [row.is_shared_post for row in Session.objects.all()] == [False]
        traveller.move_to(start + timedelta(hours=12))
        tasks.purge(0)
        assert not Session.objects.exists()
        personas.sign_in(Client(), world.alice)
        Session.objects.update(last_seen_at=start + timedelta(days=8))
        traveller.move_to(start + timedelta(days=8))
        tasks.purge(0)
        assert not Session.objects.exists()
