"""The mark of views that a page calls by itself: they do not count as somebody's presence."""

from collections.abc import Callable
from typing import Any, TypeVar

V = TypeVar("V", bound=Callable[..., Any])
ATTRIBUTE = "aplus_is_polling"


def polling(view: V) -> V:
    """Say that this view is called by a timer: it never keeps a session alive."""
    setattr(view, ATTRIBUTE, True)
    return view


def is_polling(view: object) -> bool:
    """Whether the view bears the mark."""
    return getattr(view, ATTRIBUTE, False)
