"""The order of the four steps, and how what was typed is read."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from aplus.demandes.rules.steps import Step, Typed, many_lines, one_line

PARIS = ZoneInfo("Europe/Paris")


def test_each_step_leads_to_the_next_and_back() -> None:
    assert [step.number for step in Step] == [1, 2, 3, 4]
    assert [step.following for step in Step] == [Step.USAGER, Step.BLOCAGE, Step.ENVOI, None]
    assert [step.preceding for step in Step] == [None, Step.ORGANISMES, Step.USAGER, Step.BLOCAGE]
    assert all(step.label for step in Step)


def test_a_repeated_field_counts_by_its_last_value() -> None:
    typed = Typed({"nom": ["un", " deux "], "groupes": "seul", "coche": "1", "vide": ""})
    assert typed.line("nom") == "deux"
    assert typed.all("groupes") == ["seul"]
    assert (typed.ticked("coche"), typed.ticked("vide"), typed.ticked("absent")) == (True, False, False)
    assert (typed.last("absent"), typed.all("absent")) == ("", [])


def test_lines_are_cleaned_and_texts_keep_their_breaks() -> None:
    assert one_line(" a\tb\r\n\x07 c ") == "a b c"
    assert many_lines("a\r\nb\rc\x07\n\td ") == "a\nb\nc\n\td"


def test_days_and_moments_are_those_of_a_browser() -> None:
    typed = Typed(
        {"jour": "2026-03-01", "instant": "2026-03-01T10:30", "vide": " ", "faux": "hier", "an": "0001-01-01"}
    )
    assert typed.day("jour") == date(2026, 3, 1)
    assert typed.moment("instant", PARIS) == datetime(2026, 3, 1, 10, 30, tzinfo=PARIS)
    assert typed.day("vide") is None
    assert typed.moment("vide", PARIS) is None
    for name in ("faux", "an"):
        with pytest.raises(ValueError, match=r"."):
            typed.day(name)
        with pytest.raises(ValueError, match=r"."):
            typed.moment(name, PARIS)
    with pytest.raises(ValueError, match=r"."):
        Typed({"instant": "0001-01-01T00:00"}).moment("instant", PARIS)
