"""Lines of the trail: written with the act, kept by the database, one partition a month."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
import time_machine
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from aplus.journal import queries, refusals, services, tasks
from aplus.journal.models import JournalLine, JournalSeal
from aplus.policy.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=uuid4(), session_id=uuid4(), name="Alice Martin")


@pytest.fixture
def other_connection() -> Iterator[psycopg.Connection]:
    """A second process, seen from the database."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        yield other


def partition_of(line: JournalLine) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM journal_line WHERE id = %s", [line.id])
        return str(cursor.fetchone()[0])


class TestWriting:
    def test_a_line_says_who_what_on_what_when_and_from_which_session(self) -> None:
        thing_id, demande_id = uuid4(), uuid4()
        with time_machine.travel(datetime(2026, 11, 5, 9, 30, tzinfo=UTC), tick=False):
            services.write(
                ACTOR, "prise-en-charge", kind="part", thing_id=thing_id, demande_id=demande_id, codes={"jours": 15}
            )
        line = JournalLine.objects.get()
        assert (line.actor_id, line.session_id) == (ACTOR.user_id, ACTOR.session_id)
        assert (line.act, line.kind, line.codes) == ("prise-en-charge", "part", {"jours": 15})
        assert (line.thing_id, line.demande_id) == (thing_id, demande_id)
        assert line.at == datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
        assert str(line) == f"{line.id} prise-en-charge"

    def test_a_line_is_undone_with_its_act(self) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            services.write(SYSTEM, "envoi")
            raise RuntimeError
        assert not JournalLine.objects.exists()

    @pytest.mark.parametrize("content", ["Madame Untel a perdu son dossier de carte vitale en mars 2026 !", "a\nb"])
    def test_free_text_is_refused(self, content: str) -> None:
        with pytest.raises(ValueError, match="content is never journaled"):
            services.write(ACTOR, "envoi", codes={"sujet": content})

    def test_a_structure_is_refused(self) -> None:
        with pytest.raises(TypeError, match="neither a word nor a whole number"):
            services.write(ACTOR, "envoi", codes={"usager": {"nom": "x"}})  # type: ignore[dict-item]

    def test_the_same_reading_is_written_once_in_its_time(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        demande_id, quarter = uuid4(), timedelta(minutes=15)
        with time_machine.travel(datetime(2026, 11, 5, 9, tzinfo=UTC), tick=False) as clock:
            with django_assert_num_queries(1):
                assert services.write_once(ACTOR, "lecture", demande_id=demande_id, within=quarter)
            clock.shift(quarter - timedelta(seconds=1))
            assert not services.write_once(ACTOR, "lecture", demande_id=demande_id, within=quarter)
            assert services.write_once(ACTOR, "lecture", demande_id=uuid4(), within=quarter)
            assert services.write_once(Actor(user_id=uuid4()), "lecture", demande_id=demande_id, within=quarter)
            clock.shift(timedelta(seconds=1))
            assert services.write_once(ACTOR, "lecture", demande_id=demande_id, within=quarter)
        assert JournalLine.objects.filter(demande_id=demande_id, actor_id=ACTOR.user_id).count() == 2


class TestAppendOnly:
    """Held by the database, whoever asks: the table, its partitions, and the seals."""

    @pytest.mark.parametrize("table", ["journal_line", "partition", "journal_seal"])
    @pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
    def test_no_line_changes(self, table: str, statement: str) -> None:
        services.write(ACTOR, "envoi")
        line = JournalLine.objects.get()
        JournalLine.objects.bulk_create([JournalLine(at=line.at - timedelta(days=1), act="vieux")])
        services.seal_lines()
        assert JournalSeal.objects.count() == 1
        name = partition_of(line) if table == "partition" else table
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(name))

    def test_the_default_partition_refuses_too(self) -> None:
        JournalLine.objects.bulk_create([JournalLine(at=datetime(2001, 1, 1, tzinfo=UTC), act="ancien")])
        assert partition_of(JournalLine.objects.get()) == "journal_line_default"
        for statement in ("DELETE FROM journal_line_default", "TRUNCATE journal_line_default"):
            with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
                connection.cursor().execute(statement)


