"""Write docs/cycle-de-vie.md: the states, the table of events and the delays, from the rules themselves."""

from datetime import date, timedelta
from itertools import product

from aplus.core.documents import DOCS, DocumentCommand, table
from aplus.demandes.presenters.states import demande_label, part_label
from aplus.demandes.rules import delays
from aplus.demandes.rules.life import (
    CLOSED_PARTS,
    DemandeState,
    ImpossibleEvent,
    PartEvent,
    PartState,
    demande_state,
    next_part_state,
)
from aplus.policy.decisions import Side

TODAY = date(2026, 1, 5)
TOMORROW = TODAY + timedelta(days=1)
IMPOSSIBLE = ""

INTRODUCTION = """\
# The life of a demande

Written by `manage.py document_lifecycle` from `aplus/demandes/rules/life.py` and `delays.py`; do not edit.

## What each side reads

"""
PARTS = """
Each addressed groupe has one part:

"""
DERIVED = """
## The state of the demande is a function of its parts

Outside ARCHIVED it is never chosen. Only archiving and reopening, by the author's side, go to ARCHIVED and back.

"""
EVENTS = """
## What each event does to a part

An empty cell is a move that cannot be: whoever tries is too late (409).

"""
DUES = """
## When a part is due after each event

Business days end at midnight, local time; the day of the event does not count. A part that ends processed or not
competent has no due date, whatever the event.

"""


class Command(DocumentCommand):
    help = "Write docs/cycle-de-vie.md from the rules of the demandes."
    path = DOCS / "cycle-de-vie.md"

    def text(self) -> str:
        """Its tables, one after the other."""
        read = [
            [f"`{state}`", *(demande_label(state, side) for side in (Side.AUTHOR, Side.INSTRUCTEURS, None))]
            for state in DemandeState
        ]
        parts = [[f"`{state}`", part_label(state), "no" if state in CLOSED_PARTS else "yes"] for state in PartState]
        befores = [None, *PartState]
        moves = [[f"`{event}`", *(_move(event, before) for before in befores)] for event in PartEvent]
        return "".join(
            [
                INTRODUCTION,
                table(["state", "author's side", "instructeurs' side", "metadata readers"], read),
                PARTS,
                table(["state", "shown", "open"], parts),
                DERIVED,
                table(["the parts are", "the demande is"], _derived()),
                EVENTS,
                table(["event", *(f"`{before}`" if before else "not addressed" for before in befores)], moves),
                DUES,
                table(["event", "due", "details were awaited", "promise to come"], _dues()),
            ]
        )


def _derived() -> list[list[str]]:
    """Every set of states two parts can have."""
    pairs = sorted({tuple(sorted(pair)) for pair in product(PartState, repeat=2)})
    rows: dict[DemandeState, list[str]] = {}
    for pair in pairs:
        shown = " + ".join(f"`{state}`" for state in dict.fromkeys(pair))
        rows.setdefault(demande_state(PartState(state) for state in pair), []).append(shown)
    return [["; ".join(sets), f"`{state}`"] for state, sets in rows.items()]


def _move(event: PartEvent, before: PartState | None) -> str:
    """The state after, with what it depends on."""
    found: dict[tuple[bool, bool], str] = {}
    for is_followed, is_by_tick in product((True, False), repeat=2):
        try:
            after = next_part_state(before, event, is_followed=is_followed, is_closed_by_tick=is_by_tick)
        except ImpossibleEvent:
            continue
        found[is_followed, is_by_tick] = "kept" if after is before else f"`{after}`"
    states = list(dict.fromkeys(found.values()))
    if not found:
        return IMPOSSIBLE
    if len(states) == 2:  # noqa: PLR2004  followed or not
        return f"{states[0]}; {states[1]} when nobody follows it"
    return states[0] if len(found) == 4 else f"{states[0]} when closed by a colleague's tick"  # noqa: PLR2004  all cases


def _dues() -> list[list[str]]:
    return [
        [
            f"`{event}`",
            _due(event),
            _due(event, was_awaited=True),
            _due(event, promised=TOMORROW),
        ]
        for event in PartEvent
    ]


def _due(event: PartEvent, *, was_awaited: bool = False, promised: date | None = None) -> str:
    usual, urgent = (
        _say(
            delays.due_after_event(
                event,
                is_urgent=is_urgent,
                was_awaited=was_awaited,
                promised=promised,
                today=TODAY,
            )
        )
        for is_urgent in (False, True)
    )
    return usual if usual == urgent else f"{usual}; {urgent} when urgent"


def _say(due: delays.Due) -> str:
    match due:
        case delays.BusinessDays(number):
            return f"{number} business day{'s' if number > 1 else ''}"
        case delays.EndOf():
            return "end of the promised day"
        case delays.Kept():
            return "kept"
    return "none"
