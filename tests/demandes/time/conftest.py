"""Fixtures of the tests of time."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def clock_stands_still(time_machine: Any) -> None:
    """Before anything happens: everybody is where they are before the first demande."""
    time_machine.move_to("2026-04-01T08:00:00+00:00", tick=False)
