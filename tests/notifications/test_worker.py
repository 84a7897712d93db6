"""The real worker, as a process: mails seconds after the commit, none after a rollback, none lost by a kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
import pytest_django
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from aplus.accounts.models import User
from aplus.core import clock
from aplus.notifications import services
from aplus.notifications.models import Notification, State
from aplus.notifications.services import DELIVER, tell
from tests.notifications.essai import EVENT, person
from tests.notifications.jobs import clear_jobs, wait_until, waiting_jobs

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """A database where commits are real, as another process sees them; takes its own rows away, flushes nothing."""
    with django_db_blocker.unblock():
        clear_jobs()
        try:
            yield
        finally:
            Notification.objects.all().delete()
            User.objects.filter(email="alice@demo.example").delete()
            clear_jobs()
            connection.close()


@contextmanager
def a_worker(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on the tests' database, stopped at the end if it still lives."""
    place = connection.get_connection_params()
    address = "postgresql://{user}:{password}@/{dbname}?host={host}&port={port}".format(
        **{key: quote(str(place.get(key, "")), safe="") for key in ("user", "password", "dbname", "host", "port")}
    )
    command = [sys.executable, "-m", "tests.notifications.worker", str(folder), *arguments]
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", settings.SETTINGS_MODULE),
    }
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=20)


def tell_of_an_act(someone: User) -> UUID:
    act = uuid4()
    tell(act_id=act, event=EVENT, at=clock.now(), demande_id=uuid4(), number=1, people=[someone.id])
    return act


def is_sent(act: UUID) -> bool:
    return Notification.objects.filter(act_id=act, state=State.SENT).exists()


def test_a_worker_sends_after_the_commit_only_and_loses_nothing_when_killed(tmp_path: Path) -> None:
    alice = person("alice")
    act = tell_of_an_act(alice)

    with a_worker(tmp_path, "die-after-sending") as killed:
        assert killed.wait(timeout=30) == -signal.SIGKILL
    (left,) = tmp_path.glob("*.eml")
    assert not is_sent(act)

    Notification.objects.filter(act_id=act).update(next_try_at=clock.now() - timedelta(seconds=1))
    with suppress(AlreadyEnqueued):  # the killed worker may have left the sweep of its minute
        app.configure_task("notifications.sweep").defer(timestamp=0)
    with a_worker(tmp_path):
        wait_until(lambda: is_sent(act), seconds=30)
        assert list(tmp_path.iterdir()) == [left]

        with pytest.raises(ZeroDivisionError), transaction.atomic():
            tell_of_an_act(alice)
            raise ZeroDivisionError
        with transaction.atomic():
            seen = tell_of_an_act(alice)
            # Beside it, what time alone puts in the queue.
            assert [job.task_name for job in waiting_jobs()].count(DELIVER) == 1
        assert wait_until(lambda: is_sent(seen), seconds=5) < 5
        assert len(list(tmp_path.iterdir())) == 2


def test_a_line_that_another_worker_is_sending_is_left_to_it() -> None:
    act = tell_of_an_act(person("alice"))
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("select 1 from notifications_notification where act_id = %s for update", [act])
        services.deliver(act)
        assert mail.outbox == []
        other.rollback()
    finally:
        other.close()
    services.deliver(act)
    assert len(mail.outbox) == 1
