"""Mailjet's calls: who may make them, what they change on a line, and what nothing changes."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Session, User
from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.notifications import services
from aplus.notifications.models import Notification, State
from aplus.notifications.rules import Delivery
from aplus.notifications.services import tell
from aplus.ui.models import Maintenance
from tests.notifications.essai import EVENT, person
from tests.notifications.jobs import run_jobs
from tests.notifications.mailjet_events import PATH, SECRET, event, hard_bounce, post, soft_bounce

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _configured(settings: LazySettings) -> None:
    settings.MAILJET_WEBHOOK = [SECRET]


@pytest.fixture
def alice(db: None) -> User:
    return person("alice")


@pytest.fixture
def line(alice: User) -> Notification:
    """A mail that left an hour ago."""
    with clock.at(clock.now() - timedelta(hours=1)):
        tell(act_id=uuid4(), event=EVENT, at=clock.now(), people=[alice.pk])
        run_jobs()
    return Notification.objects.get()


def then(line: Notification, seconds: int) -> datetime:
    """A moment after it left."""
    return line.at.replace(microsecond=0) + seconds * SECOND


def fact(line: Notification) -> tuple[str, datetime | None]:
    line.refresh_from_db()
    return line.delivery, line.delivery_at


class TestWhoMayCall:
    def test_there_is_nothing_there_without_a_secret(self, settings: LazySettings, line: Notification) -> None:
        settings.MAILJET_WEBHOOK = []
        for secret in (SECRET, "", ":", None):
            assert post(event("sent", line.pk, then(line, 1)), secret=secret).status_code == 404
        assert fact(line) == ("", None)

    @pytest.mark.parametrize("secret", [None, "", ":", "mailjet:", SECRET[:-1], f"{SECRET}x", SECRET.upper(), "é:é"])
    def test_nobody_but_who_has_it(self, line: Notification, secret: str | None) -> None:
        response = post(event("sent", line.pk, then(line, 1)), secret=secret)
        assert (response.status_code, response.headers["WWW-Authenticate"][:5]) == (401, "Basic")
        assert fact(line) == ("", None)

    @pytest.mark.parametrize("given", ["Basic", "Basic !!!", "Bearer x", f"basic {SECRET}", SECRET, "Basic \xe9"])
    def test_odd_proofs_are_no_proof(self, given: str) -> None:
        assert Client().post(PATH, b"[]", content_type="application/json", HTTP_AUTHORIZATION=given).status_code == 401

    def test_two_secrets_while_one_is_changed(self, settings: LazySettings) -> None:
        settings.MAILJET_WEBHOOK = [SECRET, f"{SECRET}-new"]
        assert [post([], secret=one).status_code for one in settings.MAILJET_WEBHOOK] == [200, 200]

    @pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
    def test_another_method_is_refused(self, method: str) -> None:
        assert getattr(Client(), method)(PATH).status_code == 401

    def test_no_session_is_read_and_none_is_made(self, world: Any, signed_in: Callable[..., Client]) -> None:
        client = signed_in(world.nora)
        before = Session.objects.get(user=world.nora).last_seen_at
        with CaptureQueriesContext(connection) as queries:
            response = post([], client=client)
        assert (response.status_code, response.cookies.output()) == (200, "")
        assert not [one for one in queries if "accounts_" in one["sql"]]
        assert Session.objects.get(user=world.nora).last_seen_at == before
        assert client.post(PATH, b"{", content_type="application/json").status_code == 401
        assert not JournalLine.objects.filter(act="refus").exists()

    def test_a_closed_site_still_listens(self, line: Notification) -> None:
        Maintenance.objects.create(pk=Maintenance.ROW, is_on=True, changed_at=clock.now())
        assert Client().get("/aide/").status_code == 503
        assert post(event("sent", line.pk, then(line, 1))).status_code == 200


class TestWhatItChanges:
    @pytest.mark.parametrize(
        ("told", "delivery"),
        [
            (lambda line, at: event("sent", line.pk, at), Delivery.DELIVERED),
            (lambda line, at: soft_bounce(line.pk, at), Delivery.DEFERRED),
            (lambda line, at: hard_bounce(line.pk, at), Delivery.REFUSED),
            (lambda line, at: event("spam", line.pk, at), Delivery.COMPLAINED),
        ],
    )
    def test_a_line_says_what_came_back_and_when(self, line: Notification, told: Any, delivery: Delivery) -> None:
        for body in (told(line, then(line, 5)), [told(line, then(line, 5))]):
            assert post(body).status_code == 200
            assert fact(line) == (delivery, then(line, 5))
        assert line.state == State.SENT

    def test_twice_or_late_it_changes_nothing_more(self, line: Notification) -> None:
        soft, sent = soft_bounce(line.pk, then(line, 1)), event("sent", line.pk, then(line, 60))
        spam = event("spam", line.pk, then(line, 600))
        for calls in ([soft], [sent], [spam], [sent, soft], [spam], [soft, spam, sent, soft]):
            assert post(calls).status_code == 200
        assert fact(line) == (Delivery.COMPLAINED, then(line, 600))

    def test_of_one_call_each_line_takes_its_newest(self, line: Notification) -> None:
        calls = [event("sent", line.pk, then(line, 60)), soft_bounce(line.pk, then(line, 1))]
        assert post(calls).status_code == 200
        assert fact(line) == (Delivery.DELIVERED, then(line, 60))

    def test_ids_of_nothing_are_passed_over(self, line: Notification) -> None:
        others = [event("sent", uuid4(), then(line, 1)), {**event("sent", line.pk, then(line, 1)), "CustomID": "x"}]
        assert post([*others, event("sent", line.pk, then(line, 2))]).status_code == 200
        assert fact(line) == (Delivery.DELIVERED, then(line, 2))

    def test_what_is_told_in_the_application_only_never_left(self, alice: User) -> None:
        tell(act_id=uuid4(), event=EVENT, at=clock.now(), in_app=[alice.pk])
        shown = Notification.objects.get()
        assert post(event("sent", shown.pk, clock.now())).status_code == 200
        assert fact(shown) == ("", None)

    @pytest.mark.parametrize("state", [State.PENDING, State.FAILED])
    def test_a_mail_that_did_leave_does_not_leave_again(
        self, alice: User, state: State, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Mailjet took it, and its answer was lost: its event says so."""
        monkeypatch.setattr(EmailBackend, "send_messages", lambda *_args: 1 / 0)
        tell(act_id=uuid4(), event=EVENT, at=clock.now(), people=[alice.pk])
        run_jobs(failures_expected=True)
        lost = Notification.objects.get()
        if state == State.FAILED:
            Notification.objects.update(state=state, next_try_at=None)
        monkeypatch.undo()
        at = clock.now().replace(microsecond=0)
        assert post(event("sent", lost.pk, at)).status_code == 200
        lost.refresh_from_db()
        assert (lost.state, lost.next_try_at, lost.sent_at) == (State.SENT, None, at)
        with clock.at(clock.now() + DAY):
            services.sweep()
        assert mail.outbox == []

    def test_states_are_forgotten_with_their_line(self, line: Notification) -> None:
        post(event("sent", line.pk, then(line, 1)))
        with clock.at(line.at + 91 * DAY):
            services.purge()
            assert post(event("spam", line.pk, then(line, 2))).status_code == 200
        assert not Notification.objects.exists()

    def test_eight_hundred_events_cost_a_few_queries(self, alice: User) -> None:
        now = clock.now()
        Notification.objects.bulk_create(
            Notification(act_id=uuid4(), event=EVENT, at=now, person=alice, state=State.SENT) for _ in range(800)
        )
        calls = [soft_bounce(line.pk, now) for line in Notification.objects.all()]
        with CaptureQueriesContext(connection) as queries:
            assert post(calls).status_code == 200
        assert len(queries) < 10
        assert Notification.objects.filter(delivery=Delivery.DEFERRED).count() == 800


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b"12", 400),
        (b'"sent"', 400),
        (b"\xff\xfe", 400),
        (b"{}", 400),
        (b"[[]]", 400),
        (b'{"event": "sent", "time": 1e400}', 400),
        (b'{"event": "sent", "time": NaN}', 400),
        (b'{"event": "sent", "time": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 200_000, 400),
        (b'{"event": "sent\\u0000", "time": 1, "email": "\\ud800", "CustomID": "\\u0000"}', 200),
        (b"[" + b" " * (2 * 1024 * 1024) + b"]", 413),
        (b"[]", 200),
    ],
)
def test_odd_bodies_are_answered_and_change_nothing(line: Notification, body: bytes, status: int) -> None:
    assert post(body).status_code == status
    assert fact(line) == ("", None)


def test_one_odd_event_refuses_the_whole_call(line: Notification) -> None:
    assert post([event("sent", line.pk, then(line, 1)), {"event": "sent"}]).status_code == 400
    assert fact(line) == ("", None)


def test_nothing_of_anybody_is_logged(line: Notification, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        post(hard_bounce(line.pk, then(line, 1)))
        post([hard_bounce(line.pk, then(line, 1)), {"event": "sent", "email": "alice@demo.example"}])
        post(b'{"email": "alice@demo.example"')
        post([], secret="mailjet:wrong")
    logged = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    queries = [record for record in caplog.records if record.name.startswith("django.db")]
    assert not queries
    assert "alice@" not in logged
    assert SECRET not in logged
    assert "no such user" not in logged
