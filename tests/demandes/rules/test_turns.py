"""Whose turn it is, and in which order lists show it (demandes.md §9)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.demandes.rules import turns
from aplus.demandes.rules.life import OPEN_PARTS, DemandeState, PartState, demande_state
from aplus.demandes.rules.turns import PartNow

NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
IN_PROGRESS, PROCESSED, ARCHIVED = DemandeState.IN_PROGRESS, DemandeState.PROCESSED, DemandeState.ARCHIVED
PARTS = st.lists(
    st.builds(
        PartNow,
        groupe_id=st.uuids(),
        state=st.sampled_from(PartState),
        is_awaited=st.booleans(),
        due_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    min_size=1,
    max_size=8,
)


def part(state, *, is_awaited=False, due_at=None):
    return PartNow(uuid4(), PartState(state), is_awaited, due_at)


@pytest.mark.parametrize("state", PartState)
def test_a_groupe_has_the_turn_on_its_open_part_that_awaits_nothing(state):
    assert turns.has_turn(part(state), IN_PROGRESS) == (state in OPEN_PARTS)
    assert not turns.has_turn(part(state, is_awaited=True), IN_PROGRESS)
    assert not turns.has_turn(part(state), ARCHIVED)


@pytest.mark.parametrize(
    ("demande", "parts", "expected"),
    [
        (DemandeState.SENT, [part("ADDRESSED")], "instructeurs"),
        (IN_PROGRESS, [part("IN_CHARGE")], "instructeurs"),
        # Details are awaited from the author's side, another groupe works on.
        (IN_PROGRESS, [part("IN_CHARGE", is_awaited=True)], "auteur"),
        (IN_PROGRESS, [part("IN_CHARGE", is_awaited=True), part("OPENED")], "auteur instructeurs"),
        # Nobody is competent: the author invites another groupe.
        (IN_PROGRESS, [part("NOT_COMPETENT"), part("NOT_COMPETENT")], "auteur"),
        (IN_PROGRESS, [part("NOT_COMPETENT"), part("IN_CHARGE")], "instructeurs"),
        # All is said: to the author to archive.
        (PROCESSED, [part("PROCESSED"), part("NOT_COMPETENT")], "auteur"),
        (ARCHIVED, [part("PROCESSED")], ""),
        (ARCHIVED, [part("NOT_COMPETENT")], ""),
        (ARCHIVED, [part("IN_CHARGE", is_awaited=True)], ""),
    ],
)
def test_whose_turn_it_is(demande, parts, expected):
    assert turns.turn_words(demande, parts) == expected


def test_a_closed_part_awaits_nothing_any_more():
    assert not turns.author_has_turn(IN_PROGRESS, [part("PROCESSED", is_awaited=True), part("OPENED")])


@given(PARTS)
def test_until_archived_it_is_always_somebodys_turn(parts):
    state = demande_state(one.state for one in parts)
    assert turns.turn_words(state, parts) != ""
    assert turns.turn_words(ARCHIVED, parts) == ""


def test_urgent_with_my_turn_comes_first_then_my_turn_then_the_rest():
    ranks = [turns.rank(is_urgent=urgent, turn=turn) for turn in (True, False) for urgent in (True, False)]
    assert ranks == [0, 1, 2, 2]


def test_within_a_rank_the_oldest_due_comes_first_then_the_oldest_turn():
    assert turns.sort_at(LATER, turn=True, turn_since=NOW) == LATER
    assert turns.sort_at(LATER, turn=False, turn_since=NOW) == LATER
    assert turns.sort_at(None, turn=True, turn_since=NOW) == NOW
    assert turns.sort_at(None, turn=False, turn_since=NOW) == turns.NEVER


def test_the_earliest_due_is_that_of_an_open_part():
    parts = [part("PROCESSED", due_at=NOW), part("OPENED", due_at=LATER), part("IN_CHARGE")]
    assert turns.earliest_due(parts) == LATER
    assert turns.earliest_due([part("PROCESSED", due_at=NOW)]) is None
