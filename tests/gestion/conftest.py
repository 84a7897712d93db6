"""Fixtures of the tests of groupes and of one's account."""

from tests.ui.visitors import visit

__all__ = ["visit"]
