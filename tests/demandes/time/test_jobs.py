"""The jobs of time themselves: two workers at once, one killed, a demande that fails, many at a time, plans."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import pytest_django
from django.db import connection, connections, transaction
from procrastinate.contrib.django import app

from aplus.accounts.models import User
from aplus.annuaire.models import Organisme, Territoire
from aplus.core import clock
from aplus.demandes import tasks
from aplus.demandes.models import Demande, Part, StepDone, Transition
from aplus.demandes.services import escalating, idling, stepping
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from tests import personas
from tests.demandes import sent
from tests.demandes.one.test_at_once import take_away
from tests.demandes.test_invariants import assert_copies, assert_due_dates, assert_states
from tests.demandes.time.passing import keep_time, lines, local
from tests.personas import World

SENT, LATE, VERY_LATE = local("2026-04-30 10:00"), local("2026-06-10 09:00"), local("2027-02-10 09:00")
# The CPAM has no responsable.
CAF_STEPS = ["echeance", "responsables", "superviseurs", "expert"]
CPAM_STEPS = ["echeance", "responsables-aucun", "superviseurs", "expert"]
BOTH = sorted(("ESCALATE", step) for step in CAF_STEPS + CPAM_STEPS)


@pytest.fixture
def committed(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[tuple[World, list[Demande]]]:
    """Six demandes in a database where commits are real, as several workers see it; takes its rows away."""
    with django_db_blocker.unblock():
        places = [(model, set(model.objects.values_list("pk", flat=True))) for model in (Organisme, Territoire)]
        try:
            with clock.at(local("2026-04-01 10:00")):
                world = personas.build()
            with clock.at(SENT):
                yield (
                    world,
                    [sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95]) for _ in range(6)],
                )
        finally:
            take_away()
            for model, before in places:
                model.objects.exclude(pk__in=before).delete()
            connection.close()


def workers(number: int, moment: Any, job: Callable[[], None]) -> None:
    """As many workers that begin at the same instant."""
    barrier = Barrier(number)

    def work() -> None:
        try:
            with clock.at(moment):
                barrier.wait(timeout=30)
                job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        for done in [pool.submit(work) for _ in range(number)]:
            done.result()


def assert_whole(demandes: list[Demande]) -> None:
    """What is stored of each is what its sources say."""
    for one in demandes:
        demande = Demande.objects.get(pk=one.pk)
        parts = list(Part.objects.filter(demande=demande))
        assert_states(demande, parts)
        assert_due_dates(demande, parts)
        assert_copies(demande, parts, list(demande.participants.filter(until=None)))


def test_several_workers_make_each_step_once(committed):
    world, demandes = committed
    workers(4, LATE, keep_time)
    with clock.at(LATE):
        keep_time()  # what was held by another is left for the next minute
    for demande in demandes:
        assert sorted(lines(demande)) == BOTH
        for groupe, steps in ((world.caf95, CAF_STEPS), (world.cpam95, CPAM_STEPS)):
            made = Transition.objects.filter(part=sent.part(demande, groupe), event="ESCALATE").order_by("id")
            assert list(made.values_list("code", flat=True)) == steps
    assert StepDone.objects.count() == 6 * 2 * 4
    # One act of each part, one mail of it for each person.
    for who in ("alice", "ines", "sophie"):
        person = User.objects.get(email__startswith=f"{who}.")
        events = Notification.objects.filter(person=person, at=LATE).values_list("event", flat=True)
        assert len(events) == (6 if who == "ines" else 12)
    assert_whole(demandes)


def test_workers_among_people_who_act(committed):
    world, demandes = committed
    people = iter(["ines", "igor", "paul", "alice"])

    def act() -> None:
        who = world.user(next(people))
        for demande in demandes:
            with clock.at(LATE):
                sent.reply(who, demande, "Un mot pendant ce temps.")

    barrier = Barrier(6)

    def run(job: Callable[[], None]) -> None:
        try:
            with clock.at(LATE):
                barrier.wait(timeout=30)
                job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(run, job) for job in (keep_time, keep_time, act, act, act, act)]:
            done.result()
    assert_whole(demandes)
    for demande in demandes:
        for part in demande.parts.all():
            made = StepDone.objects.filter(part=part).values_list("step", "round")
            assert len(set(made)) == len(made)
            assert part.next_step_at is not None
            assert part.next_step_at > LATE


def test_killed_between_two_demandes_goes_on_where_it_was(committed, monkeypatch):
    """What was made is made, what was begun is undone, nothing is made twice."""
    _, demandes = committed
    finish, finished = escalating.Act.finish, []

    class Killed(BaseException):
        """As a signal would."""

    def killed_at_the_fifth(act: Any, *arguments: Any, **named: Any) -> None:
        finish(act, *arguments, **named)
        finished.append(act.demande.id)
        if len(finished) == 5:
            raise Killed

    monkeypatch.setattr(escalating.Act, "finish", killed_at_the_fifth)
    with clock.at(LATE), pytest.raises(Killed):
        keep_time()
    assert StepDone.objects.count() == 4 * 4
    assert Notification.objects.filter(at=LATE).values("act_id").distinct().count() == 4
    monkeypatch.undo()
    with clock.at(LATE):
        keep_time()
    assert StepDone.objects.count() == 6 * 2 * 4
    for demande in demandes:
        assert sorted(lines(demande)) == BOTH
    assert_whole(demandes)


def test_what_somebody_holds_is_left_for_the_next_minute(committed):
    _, demandes = committed
    held = demandes[0]
    with transaction.atomic():
        Demande.objects.select_for_update().get(pk=held.pk)
        workers(1, LATE, keep_time)
    assert lines(held) == []
    assert all(lines(one) for one in demandes[1:])
    workers(1, LATE, keep_time)
    assert len(lines(held)) == 8


def test_workers_archive_once(committed):
    _, demandes = committed
    for moment in (VERY_LATE, local("2027-02-18 09:00")):
        workers(3, moment, keep_time)
        workers(1, moment, keep_time)
    for demande in demandes:
        assert [line for line in lines(demande) if line[0] != "ESCALATE"] == [
            ("NOTICE", "inactive"),
            ("ARCHIVE", "inactive"),
        ]
        assert JournalLine.objects.filter(demande_id=demande.id, act="archivage").count() == 1
    assert_whole(demandes)


class TestOneThatFails:
    @pytest.fixture
    def demandes(self, world):
        with clock.at(SENT):
            return [sent.send(world.alice, world.fs_argenteuil, [world.caf95]) for _ in range(3)]

    def test_does_not_hold_back_the_others(self, demandes, monkeypatch, caplog):
        bad = demandes[0]
        make = escalating.make_steps

        def fails(demande_id: Any, part_id: Any) -> None:
            make(demande_id, part_id)
            if demande_id == bad.id:
                raise ValueError("Ondine Quartefeuille")

        monkeypatch.setattr(escalating, "make_steps", fails)
        with clock.at(LATE), caplog.at_level(logging.WARNING):
            keep_time()
        assert [len(lines(one)) for one in demandes] == [0, 4, 4]
        assert StepDone.objects.filter(demande=bad).count() == 0
        (record,) = [record for record in caplog.records if record.name == "aplus.demandes.services.stepping"]
        assert "Quartefeuille" not in str(vars(record))
        assert vars(record)["demande"] == str(bad.id)
        monkeypatch.undo()
        with clock.at(LATE):
            keep_time()
        assert [len(lines(one)) for one in demandes] == [4, 4, 4]

    def test_more_than_one_batch_with_failures_first(self, demandes, monkeypatch):
        monkeypatch.setattr(stepping, "BATCH", 1)
        make, failed = escalating.make_steps, []

        def fails(demande_id: Any, part_id: Any) -> None:
            if len(failed) < 2:
                failed.append(part_id)
                raise ValueError
            make(demande_id, part_id)

        monkeypatch.setattr(escalating, "make_steps", fails)
        with clock.at(LATE):
            keep_time()
        assert sorted(len(lines(one)) for one in demandes) == [0, 0, 4]
        with clock.at(LATE):
            keep_time()
        assert [len(lines(one)) for one in demandes] == [4, 4, 4]

    def test_stops_in_time_and_goes_on_the_next_minute(self, demandes, monkeypatch, time_machine):
        time_machine.move_to(LATE, tick=False)
        make = escalating.make_steps

        def slow(demande_id: Any, part_id: Any) -> None:
            make(demande_id, part_id)
            time_machine.shift(60)

        monkeypatch.setattr(escalating, "make_steps", slow)
        monkeypatch.setattr(stepping, "BATCH", 1)
        tasks.make_part_steps.func(0)
        assert sorted(len(lines(one)) for one in demandes) == [0, 0, 4]
        for _ in range(2):
            tasks.make_part_steps.func(0)
        assert [len(lines(one)) for one in demandes] == [4, 4, 4]


def test_the_worker_runs_them_by_itself():
    every_minute = {"demandes.part_steps", "demandes.demande_steps"}
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert {name for name, cron in periodic.items() if cron == "* * * * *"} >= every_minute
    assert periodic["demandes.left_alone"] == "41 3 * * *"
    for name in (*every_minute, "demandes.left_alone"):
        assert app.tasks[name].queueing_lock == name
        assert app.tasks[name].lock is None


@pytest.mark.parametrize("rows", [Part.objects.all(), Demande.objects.all()])
def test_what_is_due_is_found_by_its_index(db, rows):
    """The first rows and those after a mark; with so few rows PostgreSQL would rather read them all."""
    due = rows.filter(next_step_at__lte=LATE).order_by("next_step_at", "pk")
    marked = due.filter(next_step_at__gte=SENT)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    for query in (due, marked):
        assert f"Index Scan using {rows.model._meta.db_table}_next_step" in query.explain()


def test_sides_left_empty_are_searched_in_chunks(world, monkeypatch, django_assert_num_queries):
    with clock.at(SENT):
        found = [sent.send(world.alice, world.fs_argenteuil, [world.caf95]) for _ in range(5)]
    User.objects.filter(pk=world.alice.pk).update(is_active=False)
    monkeypatch.setattr(idling, "CHUNK", 2)
    with clock.at(LATE):
        tasks.find_left_alone.func(0)
    assert set(Demande.objects.values_list("next_step", flat=True)) == {"passation-resp"}
    # All sent at one moment: they are one chunk; none is left to ask about.
    with clock.at(LATE), django_assert_num_queries(3):
        tasks.find_left_alone.func(0)
    assert len(found) == 5
