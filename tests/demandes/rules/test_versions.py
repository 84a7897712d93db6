"""Which save comes after which, and what is kept beside."""

import pytest

from aplus.demandes.rules.versions import BY_BUTTON, MOST_ASIDE, Aside, Written, is_stale, put_aside, unseen

MINE, OTHER = "mine", "other"


@pytest.mark.parametrize(
    ("made_from", "current", "writers", "stale"),
    [
        (1, 1, [], False),
        (1, 2, [Written(2, MINE)], False),
        (1, 2, [Written(2, OTHER)], True),
        (2, 2, [Written(2, OTHER)], False),
        # Another wrote another step: nothing of this one was missed.
        (1, 3, [Written(1, OTHER)], False),
        (None, 9, [Written(9, OTHER)], False),
        (0, 1, [], True),
        (-1, 1, [], True),
        (2, 1, [], True),
    ],
)
def test_a_page_is_late_on_the_saves_of_others_only(made_from, current, writers, stale):
    assert is_stale(made_from, MINE, current=current, writers=writers) is stale


def test_versions_may_begin_at_none():
    assert not is_stale(0, MINE, current=0, writers=[], first=0)
    assert is_stale(0, MINE, current=1, writers=[Written(1, OTHER)], first=0)


def test_saves_of_one_page_that_cross_on_the_way_stay_in_order():
    written = Written(4, MINE, 7)
    assert written.is_before(MINE, 8)
    assert not written.is_before(MINE, 7)
    assert not written.is_before(MINE, 6)
    assert written.is_before(OTHER, 0)
    assert not Written(4, MINE, BY_BUTTON).is_before(MINE, 1_790_000_000_000)


def aside(page, version, text="x"):
    return Aside(page=page, version=version, at="2026-04-30T08:00:00+00:00", raw={"description": text})


def test_a_page_has_one_place_beside_and_the_oldest_goes():
    kept = []
    for version, page in enumerate(["a", "b", "a", "c", "d", "e", "f"], start=1):
        kept = put_aside(kept, aside(page, version))
    assert [(one.page, one.version) for one in kept] == [("a", 3), ("c", 4), ("d", 5), ("e", 6), ("f", 7)]
    assert len(kept) == MOST_ASIDE


def test_what_a_page_did_not_show_is_not_its_to_end():
    asides = [aside("a", 2), aside("b", 5)]
    assert unseen(asides, 4) == [asides[1]]
    assert unseen(asides, 5) == []
    assert unseen(asides, None) == asides
