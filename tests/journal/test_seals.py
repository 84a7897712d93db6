"""Seals: what was written five minutes ago cannot change, vanish or appear without being seen."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from aplus.journal import queries, rules, services
from aplus.journal.models import JournalLine, JournalSeal
from aplus.policy.actor import Actor

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 5, 9, tzinfo=UTC)
ACTOR = Actor(user_id=uuid4(), session_id=uuid4())


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still and moves when told."""
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def sealed(clock: time_machine.Traveller) -> list[JournalSeal]:
    """Two seals: of three lines, then of two."""
    seals = []
    for number in (3, 2):
        for rank in range(number):
            services.write(ACTOR, "lecture", demande_id=uuid4(), codes={"rang": rank})
        clock.shift(timedelta(minutes=6))
        seal = services.seal_lines()
        assert seal is not None
        seals.append(seal)
    return seals


def as_owner(statement: str, *values: object) -> None:
    """What the owner of the database can do, triggers off."""
    with connection.cursor() as cursor:
        for table in ("journal_line", "journal_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        for table in ("journal_line", "journal_seal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_only_lines_older_than_five_minutes_are_sealed(clock: time_machine.Traveller) -> None:
    services.write(ACTOR, "lecture")
    clock.shift(timedelta(minutes=4, seconds=59))
    assert services.seal_lines() is None
    services.write(ACTOR, "lecture")
    clock.shift(timedelta(seconds=1))
    seal = services.seal_lines()
    assert seal is not None
    assert (seal.number, seal.first_at, seal.last_at) == (1, START, START)
    assert services.seal_lines() is None


def test_lines_whose_ids_and_times_are_crossed_are_sealed_together(clock: time_machine.Traveller) -> None:
    late, early = START + timedelta(milliseconds=1), START
    JournalLine.objects.bulk_create([JournalLine(at=late, act="a"), JournalLine(at=early, act="b")])
    clock.shift(services.SEAL_AFTER)
    seal = services.seal_lines()
    assert seal is not None
    assert (seal.number, seal.first_at, seal.last_at) == (2, early, late)
    assert queries.verify().problems == []


def test_seals_follow_one_another(sealed: list[JournalSeal]) -> None:
    first, second = sealed
    assert bytes(first.previous_digest) == rules.FIRST_DIGEST
    assert bytes(second.previous_digest) == bytes(first.digest)
    assert (first.number, second.number) == (3, 2)
    assert second.first_id == first.last_id + 1
    assert str(first) == f"{first.id} ({first.first_id} to {first.last_id})"


def test_one_process_seals_at_a_time(clock: time_machine.Traveller) -> None:
    services.write(ACTOR, "lecture")
    clock.shift(timedelta(minutes=6))
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", services.SEAL_LOCK)
        assert services.seal_lines() is None
    assert services.seal_lines() is not None


def test_the_last_seal_is_printed_in_the_logs(
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    services.write(ACTOR, "lecture")
    clock.shift(timedelta(minutes=6))
    with caplog.at_level("INFO"), django_capture_on_commit_callbacks(execute=True):
        seal = services.seal_lines()
    assert seal is not None
    [record] = [record for record in caplog.records if record.message == "journal sealed"]
    assert record.__dict__["digest"] == bytes(seal.digest).hex()
    assert record.__dict__["last_line"] == seal.last_id


def test_the_written_form_of_a_line_never_changes() -> None:
    """A change here makes every seal of the past look broken."""
    line = rules.Line(7, START, None, None, "envoi", "", None, None, {"z": 1, "a": "é"})
    assert rules.canonical(line) == (
        b'[7,"2026-11-05T09:00:00.000000+00:00",null,null,"envoi","",null,null,{"a":"\\u00e9","z":1}]'
    )


class TestVerification:
    def test_an_untouched_trail_holds(self, sealed: list[JournalSeal], capsys: pytest.CaptureFixture[str]) -> None:
        services.write(ACTOR, "lecture")
        call_command("verify_journal")
        out = capsys.readouterr().out
        assert "2 seals, 5 lines sealed, 1 not yet, 0 seals whose lines were erased" in out
        assert bytes(sealed[-1].digest).hex() in out
        assert "the seals hold" in out

    def test_an_empty_trail_holds(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("verify_journal")
        assert "0 seals, 0 lines sealed" in capsys.readouterr().out

    @pytest.mark.parametrize(
        "tampering",
        [
            "UPDATE journal_line SET actor_id = gen_random_uuid() WHERE id = {line}",
            "UPDATE journal_line SET at = at + interval '1 microsecond' WHERE id = {line}",
            "UPDATE journal_line SET codes = '{{}}' WHERE id = {line}",
            "UPDATE journal_line SET demande_id = NULL WHERE id = {line}",
            "DELETE FROM journal_line WHERE id = {line}",
            "DELETE FROM journal_line WHERE id <= {line}",
            "UPDATE journal_seal SET digest = sha256(digest) WHERE id = {seal}",
            "UPDATE journal_seal SET number = number - 1 WHERE id = {seal}",
            "UPDATE journal_seal SET gaps = '[[{line}, {line}]]' WHERE id = {seal}",
            "UPDATE journal_seal SET first_at = '2020-01-01' WHERE id = {seal}",
            "DELETE FROM journal_seal WHERE id = {seal}",
        ],
    )
    def test_tampering_is_seen(
        self, sealed: list[JournalSeal], tampering: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        as_owner(tampering.format(line=sealed[0].first_id + 1, seal=sealed[0].id))
        with pytest.raises(SystemExit) as ended:
            call_command("verify_journal")
        assert ended.value.code == 1
        assert "MISMATCH" in capsys.readouterr().err

    def test_a_line_rewritten_with_its_own_seal_breaks_the_next_one(self, sealed: list[JournalSeal]) -> None:
        first, second = sealed
        as_owner("DELETE FROM journal_line WHERE id = %s", first.last_id)
        rows = JournalLine.objects.filter(id__lt=first.last_id).order_by("id")
        forged = rules.summarise(rows[0].id - 1, rules.FIRST_DIGEST, [queries.line_of(row) for row in rows])
        assert forged is not None
        as_owner(
            "UPDATE journal_seal SET digest = %s, number = 2, gaps = '[]', last_id = %s WHERE id = %s",
            forged.digest,
            forged.last_id,
            first.id,
        )
        assert f"seal {second.id} does not follow the seal before it" in queries.verify().problems

    def test_a_line_that_commits_after_its_seal_is_reported_as_late_and_breaks_nothing(
        self, clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
    ) -> None:
        services.write(ACTOR, "lecture")
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('journal_line_id_seq')")
            pending = cursor.fetchone()[0]
        services.write(ACTOR, "lecture")
        clock.shift(timedelta(minutes=6))
        services.seal_lines()
        JournalLine.objects.create(id=pending, at=START, act="retardataire")
        call_command("verify_journal")
        out = capsys.readouterr().out
        assert f"late: line {pending} came after its seal" in out
        assert "the seals hold" in out

    def test_lines_erased_after_twelve_months_leave_their_seals(
        self, sealed: list[JournalSeal], clock: time_machine.Traveller
    ) -> None:
        clock.shift(queries.KEPT)
        as_owner("DELETE FROM journal_line WHERE id <= %s", sealed[0].last_id)
        result = queries.verify()
        assert (result.expired, result.problems) == (1, [])
        as_owner("UPDATE journal_seal SET digest = sha256(digest) WHERE id = %s", sealed[0].id)
        assert queries.verify().problems == [
            f"seal {sealed[1].id} does not follow the seal before it",
        ]
