"""Calendar months, bands of activity, and what an account that rests is due."""

from datetime import UTC, datetime, timedelta

import pytest

from aplus.accounts.rules import life
from aplus.accounts.rules.life import Rest, Step

SINCE = datetime(2026, 1, 31, 9, tzinfo=UTC)


def on(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("months", "expected"),
    [(1, on(2026, 2, 28)), (4, on(2026, 5, 31)), (5, on(2026, 6, 30)), (12, on(2027, 1, 31)), (-2, on(2025, 11, 30))],
)
def test_the_same_day_months_later(months: int, expected: datetime) -> None:
    assert life.after_months(SINCE, months) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (SINCE, Rest.WEEK),
        (SINCE + timedelta(days=7), Rest.WEEK),
        (SINCE + timedelta(days=7, seconds=1), Rest.MONTH),
        (on(2026, 2, 28, 10), Rest.FOUR_MONTHS),
        (on(2026, 5, 31), Rest.FOUR_MONTHS),
        (on(2026, 5, 31, 10), Rest.LONGER),
    ],
)
def test_how_long_since(now: datetime, expected: Rest) -> None:
    assert life.rest_of(SINCE, now) is expected
    assert life.rest_of(None, now) is Rest.NEVER


@pytest.mark.parametrize(
    ("notices", "noticed_at", "now", "expected"),
    [
        (0, None, on(2026, 5, 31, 8), Step.NOTHING),
        (0, None, on(2026, 5, 31), Step.NOTICE),
        (1, on(2026, 5, 31), on(2026, 6, 30, 8), Step.NOTHING),
        (1, on(2026, 5, 31), on(2026, 6, 30), Step.NOTICE),
        (1, on(2026, 8, 1), on(2026, 8, 20), Step.NOTHING),  # late: 25 days between two notices
        (1, on(2026, 8, 1), on(2026, 8, 26), Step.NOTICE),
        (2, on(2026, 6, 30), on(2026, 7, 31, 8), Step.NOTHING),
        (2, on(2026, 6, 30), on(2026, 7, 31), Step.CLOSE),
        (2, on(2026, 7, 20), on(2026, 8, 13), Step.NOTHING),  # late: 25 days after the second
        (2, on(2026, 7, 20), on(2026, 8, 14), Step.CLOSE),
    ],
)
def test_what_is_due(notices: int, noticed_at: datetime | None, now: datetime, expected: Step) -> None:
    assert life.step_due(SINCE, notices, noticed_at, now) is expected
