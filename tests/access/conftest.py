"""Fixtures of the tests of access."""

from typing import Any

import pytest

from tests.access.scene import Scene, gather_scene
from tests.personas import World


@pytest.fixture
def scene(world: World, time_machine: Any) -> Scene:
    """One of everything, on Thursday 30 April 2026 at 10:00 in Paris."""
    time_machine.move_to("2026-04-30T08:00:00+00:00", tick=False)
    return gather_scene(world)
