"""People, or robots, who act at the same time: real threads, real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from aplus.accounts.models import Attempt, LinkEnd, Session, SignInLink
from tests.personas import World


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    """Run the acts together and return their answers, sorted."""
    start = Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        try:
            start.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.parametrize("number_of_links", [1, 2])
def test_of_two_entries_one_enters(committing: World, ask: Callable[..., str], number_of_links: int) -> None:
    """The same link twice, then two links of one address: always one session, never a deadlock."""
    paths = [ask(committing.alice.email) for _ in range(number_of_links)]

    def enter(path: str) -> Callable[[], int]:
        return lambda: Client().post(path).status_code

    assert at_once([enter(paths[0]), enter(paths[-1])]) == [303, 410]
    assert Session.objects.count() == 1
    assert SignInLink.objects.exclude(used_at=None).count() == 1
    assert SignInLink.objects.filter(ended_by=LinkEnd.ENTRY).count() == number_of_links - 1


def test_a_crowd_does_not_pass_the_limit(committing: World) -> None:
    def ask_alice() -> int:
        return Client().post("/connexion/", {"email": committing.alice.email}).status_code

    answers = at_once([ask_alice] * 20)

    assert answers == [303] * 5 + [429] * 15
    assert SignInLink.objects.count() == 5
    assert Attempt.objects.filter(kind="lien").count() == 5
