"""Fixtures of the page skeleton's tests."""

from tests.ui.visitors import visit

__all__ = ["visit"]
