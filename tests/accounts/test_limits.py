"""Limits counted in the database."""

from datetime import timedelta

import pytest
import time_machine

from aplus.accounts import limits, tasks
from aplus.accounts.models import Attempt, SignInLink
from aplus.accounts.rules.entering import Limit
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
