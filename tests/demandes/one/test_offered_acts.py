"""Only the acts that a part can still have are offered; writing always is."""

import re

import pytest

from tests.demandes import sent

ALL = ["reponse", "prise-en-charge", "precisions", "traitement", "incompetence"]


@pytest.fixture
def demande(world):
    return sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])


def offered(signed_in, user, demande) -> list[str]:
    """The values of the choice `acte` on this person's page."""
    page = signed_in(user).get(sent.address(demande)).content.decode()
    assert 'name="message"' in page
    return re.findall(r'name="acte" value="([a-z-]+)"', page) or re.findall(r'value="([a-z-]+)"[^>]*name="acte"', page)


def test_everything_on_an_open_part(world, demande, signed_in):
    assert offered(signed_in, world.ines, demande) == ALL


@pytest.mark.parametrize("act", ["traitement", "incompetence"])
def test_nothing_more_than_writing_once_the_groupe_is_done(world, demande, signed_in, act):
    sent.reply(world.ines, demande, "C'est fait.", act)
    assert offered(signed_in, world.igor, demande) == []
    assert offered(signed_in, world.paul, demande) == ALL


def test_a_part_closed_by_a_tick_can_be_taken_back(world, demande, signed_in):
    sent.reply(world.ines, demande, "Tout est réglé.", "traitement", closed_groupe_ids=[world.cpam95.id])
    assert offered(signed_in, world.paul, demande) == ["reponse", "prise-en-charge"]


def test_nothing_of_it_on_the_author_s_side(world, demande, signed_in):
    assert offered(signed_in, world.alice, demande) == []
