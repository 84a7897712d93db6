"""Limits counted in the database."""

from datetime import timedelta

import pytest
import time_machine

from aplus.accounts import limits, tasks
from aplus.accounts.models import Attempt, SignInLink
from aplus.accounts.rules.entering import ATTEMPTS_KEPT, Limit, growing_wait
from aplus.accounts.services import entering as services
from aplus.core import clock
from aplus.core.errors import TooMany

pytestmark = pytest.mark.django_db
TWICE_A_MINUTE = (Limit(2, timedelta(minutes=1)),)


def test_the_wait_is_until_the_oldest_try_leaves() -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        limits.take("essai", "someone", TWICE_A_MINUTE)
        traveller.move_to(start + timedelta(seconds=20))
        limits.take("essai", "someone", TWICE_A_MINUTE)
        for seconds, wait in ((20, 40), (59.5, 1)):
            traveller.move_to(start + timedelta(seconds=seconds))
            with pytest.raises(TooMany) as refused:
                limits.take("essai", "someone", TWICE_A_MINUTE)
            assert refused.value.retry_after == wait
        traveller.move_to(start + timedelta(seconds=60))
        limits.take("essai", "someone", TWICE_A_MINUTE)


def test_of_several_limits_the_longest_wait_counts() -> None:
    both = (Limit(1, timedelta(minutes=1)), Limit(1, timedelta(hours=1)))
    with time_machine.travel(clock.now(), tick=False):
        limits.take("essai", "someone", both)
        with pytest.raises(TooMany) as refused:
            limits.take("essai", "someone", both)

    assert refused.value.retry_after == 3600


def test_refused_tries_are_not_counted() -> None:
    for _ in range(5):
        try:
            limits.take("essai", "someone", TWICE_A_MINUTE)
        except TooMany:
            continue

    assert Attempt.objects.count() == 2


def test_kinds_and_subjects_do_not_mix_and_are_hashed() -> None:
    for kind, subject in (("essai", "someone"), ("essai", "another"), ("other", "someone")):
        for _ in range(2):
            limits.take(kind, subject, TWICE_A_MINUTE)

    hashes = {bytes(attempt.subject_hash) for attempt in Attempt.objects.all()}
    assert len(hashes) == 3
    assert not any(b"someone" in digest for digest in hashes)


def test_old_tries_and_links_are_erased() -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        services.ask_link("old@demo.example", suite="", browser="")
        traveller.move_to(start + timedelta(hours=12))
        services.ask_link("recent@demo.example", suite="", browser="")
        traveller.move_to(start + timedelta(hours=24))
        tasks.purge(0)

    assert [link.email for link in SignInLink.objects.all()] == ["recent@demo.example"]
    assert Attempt.objects.count() == 1


def test_the_wait_grows_from_the_fifth_failure_to_one_hour() -> None:
    minutes = [growing_wait(failures) / timedelta(minutes=1) for failures in (0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 10_000)]

    assert minutes == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_failures_make_one_wait_longer_and_longer_until_a_good_try() -> None:
    moment = clock.now()
    with time_machine.travel(moment, tick=False) as traveller:
        for _ in range(5):
            limits.take_failure("essai", "someone")
        for minutes in (1, 2, 4):
            with pytest.raises(TooMany) as refused:
                limits.take_failure("essai", "someone")
            assert refused.value.retry_after == minutes * 60
            moment += timedelta(minutes=minutes)
            traveller.move_to(moment - timedelta(seconds=1))
            with pytest.raises(TooMany):
                limits.take_failure("essai", "someone")
            traveller.move_to(moment)
            limits.take_failure("essai", "someone")
        limits.take_failure("essai", "another")
        limits.take_failure("other", "someone")
        limits.forget_failures("essai", "someone")
        for _ in range(5):
            limits.take_failure("essai", "someone")


def test_failures_are_forgotten_after_a_day() -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        for _ in range(5):
            limits.take_failure("essai", "someone")
        traveller.move_to(start + ATTEMPTS_KEPT)
        for _ in range(5):
            limits.take_failure("essai", "someone")
