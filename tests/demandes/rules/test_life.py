"""demandes.md §2, written out by hand: every state × every event, and the state of the demande."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.demandes.rules.life import (
    CLOSED_PARTS,
    OPEN_PARTS,
    DemandeState,
    ImpossibleEvent,
    PartEvent,
    PartState,
    demande_state,
    next_part_state,
)

BEFORE = (None, "ADDRESSED", "OPENED", "IN_CHARGE", "PROCESSED", "NOT_COMPETENT")
A, B, C, P, N = "ADDRESSED", "OPENED", "IN_CHARGE", "PROCESSED", "NOT_COMPETENT"
NO = ""  # the move cannot be
# The part is followed, and was not closed by a tick; the two exceptions have their own tests.
TABLE = {
    # event             before: none  A   B   C   P   N
    "ADDRESS": (A, NO, NO, NO, NO, A),
    "OPEN_PAGE": (NO, B, NO, NO, NO, NO),
    "TAKE_CHARGE": (NO, C, C, C, NO, NO),
    "PROMISE": (NO, C, C, C, NO, NO),
    "REPLY": (NO, C, C, C, P, N),
    "ASK_DETAILS": (NO, C, C, C, NO, NO),
    "GIVE": (NO, A, B, C, P, N),
    "AUTHOR_MESSAGE": (NO, A, B, C, P, N),
    "DECLARE_PROCESSED": (NO, P, P, P, NO, NO),
    "CLOSE_BY_TICK": (NO, P, P, P, NO, NO),
    "NOT_COMPETENT": (NO, N, N, N, NO, NO),
    "STILL_BLOCKED": (NO, NO, NO, NO, C, NO),
    "REOPEN": (NO, A, B, C, C, NO),
    # Not of the spec's table: of a groupe that closes (accounts.md §4).
    "CHANGE_GROUPE": (NO, A, B, C, P, NO),
    "MERGE": (NO, N, N, N, NO, NO),
    "ESCALATE": (NO, A, B, C, NO, NO),
    "REMIND": (NO, NO, NO, C, NO, NO),
}
STATES = st.sampled_from(PartState)


def after(before: str | None, event: str, *, is_followed: bool = True, is_closed_by_tick: bool = False) -> str:
    """The state after, in the words of the table."""
    try:
        return next_part_state(
            PartState(before) if before else None,
            PartEvent(event),
            is_followed=is_followed,
            is_closed_by_tick=is_closed_by_tick,
        )
    except ImpossibleEvent:
        return NO


def test_the_written_table_knows_every_event():
    assert set(TABLE) == set(PartEvent)


@pytest.mark.parametrize("event", TABLE)
def test_each_event_does_what_the_spec_says(event):
    assert tuple(after(before, event) for before in BEFORE) == TABLE[event]


@pytest.mark.parametrize("event", TABLE)
@pytest.mark.parametrize("before", BEFORE)
def test_whether_it_is_followed_changes_only_what_comes_back_to_a_groupe(event, before):
    """Still blocked and reopen send a processed part that nobody follows back to the whole groupe."""
    expected = A if before == P and event in {"STILL_BLOCKED", "REOPEN"} else after(before, event)
    assert after(before, event, is_followed=False) == expected


@pytest.mark.parametrize("event", TABLE)
@pytest.mark.parametrize("before", BEFORE)
def test_a_tick_changes_only_that_its_groupe_can_take_charge_again(event, before):
    expected = C if before == P and event in {"TAKE_CHARGE", "PROMISE"} else after(before, event)
    assert after(before, event, is_closed_by_tick=True) == expected


def test_an_impossible_move_says_which():
    with pytest.raises(ImpossibleEvent, match="OPEN_PAGE on PROCESSED"):
        next_part_state(PartState.PROCESSED, PartEvent.OPEN_PAGE, is_followed=True)


def test_a_part_is_open_or_closed():
    assert set(PartState) == OPEN_PARTS | CLOSED_PARTS
    assert not OPEN_PARTS & CLOSED_PARTS


@given(st.lists(st.tuples(st.sampled_from(PartEvent), st.booleans(), st.booleans()), max_size=30))
def test_no_sequence_of_events_leaves_the_states_of_the_table(events):
    state = None
    for event, is_followed, is_closed_by_tick in events:
        try:
            state = next_part_state(state, event, is_followed=is_followed, is_closed_by_tick=is_closed_by_tick)
        except ImpossibleEvent:
            continue
        assert state in PartState
    assert state is None or state in PartState


@given(st.lists(st.sampled_from(PartEvent), max_size=30))
def test_nothing_but_addressing_begins_a_part(events):
    state = None
    for event in events:
        try:
            state = next_part_state(state, event, is_followed=False)
        except ImpossibleEvent:
            continue
    assert (state is None) == (PartEvent.ADDRESS not in events)


# (parts, the demande)
DERIVED = [
    ((A,), "SENT"),
    ((A, A, A), "SENT"),
    ((A, B), "IN_PROGRESS"),
    ((B,), "IN_PROGRESS"),
    ((C,), "IN_PROGRESS"),
    ((A, N), "IN_PROGRESS"),
    ((P,), "PROCESSED"),
    ((P, P), "PROCESSED"),
    # The last "not our competence" after a "traité".
    ((P, N), "PROCESSED"),
    # A groupe invited on a PROCESSED demande.
    ((P, A), "IN_PROGRESS"),
    ((P, C, N), "IN_PROGRESS"),
    # Nobody is competent: the author's turn, still in progress.
    ((N,), "IN_PROGRESS"),
    ((N, N), "IN_PROGRESS"),
    ((), "IN_PROGRESS"),
]


@pytest.mark.parametrize(("parts", "expected"), DERIVED)
def test_the_state_of_the_demande_follows_from_its_parts(parts, expected):
    assert demande_state(PartState(part) for part in parts) == expected


@given(st.lists(STATES, min_size=1, max_size=8))
def test_the_state_of_the_demande_is_the_sentence_of_the_spec(parts):
    """No open part and at least one PROCESSED; every part still ADDRESSED; anything else."""
    no_open_part = all(part in {P, N} for part in parts)
    if no_open_part and P in parts:
        expected = DemandeState.PROCESSED
    elif set(parts) == {A}:
        expected = DemandeState.SENT
    else:
        expected = DemandeState.IN_PROGRESS
    assert demande_state(parts) is expected


@given(st.lists(STATES, max_size=8), st.randoms())
def test_neither_order_nor_repetition_of_parts_counts(parts, random):
    shuffled = [*parts, *parts]
    random.shuffle(shuffled)
    assert demande_state(shuffled) is demande_state(parts)
    assert demande_state(parts) is not DemandeState.ARCHIVED
