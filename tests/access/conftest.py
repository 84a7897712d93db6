"""Fixtures of the tests of access."""

from functools import partial
from typing import Any

import pytest

from tests.access.scene import Scene, gather_scene
from tests.once import once
from tests.personas import World


@pytest.fixture
def clock(time_machine: Any) -> Any:
    """Time stands still."""
    time_machine.move_to("2026-04-30T08:00:00+00:00", tick=False)
    return time_machine


@pytest.fixture
def scene(clock: Any, world: World) -> Scene:
    """One of everything, on Thursday 30 April 2026 at 10:00 in Paris."""
    return once("scene", partial(gather_scene, world), after=world.alice.id)
