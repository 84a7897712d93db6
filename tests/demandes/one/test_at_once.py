"""People who act at the same moment, each in a transaction of their own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
import pytest_django
from django.db import connection, connections, transaction

from aplus.annuaire.models import Organisme, Territoire
from aplus.demandes.models import Demande, Message, Transition
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from tests import personas
from tests.committed import forget_the_journal
from tests.demandes import sent
from tests.demandes.one.browser import Browser, filled
from tests.demandes.one.cast import Cast

APPEND_ONLY = "transition"


@pytest.fixture
def cast(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker, time_machine: Any) -> Iterator[Cast]:
    """A demande in a database where commits are real; takes its rows away."""
    time_machine.move_to("2026-11-19T08:00:00+00:00", tick=True)
    with django_db_blocker.unblock():
        places = [(model, set(model.objects.values_list("pk", flat=True))) for model in (Organisme, Territoire)]
        try:
            world = personas.build()
            yield Cast(world, sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95]))
        finally:
            take_away()
            for model, before in places:
                model.objects.exclude(pk__in=before).delete()
            connection.close()


def take_away() -> None:
    """Empty the tables of people and demandes: their owner lifts the append-only trigger for that moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {APPEND_ONLY} DISABLE TRIGGER USER")
        cursor.execute("TRUNCATE accounts_user, annuaire_groupe, demande, secrets.secret, procrastinate_jobs CASCADE")
        cursor.execute(f"ALTER TABLE {APPEND_ONLY} ENABLE TRIGGER USER")
    forget_the_journal()


def together(*acts: Callable[[], int]) -> list[int]:
    """Run these at once; their answers, in order."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        try:
            barrier.wait(timeout=30)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def ready(cast: Cast, who: str, act: str, **fields: Any) -> Callable[[], int]:
    """A form filled in, to be sent when told."""
    browser = Browser(cast.user(who))
    form = filled(browser.form(cast.demande, act), **fields)
    return lambda: browser.post(cast.demande, act, form).status


@pytest.mark.parametrize("number", [20, pytest.param(200, marks=pytest.mark.long)])
def test_replies_of_many_connections_lose_none(cast, number):
    """Ten people at once, each sending reply after reply on a connection of their own."""
    people = [*("alice", "ines", "igor", "remi", "paul")] * 2
    browsers = [Browser(cast.user(who)) for who in people]
    forms = [browser.form(cast.demande, "messages") for browser in browsers]

    def write(rank: int) -> int:
        typed = [filled(forms[rank], message=f"Mot {rank}-{turn}.", cle=uuid4()) for turn in range(number // 10)]
        return sum(browsers[rank].post(cast.demande, "messages", form).status == 303 for form in typed)

    assert sum(together(*[partial(write, rank) for rank in range(10)])) == number
    assert sorted(Message.objects.values_list("seq", flat=True)) == list(range(1, number + 1))
    assert Notification.objects.filter(event="reponse").values("act_id").distinct().count() == number
    words = cast.read("paul").words
    assert all(f"Mot {rank}-{turn}." in words for rank in range(10) for turn in range(number // 10))
    assert Demande.objects.get().author_version >= number + 1


def test_a_double_click_is_one_message(cast):
    browser = Browser(cast.world.ines)
    form = filled(browser.form(cast.demande, "messages"), message="Une fois.", acte="prise-en-charge")
    assert together(*[lambda: browser.post(cast.demande, "messages", form).status] * 4) == [303] * 4
    assert Message.objects.count() == 1
    assert Transition.objects.filter(event="TAKE_CHARGE").count() == 1
    assert JournalLine.objects.filter(act="prise-en-charge", demande_id=cast.demande.id).count() == 1


def test_processed_by_two_at_once(cast):
    acts = [ready(cast, who, "messages", acte="traitement", message=f"Réglé par {who}.") for who in ("ines", "igor")]
    assert sorted(together(*acts)) == [303, 409]
    assert Transition.objects.filter(event="DECLARE_PROCESSED").count() == 1
    assert Message.objects.count() == 1


def test_archived_while_a_reply_is_on_its_way(cast):
    archive = ready(cast, "alice", "archivage", leve="oui")
    answers = together(archive, *[ready(cast, "ines", "messages", message="Encore un mot.") for _ in range(3)])
    assert answers[0] == 303
    assert set(answers[1:]) <= {303, 409}
    assert Message.objects.count() == answers[1:].count(303)
    assert cast.state == "ARCHIVED"


def test_opened_by_three_at_once(cast):
    browsers = [Browser(cast.user(who)) for who in ("ines", "igor", "remi")]
    assert together(*[lambda one=one: one.read(cast.demande).status for one in browsers]) == [200] * 3
    assert Transition.objects.filter(event="OPEN_PAGE").count() == 1
    assert JournalLine.objects.filter(act="ouverture", demande_id=cast.demande.id).count() == 1
    assert Notification.objects.filter(event="ouverture").count() == 1  # to Alice, who is alone on her side


def test_a_colleague_leaves_and_is_gone_once(cast):
    cast.submit("alice", "co-auteurs", collegues=[str(cast.world.amir.id)])
    leave = ready(cast, "amir", "depart")
    answers = sorted(together(leave, leave))
    assert answers[0] == 303
    assert answers[1] in {303, 404}
    assert Transition.objects.filter(event="LEAVE").count() == 1


def test_corrected_while_the_other_side_reads(cast):
    """Either the correction came first, and the reader reads it, or the reader did, and it is refused."""
    for number in range(4):
        browser = Browser(cast.world.alice)
        form = filled(browser.form(cast.demande, "messages"), message=f"Avant {number}.")
        assert browser.post(cast.demande, "messages", form).status == 303
        message = Message.objects.latest("seq")
        correct = ready(cast, "alice", f"messages/{message.id}/correction", message=f"Après {number}.")
        reader = Browser(cast.world.paul)
        seen: list[str] = []

        def read(reader: Browser = reader, seen: list[str] = seen) -> int:
            answer = reader.read(cast.demande)
            seen.append(answer.words)
            return answer.status

        status, _ = together(correct, read)
        assert (status == 303, f"Après {number}." in seen[0]) in {(True, True), (False, False)}
        assert status in {303, 409}


def test_withdrawn_from_two_tabs_at_once(cast):
    browser = Browser(cast.world.alice)
    browser.post(cast.demande, "messages", filled(browser.form(cast.demande, "messages"), message="De trop."))
    act = f"messages/{Message.objects.get().id}/retrait"
    tabs = [filled(browser.form(cast.demande, act), motif=f"Raison {number}.") for number in range(2)]
    answers = together(*[lambda form=form: browser.post(cast.demande, act, form).status for form in tabs])
    assert sorted(answers) == [303, 409]
    assert JournalLine.objects.filter(act="retrait", demande_id=cast.demande.id).count() == 1
