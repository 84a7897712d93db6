"""The conversation with clamd: a verdict, or nothing at all."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from aplus.attachments import scanner
from aplus.attachments.scanner import NotScanned
from tests.attachments import clamd
from tests.attachments.clamd import EICAR, FakeClamd


@pytest.fixture
def fake(settings: Settings) -> Iterator[FakeClamd]:
    with clamd.fake() as server:
        settings.CLAMD = server.address
        yield server


def test_a_clean_file(fake: FakeClamd) -> None:
    assert scanner.is_clean([b"bon", b"jour"])
    assert fake.seen == [b"bonjour"]


def test_a_harmful_file(fake: FakeClamd) -> None:
    assert not scanner.is_clean([EICAR[:20], EICAR[20:]])


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"",
        b"stream: OK",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"OK\0",
        b"FOUND\0",
        b"x" * 10_000,
    ],
    ids=["hangs up", "nothing", "cut short", "too long", "error", "other", "half", "endless"],
)
def test_anything_else_is_no_verdict(fake: FakeClamd, answer: bytes | None) -> None:
    fake.answer = answer
    with pytest.raises(NotScanned):
        scanner.is_clean([b"bonjour"])


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock"])
def test_nobody_there_is_no_verdict(settings: Settings, address: str) -> None:
    settings.CLAMD = address
    with pytest.raises(OSError, match=r"."):
        scanner.is_clean([b"bonjour"])


def test_not_configured_is_no_verdict(settings: Settings) -> None:
    settings.CLAMD = ""
    assert not scanner.is_configured()
    with pytest.raises(NotScanned):
        scanner.is_clean([b"bonjour"])


@pytest.mark.skipif(clamd.CLAMD is None, reason="clamd is not on this machine (Debian: clamav-daemon)")
def test_the_real_one_finds_eicar(settings: Settings) -> None:
    # A short path: a unix socket's may not be long.
    with tempfile.TemporaryDirectory() as folder, clamd.real(Path(folder)) as socket:
        settings.CLAMD = socket
        assert scanner.is_clean([b"bonjour"])
        assert not scanner.is_clean([EICAR])
        assert not scanner.is_clean([b"avant " * 1000, EICAR, b" apr\xc3\xa8s"])
        with pytest.raises((NotScanned, OSError)):
            scanner.is_clean([b"x" * 65536] * 32)
