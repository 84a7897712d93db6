"""Sending the lines of an act: each once, rights asked again, failures apart, retries, sweep, forgetting."""

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from aplus.accounts.models import User
from aplus.core import clock
from aplus.notifications import services
from aplus.notifications.models import Notification, State
from aplus.notifications.services import RETRY_AFTER, tell
from tests.notifications.essai import EVENT, MAILBOX, person
from tests.notifications.jobs import run_jobs

pytestmark = pytest.mark.django_db


def tell_of_an_act(
    *people: User, mailboxes: tuple[UUID, ...] = (), codes: dict[str, str | int | bool] | None = None
) -> UUID:
    act = uuid4()
    tell(
        act_id=act,
        event=EVENT,
        at=clock.now(),
        demande_id=uuid4(),
        number=2611000042,
        people=[someone.id for someone in people],
        mailboxes=mailboxes,
        codes=codes,
    )
    return act


def recipients() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def test_each_recipient_gets_one_mail_of_their_own() -> None:
    tell_of_an_act(person("alice"), person("amir"), mailboxes=(uuid4(),))
    run_jobs()
    assert recipients() == ["alice@demo.example", "amir@demo.example", MAILBOX]
    assert all(len(message.recipients()) == 1 for message in mail.outbox)
    assert {line.state for line in Notification.objects.all()} == {State.SENT}
    assert {line.message_id for line in Notification.objects.all()} == {
        message.message()["Message-ID"] for message in mail.outbox
    }


def test_a_second_run_sends_nothing_more() -> None:
    act = tell_of_an_act(person("alice"))
    run_jobs()
    services.deliver(act)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        services.sweep()
    assert recipients() == ["alice@demo.example"]


def test_who_has_lost_the_right_before_the_sending_is_told_nothing() -> None:
    alice = person("alice")
    tell_of_an_act(alice, person("amir"))
    User.objects.filter(pk=alice.pk).update(is_active=False)
    run_jobs()
    assert recipients() == ["amir@demo.example"]
    assert Notification.objects.get(person=alice).state == State.DROPPED


def test_a_failure_of_one_does_not_stop_the_others_and_logs_no_address(caplog: pytest.LogCaptureFixture) -> None:
    alice = person("alice")
    tell_of_an_act(alice, person("amir"), person("ines"), codes={"broken_for": str(alice.id)})

    run_jobs(failures_expected=True)

    assert recipients() == ["amir@demo.example", "ines@demo.example"]
    assert Notification.objects.get(person=alice).state == State.PENDING
    (record,) = [record for record in caplog.records if record.name == "aplus.notifications.services"]
    assert record.__dict__["error"].startswith("BrokenComposerError in compose")
    assert "demo.example" not in str(record.__dict__)


def test_a_mail_that_cannot_be_sent_fails_the_tests_of_everyone() -> None:
    alice = person("alice")
    tell_of_an_act(alice, codes={"broken_for": str(alice.id)})
    with pytest.raises(AssertionError, match=EVENT):
        run_jobs()


def test_retries_come_at_growing_delays_then_the_failure_stays_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> int:
        raise SMTPRecipientsRefused({})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    start = datetime.fromisoformat("2026-11-21T20:30:05+00:00")
    with time_machine.travel(start, tick=False) as clock_hand:
        tell_of_an_act(person("alice"))
        run_jobs(failures_expected=True)
        for tries, delay in enumerate(RETRY_AFTER, start=1):
            clock_hand.shift(delay - timedelta(seconds=1))
            services.sweep()
            line = Notification.objects.get()
            assert (line.tries, line.state) == (tries, State.PENDING)
            clock_hand.shift(1)
            services.sweep()
        services.sweep()
    line = Notification.objects.get()
    assert (line.tries, line.state, line.next_try_at) == (len(RETRY_AFTER) + 1, State.FAILED, None)
    assert list(RETRY_AFTER) == sorted(set(RETRY_AFTER))


def test_a_mail_refused_once_leaves_at_the_next_try() -> None:
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", lambda *_args: 1 / 0)
        tell_of_an_act(person("alice"))
        run_jobs(failures_expected=True)
    with time_machine.travel(clock.now() + RETRY_AFTER[0]):
        services.sweep()
    assert recipients() == ["alice@demo.example"]
    assert Notification.objects.get().state == State.SENT


def test_the_sweep_takes_what_a_killed_worker_left_after_a_minute() -> None:
    tell_of_an_act(person("alice"))
    services.sweep()
    assert recipients() == []
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        services.sweep()
    assert recipients() == ["alice@demo.example"]


def test_a_mail_server_that_hangs_holds_the_worker_for_less_than_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(clock.now(), tick=False) as clock_hand:
        monkeypatch.setattr(EmailBackend, "send_messages", lambda *_args: clock_hand.shift(20) or 1 / 0)
        tell_of_an_act(*[person(f"p{number}") for number in range(6)])
        start = clock.now()
        run_jobs(failures_expected=True)
        assert clock.now() - start == timedelta(seconds=60)
    assert Notification.objects.filter(tries=0).count() == 3


def test_delivery_states_are_forgotten_after_90_days_but_not_what_waits() -> None:
    with time_machine.travel(clock.now() - timedelta(days=91)):
        tell_of_an_act(person("alice"))
        run_jobs()
        waiting = tell_of_an_act(person("amir"))
    with time_machine.travel(clock.now() - timedelta(days=89)):
        recent = tell_of_an_act(person("ines"))
        services.deliver(recent)

    services.purge()

    assert set(Notification.objects.values_list("act_id", flat=True)) == {waiting, recent}
