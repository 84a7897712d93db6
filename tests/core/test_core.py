"""Clock, errors, ids and text."""

from datetime import UTC, datetime

import pytest
import time_machine

from aplus.core import clock
from aplus.core.errors import AlreadyDone, DomainError, NotAllowed, Overtaken, Refused, TooMany, Unknown
from aplus.core.text import fold


def test_the_clock_is_aware_and_in_utc():
    noon = datetime(2026, 4, 30, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        assert clock.now() == noon
        assert clock.now().utcoffset() == UTC.utcoffset(None)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Élise FAURE", "elise faure"),
        ("  CAF   du\tVal-d'Oise \n", "caf du val-d'oise"),
        ("Œuvre, cæcum", "oeuvre, caecum"),
        ("ŒUVRE", "oeuvre"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_folding_forgets_accents_case_and_spaces(text, folded):
    assert fold(text) == folded
    assert fold(folded) == folded


def test_a_refusal_says_what_is_wrong_with_which_field():
    assert Refused.because("Trop long.", "message").problems == {"message": ["Trop long."]}
    assert Refused.because("Rien à envoyer.").problems == {"": ["Rien à envoyer."]}
    assert str(Refused({"a": ["Un.", "Deux."], "b": ["Trois."]})) == "Un.; Deux.; Trois."


def test_errors_carry_what_the_answer_needs():
    assert TooMany(90).retry_after == 90
    assert AlreadyDone("/demandes/").location == "/demandes/"
    assert str(Overtaken("Inès Caron vient de répondre.")) == "Inès Caron vient de répondre."


@pytest.mark.parametrize("error", [Refused, Overtaken, NotAllowed, Unknown, TooMany, AlreadyDone])
def test_views_can_catch_every_domain_error_at_once(error):
    assert issubclass(error, DomainError)


def test_a_given_moment_lasts_as_long_as_its_block():
    noon, night = datetime(2026, 4, 30, 12, tzinfo=UTC), datetime(2026, 4, 30, 23, tzinfo=UTC)
    with clock.at(noon):
        with clock.at(night):
            assert clock.now() == night
        assert clock.now() == noon
    assert clock.now() != noon
