"""What a world at scale is made of: the same each time, and nothing that the product could not have written."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from aplus.annuaire.rules import Calendar
from aplus.demandes.rules.life import CLOSED_PARTS, DemandeState, PartState, demande_state
from dev.bench import rows, story
from dev.bench.places import Place, Places, Team
from dev.bench.tables import Batch

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def team(organisme: str, people: int) -> Team:
    return Team(uuid4(), organisme, tuple(uuid4() for _ in range(people)))


@pytest.fixture(scope="module")
def places() -> Places:
    structures = tuple(team("ccas", 3) for _ in range(3))
    operateurs = tuple(team("caf", 4) for _ in range(4))
    place = Place("95", Calendar("Europe/Paris"), structures, operateurs)
    return Places((place,), (1.0,), ("logement-energie",))


@pytest.fixture(scope="module")
def told(places: Places) -> list[story.Story]:
    return [tell(number, places) for number in range(400)]


def tell(number: int, places: Places) -> story.Story:
    return story.tell(number, is_archived=number % 5 < 2, places=places, now=NOW, seed=7)


def test_the_same_number_tells_the_same_story(told, places):
    assert [tell(number, places) for number in range(400)] == told
    assert len({one.id for one in told}) == len({one.number for one in told}) == 400


def test_the_state_is_that_of_the_parts(told):
    for one in told:
        if one.archived_at is None:
            assert one.state is demande_state(part.state for part in one.parts)
        else:
            assert one.state is DemandeState.ARCHIVED
    assert {one.state for one in told} == set(DemandeState)
    assert {part.state for one in told for part in one.parts} == set(PartState)


def test_nothing_is_due_on_a_closed_part_nor_while_details_are_awaited(told):
    parts = [part for one in told for part in one.parts]
    assert all((part.due_at is None) == (part.state in CLOSED_PARTS or part.is_awaited) for part in parts)
    assert any(part.is_awaited for part in parts)


def test_what_happens_is_past_and_in_order(told):
    for one in told:
        moments = [one.created_at, *(at for at, *_ in one.messages), one.acted_at]
        assert moments == sorted(moments)
        assert one.acted_at < NOW


def test_nobody_speaks_who_is_not_on_it(told):
    for one in told:
        teams = {person for part in one.parts for person in part.team.people}
        assert all(author in ({one.author} if part is None else teams) for _, author, _, part in one.messages)


def test_content_older_than_six_months_has_no_secret(told):
    old = [one for one in told if one.is_erased(NOW)]
    batch = Batch()
    for one in told:
        rows.write(one, NOW, batch)
    with_secret = {row[0] for row in batch.rows["secret"]}
    assert old
    assert with_secret == {one.id for one in told} - {one.id for one in old}
    assert {row[0] for row in batch.rows["search_entry"]} == with_secret


def test_no_step_of_time_is_already_due(told):
    batch = Batch()
    for one in told:
        rows.write(one, NOW, batch)
    for table in ("demande", "part", "mandat"):
        place = rows.COLUMNS[table].index("next_step_at")
        moments = [row[place] for row in batch.rows[table] if row[place] is not None]
        assert moments
        assert min(moments) > NOW - timedelta(seconds=1)


def test_columns_and_rows_have_the_same_length(told):
    batch = Batch()
    rows.write(told[0], NOW, batch)
    for table, lines in batch.rows.items():
        assert {len(line) for line in lines} == {len(rows.COLUMNS[table])}


def test_ids_are_those_of_version_four(told):
    assert all(isinstance(one.id, UUID) and one.id.version == 4 for one in told)
