"""Asking clamd about a file, by its INSTREAM protocol: nothing is written in clear on any disk."""

import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings

SECONDS = 60
LENGTH = struct.Struct("!L")
MOST_ANSWERED = 4096


class NotScanned(Exception):
    """No verdict: clamd is away, refused the length, or said something else."""


def is_configured() -> bool:
    """Whether files wait for a scan at all."""
    return bool(settings.CLAMD)


def is_clean(content: Iterable[bytes]) -> bool:
    """The verdict on these bytes. Raises NotScanned, or what the connection raises (OSError): then nothing is known."""
    if not is_configured():
        raise NotScanned
    with _connection() as link:
        link.sendall(b"zINSTREAM\0")
        for chunk in content:
            link.sendall(LENGTH.pack(len(chunk)) + chunk)
        link.sendall(LENGTH.pack(0))
        answer = _answer(link)
    if answer == b"stream: OK":
        return True
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return False
    raise NotScanned


@contextmanager
def _connection() -> Iterator[socket.socket]:
    """A unix socket when the setting is a path, else host:port."""
    if settings.CLAMD.startswith("/"):
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(SECONDS)
            link.connect(settings.CLAMD)
            yield link
        return
    host, _, port = settings.CLAMD.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS) as link:
        yield link


def _answer(link: socket.socket) -> bytes:
    """What clamd says, up to its final zero; a connection cut before it is no verdict."""
    answer = b""
    while not answer.endswith(b"\0"):
        part = link.recv(MOST_ANSWERED)
        if not part or len(answer) > MOST_ANSWERED:
            raise NotScanned
        answer += part
    return answer.removesuffix(b"\0")
