"""The clock answers the time it is given, inside the block and nowhere else."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from aplus.core import clock

MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_inside_the_block_it_is_the_given_moment_then_now_again() -> None:
    with clock.at(MOMENT):
        assert clock.now() == MOMENT
        with clock.at(MOMENT + timedelta(hours=1)):
            assert clock.now() == MOMENT + timedelta(hours=1)
        assert clock.now() == MOMENT
    assert clock.now() > MOMENT


def test_an_error_inside_the_block_gives_the_time_back() -> None:
    with pytest.raises(KeyError), clock.at(MOMENT):
        raise KeyError
    assert clock.now() != MOMENT


def test_another_thread_keeps_the_real_time() -> None:
    seen: list[datetime] = []
    with clock.at(MOMENT):
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != MOMENT
