"""POST suivi/: what a person wants to hear of one demande."""

import pytest

from aplus.demandes.models import Following
from tests.demandes.one.cast import ON_IT, assert_once, assert_rights


def test_who_may(cast):
    assert_rights(cast, "suivi", {"choix": "suivre"}, ON_IT)


@pytest.mark.parametrize(("choice", "is_muted"), [("suivre", False), ("muet", True)])
def test_chosen(cast, choice, is_muted):
    for _ in range(2):
        assert cast.submit("igor", "suivi", choix=choice).status == 303
    assert Following.objects.get(demande=cast.demande, user=cast.world.igor).is_muted is is_muted


def test_changed(cast):
    cast.submit("igor", "suivi", choix="muet")
    cast.submit("igor", "suivi", choix="suivre")
    assert not Following.objects.get(demande=cast.demande, user=cast.world.igor).is_muted


@pytest.mark.parametrize("value", ["", "tout", "\x00"])
def test_odd_choice(cast, value):
    answer = cast.submit("igor", "suivi", choix=value)
    assert answer.status == 422
    link, _ = answer.summary()[0]
    assert answer.page.by_id(link.removeprefix("#"))["type"] == "radio"
    assert not Following.objects.exists()


def test_it_moves_nothing(cast):
    cast.read("igor")
    before = cast.events()
    cast.submit("igor", "suivi", choix="suivre")
    assert cast.events() == before


def test_once(cast):
    assert_once(cast, "igor", "suivi", choix="muet")
