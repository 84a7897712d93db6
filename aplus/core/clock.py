"""The only place that asks what time it is; everything else takes a time as an argument."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_given: ContextVar[datetime | None] = ContextVar("given", default=None)


def now() -> datetime:
    """The current time, aware, in UTC; inside `at`, the time it was given."""
    return _given.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block, for this thread or task only, it is `moment` (aware): the demo world's past, and tests."""
    token = _given.set(moment)
    try:
        yield
    finally:
        _given.reset(token)
