"""Dates counted back and dates written, whatever the day it is."""

from datetime import UTC, datetime

import pytest

from aplus.annuaire.rules import Calendar
from dev.demo.days import dated, moment

PARIS = Calendar("Europe/Paris")
MONDAY = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


def test_moments_count_business_days_in_local_time() -> None:
    """Monday 4 May 2026: one business day before is Thursday 30 April, the Friday being a holiday."""
    assert moment("1 09:40", MONDAY, PARIS) == datetime(2026, 4, 30, 7, 40, tzinfo=UTC)
    assert moment("2 09:40", MONDAY, PARIS) == datetime(2026, 4, 29, 7, 40, tzinfo=UTC)


def test_a_moment_that_is_not_past_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the past"):
        moment("0 09:40", MONDAY, PARIS)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("le {-3}", "le 1er mai"),
        ("le {-4}", "le 30 avril"),
        ("le {-4y}", "le 30 avril 2026"),
        ("le {-130}", "le 25 décembre 2025"),
        ("{+4}", "lundi 11 mai"),
        ("depuis {m-1}", "depuis avril"),
        ("la fin {de m-1}", "la fin d'avril"),
        ("la fin {de m-2}", "la fin de mars"),
        ("la fin {de m-5}", "la fin de décembre"),
        ("412 euros", "412 euros"),
    ],
)
def test_dates_inside_texts(text: str, written: str) -> None:
    assert dated(text, MONDAY, PARIS) == written
