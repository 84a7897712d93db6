"""Sending through Mailjet, against its API as it behaves: what it is sent exactly, and every way in which it fails."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.mail import send_mail

from aplus.core import clock
from aplus.notifications import services
from aplus.notifications.models import Notification, State
from aplus.notifications.services import RETRY_AFTER, tell
from tests.notifications.essai import EVENT, MAILBOX, person
from tests.notifications.fake_mailjet import KEY, SECRET, FakeMailjet, refusal, running
from tests.notifications.jobs import run_jobs

pytestmark = pytest.mark.django_db
CANARY = "alice@demo.example"


@pytest.fixture
def mailjet(settings: LazySettings) -> Iterator[FakeMailjet]:
    with running() as fake:
        settings.EMAIL_BACKEND = "aplus.notifications.mailjet.MailjetBackend"
        settings.ANYMAIL = {
            **settings.ANYMAIL,
            "MAILJET_API_KEY": KEY,
            "MAILJET_SECRET_KEY": SECRET,
            "MAILJET_API_URL": fake.url,
        }
        settings.BASE_URL = "https://aplus.example"
        settings.DEFAULT_FROM_EMAIL = "Administration+ <aide@aplus.example>"
        yield fake


def tell_alice() -> Notification:
    """One act, one person."""
    tell(act_id=uuid4(), event=EVENT, at=clock.now(), demande_id=uuid4(), number=42, people=[person("alice").pk])
    return Notification.objects.get()


def test_what_is_sent_exactly(mailjet: FakeMailjet) -> None:
    line = tell_alice()
    run_jobs()
    [asked] = mailjet.asked
    thread = f"<demande-{line.demande_id.hex}@aplus.example>"
    text, html = asked["Globals"].pop("TextPart"), asked["Globals"].pop("HTMLPart")
    assert asked == {
        "Globals": {
            "CustomID": line.id.hex,
            "From": {"Email": "aide@aplus.example", "Name": "Administration+"},
            "Subject": "[A+] Demande 42\u00a0: essai",
            "Headers": {
                "Auto-Submitted": "auto-generated",
                "X-Aplus-Evenement": EVENT,
                "X-Aplus-Demande": "42",
                "References": thread,
                "In-Reply-To": thread,
            },
            "TrackOpens": "disabled",
            "TrackClicks": "disabled",
        },
        "Messages": [{"To": [{"Email": "alice@demo.example"}]}],
    }
    for part in (text, html):
        assert f"https://aplus.example/demandes/{line.demande_id}/" in part
    line.refresh_from_db()
    assert (line.state, line.message_id) == (State.SENT, f"<{line.id.hex}@aplus.example>")


def test_each_recipient_is_a_mail_of_their_own(mailjet: FakeMailjet) -> None:
    tell(act_id=uuid4(), event=EVENT, at=clock.now(), people=[person("alice").pk], mailboxes=[uuid4()])
    run_jobs()
    asked = [[to["Email"] for to in one["Messages"][0]["To"]] for one in mailjet.asked]
    assert sorted(asked) == [["alice@demo.example"], [MAILBOX]]
    assert len({one["Globals"]["CustomID"] for one in mailjet.asked}) == 2


@pytest.mark.parametrize(
    "answer",
    [
        (400, refusal("send-0003", f"{CANARY} is not an address")),
        (400, {"ErrorCode": "mj-0004", "ErrorMessage": f"{CANARY}", "StatusCode": 400}),
        (401, {"ErrorMessage": CANARY, "StatusCode": 401}),
        (403, {"ErrorCode": "mj-0001", "ErrorMessage": "blocked", "StatusCode": 403}),
        (429, b"too many"),
        (500, b"<h1>oops</h1>"),
        (503, {"ErrorMessage": CANARY}),
        (200, b"not json"),
        (200, {"Messages": [{"Status": "success"}]}),
        (200, {"Messages": []}),
        (200, {}),
        (200, refusal("send-0003", "no")),
    ],
)
def test_what_mailjet_does_not_take_is_tried_again_and_logs_no_address(
    mailjet: FakeMailjet, caplog: pytest.LogCaptureFixture, answer: tuple[int, Any]
) -> None:
    mailjet.answer = answer
    tell_alice()
    run_jobs(failures_expected=True)
    line = Notification.objects.get()
    assert (line.state, line.tries, line.sent_at) == (State.PENDING, 1, None)
    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "mail not sent" in logged
    assert CANARY not in logged
    assert SECRET not in logged

    mailjet.answer = None
    with clock.at(clock.now() + RETRY_AFTER[0] + timedelta(seconds=1)):
        services.sweep()
    assert Notification.objects.get().state == State.SENT
    assert {one["Globals"]["CustomID"] for one in mailjet.asked} == {line.id.hex}


def test_an_api_that_hangs_holds_the_worker_for_a_moment_only(mailjet: FakeMailjet, settings: LazySettings) -> None:
    assert settings.ANYMAIL["REQUESTS_TIMEOUT"] == 20
    settings.ANYMAIL = {**settings.ANYMAIL, "REQUESTS_TIMEOUT": 0.2}
    mailjet.hangs = threading.Event()
    tell_alice()
    run_jobs(failures_expected=True)
    mailjet.hangs.set()
    assert Notification.objects.get().state == State.PENDING


def test_an_api_that_is_not_there_is_tried_again(mailjet: FakeMailjet, settings: LazySettings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "MAILJET_API_URL": "http://127.0.0.1:9/v3.1/"}
    tell_alice()
    run_jobs(failures_expected=True)
    assert Notification.objects.get().state == State.PENDING


def test_wrong_keys_send_nothing(mailjet: FakeMailjet, settings: LazySettings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "MAILJET_SECRET_KEY": "another"}
    tell_alice()
    run_jobs(failures_expected=True)
    assert mailjet.asked == []
    assert Notification.objects.get().state == State.PENDING


def test_a_mail_not_built_here_is_refused(mailjet: FakeMailjet) -> None:
    with pytest.raises(TypeError):
        send_mail("Objet", "Texte", None, ["ines.caron@demo.example"])
    assert mailjet.asked == []
