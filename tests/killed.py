"""Killing a process (SIGKILL) just before each of its statements, one after the other, as a power cut would."""

import os
import signal
import traceback
from collections.abc import Callable
from itertools import count
from typing import Any

from django.db import connection, connections

MOST = 200
KILLED = -signal.SIGKILL


def killed_at_each_statement(act: Callable[[], int], *, intact: Callable[[], None]) -> int:
    """Run `act` in a child killed before its first statement, then before its second…, until one lives to the end.

    After each death `intact` looks at what is left. The status that the last child got; raises when none lives.
    """
    for number in count(1):
        assert number < MOST, "it never ends"
        status = _in_a_child(act, number)
        if status != KILLED:
            assert number > 1, "no statement at all"
            return status
        intact()
    raise AssertionError("unreachable")


def _in_a_child(act: Callable[[], int], last: int) -> int:
    """The exit status of a child that dies before its statement number `last`; an answer's status, divided by four."""
    connection.close()  # a connection has one process
    child = os.fork()
    if child == 0:
        _live(act, last)
    _, ended = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(ended) if os.WIFSIGNALED(ended) else os.waitstatus_to_exitcode(ended) * 4


def _live(act: Callable[[], int], last: int) -> None:
    status = 1
    try:
        statements = count(1)

        def die(execute: Any, *arguments: Any) -> Any:
            if next(statements) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*arguments)

        with connection.execute_wrapper(die):
            status = act() // 4
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        connections.close_all()
        os._exit(status)
