"""Before sending: the demandes that the aidant already follows for the person, and no other."""

import pytest

from aplus.demandes.content import Usager
from tests.demandes import sent
from tests.demandes.new.helpers import page_of

FATOU = Usager("FATOU", "Diallo", birth_date="12-3-1985")
TITLE = "Vous suivez déjà"
pytestmark = pytest.mark.django_db


def label(demande):
    return f"n° {demande.number // 1000} {demande.number % 1000:03}"


def test_those_of_the_aidant_are_shown(walk, world):
    walk.up_to_envoi()
    sent.send(world.amir, world.fs_argenteuil, [world.caf95], usager=FATOU)
    assert TITLE not in page_of(walk.get(walk.address("envoi")))
    mine = sent.send(world.alice, world.fs_argenteuil, [world.caf95], usager=FATOU)
    html = page_of(walk.get(walk.address("envoi")))
    assert f"{TITLE} une demande pour cette personne" in html
    assert label(mine) in html
    assert html.count('href="/demandes/' + str(mine.id)) == 1
