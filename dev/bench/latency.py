"""How long the server takes for one person's pages and acts, one after the other, in one process."""

import gzip
import re
from collections.abc import Iterator
from itertools import cycle, islice

from dev.bench.readers import Reader
from dev.bench.report import Figure, percentiles
from dev.bench.rows import usager_of
from dev.bench.visits import Answer

ROUNDS = 300
WARM_UP = 40
PAGE = {50: 25.0, 95: 100.0, 99: 250.0}
LIST = "/demandes/"


class Unexpected(Exception):
    """The product did not answer as it should: nothing that follows would mean anything."""


def measure(readers: list[Reader], rounds: int = ROUNDS) -> list[Figure]:
    """List, one demande, search and reply."""
    figures = []
    for what, ways in (
        ("list", _lists(readers)),
        ("one demande", _demandes(readers)),
        ("search", _searches(readers)),
        ("reply", _replies(readers)),
    ):
        times = [answer.ms for answer in islice(ways, rounds + WARM_UP)][WARM_UP:]
        figures += percentiles(what, times, PAGE)
    return [*figures, *_sizes(readers)]


def expect(answer: Answer, *statuses: int) -> Answer:
    """The answer, when it is one of those expected."""
    if answer.status not in statuses:
        raise Unexpected(f"{answer.status} instead of {statuses}")
    return answer


def _lists(readers: list[Reader]) -> Iterator[Answer]:
    for reader in cycle(readers):
        yield expect(reader.visitor.get(LIST), 200)


def _demandes(readers: list[Reader]) -> Iterator[Answer]:
    for number, reader in enumerate(cycle(readers)):
        yield expect(reader.visitor.get(_address(reader, number // len(readers))), 200)


def _searches(readers: list[Reader]) -> Iterator[Answer]:
    """What is looked for, then its result: each counts for one."""
    for number, reader in enumerate(cycle(readers)):
        page = reader.visitor.get(LIST)
        path = f"{LIST}recherche/"
        words = usager_of(number * 37).last_name[:6]
        sent = expect(reader.visitor.post(path, [*page.hidden(path).items(), ("q", words)]), 303)
        yield sent
        yield expect(reader.visitor.get(sent.headers["Location"]), 200)


def _replies(readers: list[Reader]) -> Iterator[Answer]:
    for number, reader in enumerate(cycle(readers)):
        address = _address(reader, number // len(readers))
        path = f"{address}messages/"
        hidden = expect(reader.visitor.get(address), 200).hidden(path)
        yield expect(reader.visitor.post(path, [*hidden.items(), ("message", "Nous revenons vers vous.")]), 303)


def _address(reader: Reader, turn: int) -> str:
    return f"{LIST}{reader.demandes[turn % len(reader.demandes)]}/"


def _sizes(readers: list[Reader]) -> list[Figure]:
    """The list of fifty, as it is and as it travels."""
    largest = max((reader.visitor.get(LIST) for reader in readers), key=lambda answer: len(answer.clear))
    clear = largest.clear
    rows = len(re.findall(rb'href="/demandes/[0-9a-f-]{36}/', clear))
    return [
        Figure(f"HTML of a list of {rows}", round(len(clear) / 1024, 1), "KiB", 60),
        Figure(f"HTML of a list of {rows}, compressed", round(len(gzip.compress(clear)) / 1024, 1), "KiB", 12),
    ]
