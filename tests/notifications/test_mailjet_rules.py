"""What Mailjet's events say, and that neither their order nor their number changes what is known."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.notifications.rules import Delivery, Event, Fact, MalformedError, is_newer, read
from tests.notifications.mailjet_events import blocked, event, hard_bounce, soft_bounce

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LINE = UUID("5b0f3a54-6a5c-4b6e-8a53-6f1c1d6a0001")
ALICE = "alice@demo.example"
OURS = {"CustomID": LINE.hex, "event": "sent", "time": int(NOW.timestamp()), "email": ALICE}


def said(one: dict[str, Any]) -> tuple[Delivery, str] | None:
    found = read(one, NOW)
    return (found[0].delivery, found[0].address) if found else None


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (event("sent", LINE, NOW), (Delivery.DELIVERED, ALICE)),
        (event("sent", LINE, NOW, "Alice@Demo.example "), (Delivery.DELIVERED, ALICE)),
        (hard_bounce(LINE, NOW), (Delivery.REFUSED, ALICE)),
        (hard_bounce(LINE, NOW, error_related_to="domain", error="no mail host"), (Delivery.REFUSED, ALICE)),
        (hard_bounce(LINE, NOW, error_related_to="spam", error="content blocked"), (Delivery.REFUSED, "")),
        (hard_bounce(LINE, NOW, error_related_to="system", error="connection issue"), (Delivery.REFUSED, "")),
        (hard_bounce(LINE, NOW, error_related_to=None, error=None), (Delivery.REFUSED, ALICE)),
        (soft_bounce(LINE, NOW), (Delivery.DEFERRED, "")),
        (event("bounce", LINE, NOW), (Delivery.DEFERRED, "")),
        (blocked(LINE, NOW, "recipient", "user unknown"), (Delivery.REFUSED, ALICE)),
        (blocked(LINE, NOW, "mailjet", "preblocked"), (Delivery.REFUSED, ALICE)),
        (blocked(LINE, NOW, "recipient", "spam reporter"), (Delivery.COMPLAINED, ALICE)),
        (blocked(LINE, NOW, "spam", "sender blocked"), (Delivery.REFUSED, "")),
        (blocked(LINE, NOW, "mailjet", "duplicate in campaign"), None),
        (event("spam", LINE, NOW, source="JMRPP"), (Delivery.COMPLAINED, ALICE)),
        (event("unsub", LINE, NOW, mj_list_id=1, ip="127.0.0.1"), (Delivery.COMPLAINED, ALICE)),
        (event("open", LINE, NOW, agent="x"), None),
        (event("click", LINE, NOW, url="https://aplus.example/"), None),
        (event("something-new", LINE, NOW), None),
        ({**OURS, "CustomID": ""}, None),
        ({**OURS, "CustomID": "newsletter-12"}, None),
        ({**OURS, "CustomID": "x" * 32}, None),
        ({**OURS, "CustomID": None}, None),
    ],
)
def test_each_event_says_one_thing(one: dict[str, Any], expected: tuple[Delivery, str] | None) -> None:
    assert said(one) == expected


def test_grouped_or_alone() -> None:
    other = uuid4()
    found = read([event("sent", LINE, NOW), soft_bounce(other, NOW - timedelta(hours=1))], NOW)
    assert found == [
        Event(LINE, Delivery.DELIVERED, NOW, ALICE),
        Event(other, Delivery.DEFERRED, NOW - timedelta(hours=1)),
    ]
    assert read(event("sent", LINE, NOW), NOW) == found[:1]
    assert read([], NOW) == []


@pytest.mark.parametrize(
    "payload",
    [
        None,
        1,
        "sent",
        [[]],
        [1],
        {},
        {"event": ""},
        {**OURS, "event": None},
        {**OURS, "event": 1},
        {**OURS, "event": ["sent"]},
        {**OURS, "CustomID": 12},
        {**OURS, "CustomID": {}},
        {**OURS, "email": 12},
        {**OURS, "time": None},
        {**OURS, "time": "1"},
        {**OURS, "time": True},
        {**OURS, "time": 1.5},
        {**OURS, "time": -1},
        {**OURS, "time": 10**30},
        {**OURS, "time": int((NOW + timedelta(minutes=6)).timestamp())},
        [OURS, {**OURS, "time": None}],
        {**OURS, "event": "blocked", "error": []},
        {**OURS, "event": "blocked", "error_related_to": {}},
        [OURS] * 2001,
    ],
)
def test_what_is_no_event_is_refused_whole(payload: Any) -> None:
    with pytest.raises(MalformedError):
        read(payload, NOW)


FACTS = st.tuples(
    st.sampled_from(list(Delivery)), st.integers(0, 5).map(lambda seconds: NOW + timedelta(seconds=seconds))
)


def known_after(facts: list[Fact]) -> Fact | None:
    known = None
    for fact in facts:
        if is_newer(fact, known):
            known = fact
    return known


@given(st.lists(FACTS, min_size=1), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(facts: list[Fact], dice: Any) -> None:
    shuffled = [*facts, *dice.choices(facts, k=3)]
    dice.shuffle(shuffled)
    assert known_after(shuffled) == known_after(facts)


def test_of_the_same_second_the_worse_is_kept() -> None:
    worse = known_after([(Delivery.REFUSED, NOW), (Delivery.DELIVERED, NOW), (Delivery.DEFERRED, NOW)])
    assert worse == (Delivery.REFUSED, NOW)
