"""The queue in tests: run what waits, as the worker would, inside the test's own transaction."""

import time
from collections.abc import Callable

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from aplus.core import clock
from aplus.notifications.models import Notification, State


def waiting_jobs() -> list[ProcrastinateJob]:
    """The jobs that a worker would take now, in its order."""
    jobs = ProcrastinateJob.objects.filter(status="todo").order_by("-priority", "id")
    return [job for job in jobs if job.scheduled_at is None or job.scheduled_at <= clock.now()]


def run_jobs(*, failures_expected: bool = False) -> int:
    """Run the waiting jobs, and those that they defer, and mark them done; returns how many ran.

    A job that raises fails the test; so does a mail that could not be composed or sent, unless it is expected.
    """
    ran = 0
    while jobs := waiting_jobs():
        for job in jobs:
            app.tasks[job.task_name].func(**job.args)
            with connection.cursor() as cursor:
                cursor.execute("select procrastinate_finish_job_v1(%s, 'succeeded', false)", [job.id])
            ran += 1
    failed = Notification.objects.filter(state=State.PENDING, tries__gt=0).values_list("event", flat=True)
    assert failures_expected or not failed, (
        f"not sent: {sorted(failed)}, see the captured log for the error and its place"
    )
    return ran


def clear_jobs() -> None:
    """Empty the queue after a test that commits: Django's own flush does not know these tables."""
    with connection.cursor() as cursor:
        cursor.execute("truncate procrastinate_jobs, procrastinate_workers restart identity cascade")


def wait_until(condition: Callable[[], bool], *, seconds: float) -> float:
    """Wait for a condition and return how long it took; fails the test when it never comes."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, f"still not true after {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - start
