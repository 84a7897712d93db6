"""GET journal/: who has read the demande and when, for both sides."""

import pytest

from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.demandes.one.cast import ON_IT, STRANGERS, refusals


@pytest.mark.parametrize("who", ON_IT)
def test_both_sides_read_it(cast, clock, who):
    cast.read("ines")
    clock.shift(3600)
    cast.read("ines")
    answer = cast.browser(who).read(cast.demande, "journal/")
    assert answer.status == 200
    cells = [" ".join(one.text.split()) for one in answer.page.all("td")]
    assert cells == ["Inès Caron", "30 avril 2026 à 10 h 00", "30 avril 2026 à 11 h 00 (à l’instant)"]


def test_strangers(cast):
    for who in STRANGERS:
        for method in ("GET", "HEAD", "POST"):
            lines = refusals()
            assert cast.browser(who).send(method, sent.address(cast.demande, "journal/")).status_code == 404
            assert refusals() == lines + 1
    response = Browser(None).send("GET", sent.address(cast.demande, "journal/"))
    assert response["Location"].startswith("/connexion/?suite=")


def test_who_left_is_still_named(cast):
    cast.read("amir")
    cast.submit("amir", "depart")
    assert "Amir Benali" in cast.browser("ines").read(cast.demande, "journal/").words


def test_reading_it_marks_nothing(cast):
    cast.browser("paul").read(cast.demande, "journal/")
    assert "Personne ne l’a encore lue." in cast.browser("ines").read(cast.demande, "journal/").words
    assert cast.part("cpam95").state == "ADDRESSED"
