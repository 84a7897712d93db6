"""POST depart/: a co-author, a person invited by name, an expert; never the author, never a groupe's member."""

import pytest

from aplus.accounts.models import Membership
from aplus.demandes.models import Participant
from tests.demandes import sent
from tests.demandes.one.cast import BY_NAME, assert_rights, refusals


def test_who_may(cast):
    assert_rights(cast, "depart", {}, ("amir", *BY_NAME))


@pytest.mark.parametrize("who", ["amir", *BY_NAME])
def test_gone(cast, who):
    browser = cast.browser(who)
    form = browser.form(cast.demande, "depart")
    answer = browser.post(cast.demande, "depart", form)
    assert (answer.status, answer.location) == (303, "/demandes/")
    assert browser.read(cast.demande).status == 404
    assert f"{cast.user(who).full_name} a quitté la demande." in cast.read("alice").words
    # Gone: the demande is out of sight, whatever the key.
    lines = refusals()
    assert browser.post(cast.demande, "depart", form).status == 404
    assert refusals() == lines + 1
    assert cast.events().count("LEAVE") == 1


def test_who_left_can_be_brought_back(cast):
    cast.submit("amir", "depart")
    cast.submit("alice", "co-auteurs", collegues=[str(cast.world.amir.id)])
    assert cast.read("amir").status == 200
    assert Participant.objects.filter(demande=cast.demande, user=cast.world.amir).count() == 2


def test_the_last_one_of_the_author_s_side_stays(cast):
    Membership.objects.filter(user=cast.world.alice).delete()
    answer = cast.submit("amir", "depart")
    assert answer.status == 422
    assert "ajoutez d'abord un collègue" in answer.summary()[0][1]
    assert cast.read("amir").status == 200


def test_archived_meanwhile(cast):
    browser = cast.browser("agent_ddfip")
    form = browser.form(cast.demande, "depart")
    cast.submit("alice", "archivage", leve="oui")
    answer = browser.post(cast.demande, "depart", form)
    assert answer.status == 409
    assert sent.address(cast.demande, "depart/") not in answer.actions()
