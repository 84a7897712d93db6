"""What a password may be."""

import pytest

from aplus.accounts.rules import passwords as rules

ALICE = ("Alice", "Martin", "Alice Martin", "alice.martin@demo.example")
GOOD = "lapin vert tambour nuage"
LONG = " ".join(
    f"{word}-{rank * rank}" for rank, word in enumerate((GOOD + " ardoise piment velours girafe").split(), 7)
)


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "Vélo-Canard-Brique-88",
        "xK7#pQ2vRt9!",
        "日本語の長いパスワードです十二",
        "🦆🚲🌧🧱🎻🪁🧭🪤🧶🫖🪵🧊🛶",
        LONG,
    ],
)
def test_what_is_long_and_hard_to_guess_is_good(password: str) -> None:
    assert rules.problem(password, own=ALICE) == ""


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", rules.TOO_SHORT),
        ("xK7#pQ2vRt9", rules.TOO_SHORT),
        ("e\u0301" * 11, rules.TOO_SHORT),
        ("x8Kq" * 32 + "z", rules.TOO_LONG),
        ("x" * 10_000, rules.TOO_LONG),
        ("lapin vert\x00tambour", rules.UNREADABLE),
        ("lapin vert tambour\ud800", rules.UNREADABLE),
        ("motdepasse2026", rules.TOO_COMMON),
        ("Administration+", rules.TOO_COMMON),
        ("azertyuiop12", rules.TOO_COMMON),
        ("aaaaaaaaaaaaaaaa", rules.TOO_COMMON),
        ("            ", rules.TOO_COMMON),
        ("Bonjour2026!", rules.TOO_COMMON),
        ("alice.martin@demo.example", rules.TOO_CLOSE),
        ("ÀliceMartin!!", rules.TOO_CLOSE),
        ("martin-alice-95", rules.TOO_CLOSE),
        ("Martin123456", rules.TOO_CLOSE),
        ("4lice.M4rtin", rules.TOO_CLOSE),
    ],
)
def test_what_is_short_common_or_one_s_own_name_is_refused_with_advice(password: str, problem: str) -> None:
    assert rules.problem(password, own=ALICE) == problem


def test_another_s_name_is_no_name() -> None:
    assert rules.problem("gwendal-kerouanton-95", own=ALICE) == ""
    assert rules.problem("gwendal-kerouanton-95", own=("Gwendal", "Kérouanton")) == rules.TOO_CLOSE


def test_a_short_name_forbids_nothing() -> None:
    assert rules.problem(GOOD + " li", own=("Li", "Wu", "li@a.fr")) == ""
    assert rules.own_words(["Li", "Wu", "Anne-Élise d’Orgeval", "a.orgeval@x.fr"]) == [
        "anneelisedorgeval",
        "aorgevalxfr",
        "aorgeval",
        "orgeval",
        "elise",
        "anne",
    ]


def test_accents_are_one_however_they_were_typed() -> None:
    assert rules.normal("e\u0301te\u0301") == rules.normal("été")
    assert rules.normal("a\ud800").encode()
