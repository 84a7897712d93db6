"""The date of birth as people know it, refused only without a year or in the future."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.demandes.rules.birth import BirthDate, BirthPrecision, check_birth_date

TODAY = date(2026, 4, 15)
DAY, MONTH, YEAR, FREE = BirthPrecision.DAY, BirthPrecision.MONTH, BirthPrecision.YEAR, BirthPrecision.FREE


@pytest.mark.parametrize(
    ("text", "kept", "precision"),
    [
        ("12/03/1956", "12/03/1956", DAY),
        ("3-5-1980", "3-5-1980", DAY),
        ("12.03.1956", "12.03.1956", DAY),
        ("12 03 1956", "12 03 1956", DAY),
        ("  12 / 03 /  1956 ", "12 / 03 / 1956", DAY),
        ("29/02/2024", "29/02/2024", DAY),
        ("15/04/2026", "15/04/2026", DAY),
        ("01/01/1900", "01/01/1900", DAY),
        ("03/1956", "03/1956", MONTH),
        ("04 2026", "04 2026", MONTH),
        ("1956", "1956", YEAR),
        ("2026", "2026", YEAR),
    ],
)
def test_understood(text: str, kept: str, precision: BirthPrecision) -> None:
    assert check_birth_date(text, TODAY) == BirthDate(kept, precision, None)


@pytest.mark.parametrize(
    "text",
    ["vers 1956", "12 mars 1956", "1956-03-12", "1956 ou 1957", "31/02/1956", "00/00/1956", "13/1956", "né en 1956"],
)
def test_kept_as_typed_with_a_notice(text: str) -> None:
    birth = check_birth_date(text, TODAY)
    assert (birth.text, birth.precision) == (text, FREE)
    assert "telle que vous l'avez écrite" in (birth.notice or "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "doit contenir une année"),
        ("inconnue", "doit contenir une année"),
        ("12/03/56", "doit contenir une année"),
        ("12/03/1899", "doit contenir une année"),
        ("0000", "doit contenir une année"),
        ("12031956", "doit contenir une année"),
        ("١٩٥٦", "doit contenir une année"),
        ("16/04/2026", "dans l'avenir"),
        ("05/2026", "dans l'avenir"),
        ("2027", "dans l'avenir"),
        ("vers 2050", "dans l'avenir"),
        ("1956" + " environ" * 4, "30 signes au plus"),
        ("1956\x00", "signe illisible"),
    ],
)
def test_refused_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refusal:
        check_birth_date(text, TODAY)
    assert "jj/mm/aaaa" in str(refusal.value)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_day_is_taken_until_today(birth: date, today: date) -> None:
    text = f"{birth:%d/%m/%Y}"
    if birth <= today:
        assert check_birth_date(text, today) == BirthDate(text, DAY, None)
    else:
        with pytest.raises(ValueError, match="dans l'avenir"):
            check_birth_date(text, today)


@given(st.text() | st.from_regex(r"[0-9/.\- ]{0,12}(19|20)[0-9]{2}.{0,5}"))
def test_any_text_is_taken_or_refused(text: str) -> None:
    try:
        birth = check_birth_date(text, TODAY + timedelta(days=1))
    except ValueError as refusal:
        assert str(refusal).endswith("aaaa.")
    else:
        assert check_birth_date(birth.text, TODAY + timedelta(days=1)) == birth
        assert len(birth.text) <= 30
