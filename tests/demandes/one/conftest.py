"""Fixtures of the tests of one demande."""

from functools import partial
from typing import Any

import pytest

from tests.demandes.one.cast import Cast, gather
from tests.once import once
from tests.personas import World

# Thursday 30 April 2026, 10:00 in Paris: the 1st of May is a holiday, the next days a week-end.
START = "2026-04-30T08:00:00+00:00"


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> Any:
    """Time stands still, and moves when a test says so."""
    time_machine.move_to(START, tick=False)
    return time_machine


@pytest.fixture
def cast(clock: Any, world: World) -> Cast:
    """One demande, with somebody in each capacity."""
    return once("cast", partial(gather, world), after=world.alice.id)
