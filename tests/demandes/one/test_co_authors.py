"""POST co-auteurs/: active aidants of the structure, who can then do all that the author can."""

import pytest

from aplus.demandes.models import Participant
from tests.demandes import sent
from tests.demandes.one.browser import ids, options
from tests.demandes.one.cast import AUTHORS, assert_once, assert_refused, assert_rights


def test_who_may(cast):
    assert_rights(cast, "co-auteurs", {"collegues": cast.world.rachel.id}, AUTHORS)


def test_a_colleague_joins(cast):
    browser = cast.browser("amir")
    offered = options(browser.read(cast.demande), "collegues")
    assert offered == {str(cast.world.rachel.id): "Rachel Moreau", str(cast.world.nadia.id): "Nadia Roche"}
    answer = browser.submit(cast.demande, "co-auteurs", collegues=ids(cast.world.rachel))
    assert (answer.status, answer.location) == (303, sent.address(cast.demande))
    assert cast.read("rachel").status == 200
    assert "Amir Benali a ajouté Rachel Moreau du côté de la structure." in cast.read("ines").words
    assert cast.submit("rachel", "messages", message="Je prends le relais.").status == 303
    assert "Rachel Moreau (France services Argenteuil)" in cast.read("ines").words


def test_nobody_chosen(cast):
    answer = cast.submit("alice", "co-auteurs")
    assert answer.status == 422
    ((link, words),) = answer.summary()
    assert words == "Collègues de votre structure : Choisissez au moins un collègue."
    assert answer.page.by_id(link.removeprefix("#"))
    assert len(answer.errors()) == 1


@pytest.mark.parametrize("who", ["chloe", "ines", "oscar", "elise"])
def test_a_stranger_is_unknown(cast, who):
    assert_refused(404, cast, "alice", "co-auteurs", {"collegues": cast.user(who).id})


def test_a_deactivated_colleague_is_unknown(cast):
    cast.world.rachel.is_active = False
    cast.world.rachel.save()
    assert str(cast.world.rachel.id) not in options(cast.read("alice"), "collegues")
    assert_refused(404, cast, "alice", "co-auteurs", {"collegues": cast.world.rachel.id})


def test_added_meanwhile_by_the_other(cast):
    slow = cast.browser("amir")
    form = {**slow.form(cast.demande, "co-auteurs"), "collegues": ids(cast.world.rachel)}
    cast.submit("alice", "co-auteurs", collegues=ids(cast.world.rachel))
    answer = slow.post(cast.demande, "co-auteurs", form)
    assert answer.status == 409
    assert "Rachel Moreau est déjà sur cette demande." in answer.summary()[0][1]
    assert Participant.objects.filter(demande=cast.demande, user=cast.world.rachel).count() == 1


def test_archived_meanwhile(cast):
    slow = cast.browser("amir")
    form = {**slow.form(cast.demande, "co-auteurs"), "collegues": ids(cast.world.rachel)}
    cast.submit("alice", "archivage", leve="oui")
    assert slow.post(cast.demande, "co-auteurs", form).status == 409
    assert cast.read("rachel").status == 404


def test_once(cast):
    assert_once(cast, "alice", "co-auteurs", collegues=ids(cast.world.rachel))
