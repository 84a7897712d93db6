"""The marks of views that a page calls by itself: not a presence, answered from the one query of the session."""

from collections.abc import Callable
from typing import Any, TypeVar

V = TypeVar("V", bound=Callable[..., Any])
ATTRIBUTE = "aplus_is_polling"
BESIDE = "aplus_beside_session"
# From the arguments of the address: the columns that the session's query reads beside the session, by name.
Beside = Callable[..., dict[str, Any]]
# These columns for one address, with its arguments.
Brings = tuple[Beside, dict[str, Any]]


def polling(view: V) -> V:
    """Say that this view is called by a timer: it never keeps a session alive."""
    setattr(view, ATTRIBUTE, True)
    return view


def is_polling(view: object) -> bool:
    """Whether the view bears the mark."""
    return getattr(view, ATTRIBUTE, False)


def beside_session(columns: Beside) -> Callable[[V], V]:
    """Have the session's query bring these as well; the loader of the view's rule receives them by name."""

    def mark(view: V) -> V:
        setattr(view, BESIDE, columns)
        return view

    return mark


def columns_beside(view: object) -> Beside | None:
    """What the view wants of the session's query."""
    return getattr(view, BESIDE, None)
