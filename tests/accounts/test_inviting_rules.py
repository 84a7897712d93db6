"""Addresses as people paste them, and the flags proposed to each side."""

import time

import pytest

from aplus.accounts.rules.inviting import is_address, proposed_flags, read_addresses
from aplus.accounts.rules.members import Flags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n,;; ", []),
        ("a@b.fr", ["a@b.fr"]),
        ("a@b.fr b@b.fr,c@b.fr;d@b.fr\r\ne@b.fr\tf@b.fr", [f"{one}@b.fr" for one in "abcdef"]),
        ("A@B.fr a@b.FR", ["a@b.fr"]),
        ("Alice Martin <alice@b.fr>", ["alice@b.fr"]),
        ("Martin, Alice <alice@b.fr>; Benali, Amir < amir@b.fr >", ["alice@b.fr", "amir@b.fr"]),
        ("\"Martin, Alice\" <alice@b.fr>,\n'Amir' <amir@b.fr>", ["alice@b.fr", "amir@b.fr"]),
        ("c@b.fr, Alice Martin <alice@b.fr> d@b.fr", ["c@b.fr", "alice@b.fr", "d@b.fr"]),
        ("<a@b.fr><c@b.fr>", ["a@b.fr", "c@b.fr"]),
        ("a@b.fr.", ["a@b.fr"]),
        ("« a@b.fr » (c@b.fr)", ["a@b.fr", "c@b.fr"]),
        ("mailto:a@b.fr", ["a@b.fr"]),
        ("a@b.fr bonjour", ["a@b.fr", "bonjour"]),
        ("oups c@b.fr <a@b.fr>", ["oups", "c@b.fr", "a@b.fr"]),
        ("Alice <alice", ["alice"]),
        ("Alice <>", []),
    ],
)
def test_what_is_pasted_is_read(text: str, expected: list[str]) -> None:
    assert read_addresses(text) == expected


def test_ten_thousand_addresses_are_read_at_once() -> None:
    start = time.monotonic()
    assert len(read_addresses("; ".join(f"Nom <a{rank}@b.fr>" for rank in range(10_000)))) == 10_000
    assert read_addresses("<" * 50_000) == []
    assert time.monotonic() - start < 2


@pytest.mark.parametrize("word", ["a@b.fr", "a.b-c+d@sous.domaine.gouv.fr", "o'neil@b.fr", "1@2.fr", "a@x-y.fr"])
def test_an_address(word: str) -> None:
    assert is_address(word)


@pytest.mark.parametrize(
    "word",
    [
        *("", "a", "a@", "@b.fr", "a@b", "a b@c.fr", "a..b@c.fr", ".a@c.fr", "a@c..fr", "a@@c.fr", "a@c.fr\n"),
        *("é@b.fr", "a@é.fr", "a@b.fr\x00", "ａ@b.fr", f"{'a' * 250}@b.fr", "a@b.f", "<script>@b.fr"),
    ],
)
def test_no_address(word: str) -> None:
    assert not is_address(word)


def test_the_side_of_the_organisme_proposes() -> None:
    assert proposed_flags("aidant") == Flags(is_aidant=True)
    assert proposed_flags("operateur") == Flags(is_instructeur=True)
    assert proposed_flags("les_deux") == Flags()
