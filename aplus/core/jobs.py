"""Putting a job in the queue, in the transaction of whoever asks."""

from functools import cache

from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector


@cache
def _queue() -> App:
    return App(connector=DjangoConnector())


def defer(task: str, *, priority: int = 0, **arguments: str) -> None:
    """Queue a task by its name; the job is there when the current transaction commits, and not otherwise.

    Procrastinate's own app does so in a web process only: in a worker it writes through a connection of its own, and
    the job could run before the rows it is about exist.
    """
    _queue().configure_task(task, priority=priority).defer(**arguments)
