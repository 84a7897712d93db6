"""Fixtures of the help's tests."""

from tests.ui.visitors import visit

__all__ = ["visit"]
