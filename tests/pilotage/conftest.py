"""Fixtures of the tests of pilotage."""

from tests.ui.visitors import visit

__all__ = ["visit"]