class TestPartitions:
    """A month's partition is there before the month; lines that came before it are moved, not lost."""

    def test_the_installed_database_has_this_month_and_three_more(self) -> None:
        assert services.add_partitions() == 0

    def test_months_follow_over_the_year(self) -> None:
        with time_machine.travel(datetime(2031, 11, 30, 23, tzinfo=UTC)):
            tasks.add_partitions(timestamp=0)
            assert services.add_partitions() == 0
        for month in ("2031_11", "2031_12", "2032_01", "2032_02"):
            with connection.cursor() as cursor:
                cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"journal_line_{month}"])
                assert cursor.fetchone()[0], month

    def test_lines_of_the_default_partition_move_to_their_month(self) -> None:
        moments = [
            datetime(2031, 5, 31, 23, 59, tzinfo=UTC),
            datetime(2031, 6, 1, tzinfo=UTC),
            datetime(2040, 1, 1, tzinfo=UTC),
        ]
        JournalLine.objects.bulk_create([JournalLine(at=at, act="envoi") for at in moments])
        before = list(JournalLine.objects.values_list())
        with time_machine.travel(datetime(2031, 5, 15, tzinfo=UTC)):
            assert services.add_partitions() == 4
        assert list(JournalLine.objects.values_list()) == before
        assert [partition_of(line) for line in JournalLine.objects.all()] == [
            "journal_line_2031_05",
            "journal_line_2031_06",
            "journal_line_default",
        ]
        for table in ("journal_line_2031_05", "journal_line_default"):
            for statement in ("DELETE FROM", "TRUNCATE"):
                with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
                    connection.cursor().execute(f"{statement} {table}")

    def test_a_busy_table_is_left_for_tomorrow(
        self, other_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(services, "MONTHS_AHEAD", 0)
        other_connection.execute("LOCK TABLE journal_line IN ROW EXCLUSIVE MODE")
        with time_machine.travel(datetime(2031, 1, 1, tzinfo=UTC)):
            assert services.add_partitions() == 0
        assert "journal partition postponed" in caplog.text

    def test_any_other_failure_of_the_database_is_not_hidden(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from django.db import OperationalError

        def gone(_month: object) -> bool:
            raise OperationalError

        monkeypatch.setattr(services, "_add_partition", gone)
        with pytest.raises(OperationalError):
            services.add_partitions()


class TestReading:
    def test_acts_of_the_last_hour_are_counted_for_one_person_and_one_act(self) -> None:
        now = datetime(2026, 11, 5, 9, tzinfo=UTC)
        ages = [timedelta(minutes=1), timedelta(minutes=59, seconds=59), timedelta(hours=1)]
        JournalLine.objects.bulk_create(
            [
                *(JournalLine(at=now - age, actor_id=ACTOR.user_id, act="lecture") for age in ages),
                JournalLine(at=now, actor_id=ACTOR.user_id, act="telechargement"),
                JournalLine(at=now, actor_id=uuid4(), act="lecture"),
            ]
        )
        with time_machine.travel(now, tick=False):
            assert queries.acts_last_hour(ACTOR.user_id or UUID(int=0), "lecture") == 2

    def test_that_count_reads_an_index(self) -> None:
        """What makes a limit on readings cheap, with a hundred thousand lines of the same person in the month."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO journal_line (at, actor_id, act) "
                "SELECT date_trunc('month', now(), 'UTC') + make_interval(secs => n), %s, 'lecture' "
                "FROM generate_series(1, 100000) AS n RETURNING tableoid::regclass::text",
                [ACTOR.user_id],
            )
            partition = cursor.fetchone()[0]
            cursor.execute("ANALYZE journal_line")
            cursor.execute(
                "EXPLAIN SELECT count(*) FROM journal_line WHERE actor_id = %s AND act = 'lecture' "
                "AND at > date_trunc('month', now(), 'UTC') + interval '1 day'",
                [ACTOR.user_id],
            )
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert f"{partition}_actor_id_act_at_idx" in plan
        assert f"Seq Scan on {partition}" not in plan

    def test_the_lines_of_a_demande_are_printed_with_the_refusals_of_strangers(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        demande_id = uuid4()
        with time_machine.travel(datetime(2026, 11, 5, 9, tzinfo=UTC), tick=False):
            services.write(ACTOR, "envoi", demande_id=demande_id, codes={"groupes": 2, "urgent": True})
            services.write(SYSTEM, "archivage", demande_id=demande_id)
            services.write(ACTOR, "refus", thing_id=demande_id, codes={"status": 404})
            services.write(ACTOR, "entree", thing_id=demande_id)
            services.write(ACTOR, "envoi", demande_id=uuid4())
        call_command("journal_lines", str(demande_id))
        first, second, third = capsys.readouterr().out.splitlines()
        assert (
            f"2026-11-05T09:00:00Z envoi actor={ACTOR.user_id} session={ACTOR.session_id} groupes=2 urgent=True"
            in first
        )
        assert "archivage actor=None" in second
        assert "refus" in third


def test_every_minute_jobs_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry points of the worker call the services and take procrastinate's argument."""
    JournalLine.objects.bulk_create([JournalLine(at=datetime(2026, 1, 1, tzinfo=UTC), act="envoi")])
    tasks.seal(timestamp=0)
    assert JournalSeal.objects.count() == 1
    called: list[int] = []
    monkeypatch.setattr(refusals, "close_hours", lambda: called.append(1))
    tasks.close_refusal_hours(timestamp=0)
    assert called == [1]
