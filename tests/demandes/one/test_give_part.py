"""POST attribution/: an instructeur of the part has one of its active instructeurs follow it."""

import pytest

from tests.demandes import sent
from tests.demandes.one.browser import filled
from tests.demandes.one.cast import AUTHORS, BY_NAME, CAF, GARBAGE, STRANGERS, assert_refused


def attribution(cast, browser):
    """The form of the CAF's part, as this browser reads it."""
    return browser.form(cast.demande, "attribution", part=str(cast.world.caf95.id))


def test_who_may(cast):
    data = {"part": cast.world.caf95.id, "personne": cast.world.igor.id}
    for who in (*AUTHORS, *BY_NAME):
        assert_refused(403, cast, who, "attribution", data)
    assert_refused(404, cast, "paul", "attribution", data)
    for who in CAF:
        assert cast.browser(who).send("POST", sent.address(cast.demande, "attribution/"), data).status_code == 303


def test_strangers_see_nothing(cast):
    data = {"part": cast.world.caf95.id, "personne": cast.world.igor.id}
    for who in STRANGERS:
        assert_refused(404, cast, who, "attribution", data)
        assert_refused(404, cast, who, "attribution", GARBAGE)


def test_given_then_taken(cast):
    browser = cast.browser("ines")
    answer = browser.post(
        cast.demande, "attribution", filled(attribution(cast, browser), personne=str(cast.world.igor.id))
    )
    assert (answer.status, answer.location) == (303, sent.address(cast.demande))
    part = cast.part("caf95")
    assert (part.state, part.followed_by_id) == ("OPENED", cast.world.igor.id)
    assert "Inès Caron a confié la part de CAF du Val-d'Oise à Igor Lefèvre." in cast.read("alice").words
    answer = browser.post(
        cast.demande, "attribution", filled(attribution(cast, browser), personne=str(cast.world.ines.id))
    )
    assert answer.status == 303
    assert cast.part("caf95").followed_by_id == cast.world.ines.id
    assert "Inès Caron (CAF du Val-d'Oise) suit désormais cette part." in cast.read("alice").words
    assert cast.lines("attribution") == 2


def test_nobody_chosen(cast):
    browser = cast.browser("ines")
    answer = browser.post(cast.demande, "attribution", attribution(cast, browser))
    assert answer.status == 422
    ((link, words),) = answer.summary()
    assert words == "Suivi par : Choisissez qui suit cette part."
    assert answer.page.by_id(link.removeprefix("#")).name == "select"
    assert answer.errors() == ["Choisissez qui suit cette part."]
    accordion = next(one for one in answer.page.all("button") if one.get("aria-controls") == "confier-corps")
    assert accordion["aria-expanded"] == "true"


@pytest.mark.parametrize("who", ["paul", "alice", "agent_msa", "oscar", "elise"])
def test_who_is_no_instructeur_of_the_groupe_is_unknown(cast, who):
    assert_refused(404, cast, "ines", "attribution", {"part": cast.world.caf95.id, "personne": cast.user(who).id})


def test_a_deactivated_colleague_is_unknown(cast):
    cast.world.igor.is_active = False
    cast.world.igor.save()
    assert_refused(404, cast, "ines", "attribution", {"part": cast.world.caf95.id, "personne": cast.world.igor.id})


@pytest.mark.parametrize("groupe", ["cpam95", "msa95", "ddfip95", "fs_argenteuil"])
def test_a_part_that_is_not_held_is_unknown(cast, groupe):
    data = {"part": getattr(cast.world, groupe).id, "personne": cast.world.ines.id}
    assert_refused(404, cast, "ines", "attribution", data)


@pytest.mark.parametrize("value", ["x", "0" * 100_000, "\x00"])
def test_odd_ids(cast, value):
    for field in ("part", "personne"):
        data = {"part": cast.world.caf95.id, "personne": cast.world.ines.id, field: value}
        response = cast.browser("ines").send("POST", sent.address(cast.demande, "attribution/"), data)
        assert response.status_code in {404, 422}, field
    assert cast.part("caf95").followed_by_id is None


def test_two_colleagues_at_once(cast):
    slow = cast.browser("remi")
    form = filled(slow.form(cast.demande, "attribution"), personne=str(cast.world.remi.id))
    browser = cast.browser("ines")
    first = filled(attribution(cast, browser), personne=str(cast.world.igor.id))
    assert browser.post(cast.demande, "attribution", first).status == 303
    answer = slow.post(cast.demande, "attribution", form)
    assert answer.status == 409
    assert "Inès Caron" in answer.summary()[0][1]
    assert cast.part("caf95").followed_by_id == cast.world.igor.id
    kept = answer.fields(sent.address(cast.demande, "attribution/"))
    assert kept["personne"] == [str(cast.world.remi.id)]
    assert slow.post(cast.demande, "attribution", kept).status == 303
    assert cast.part("caf95").followed_by_id == cast.world.remi.id


def test_archived_meanwhile(cast):
    browser = cast.browser("ines")
    form = filled(attribution(cast, browser), personne=str(cast.world.igor.id))
    cast.submit("alice", "archivage", leve="oui")
    answer = browser.post(cast.demande, "attribution", form)
    assert answer.status == 409
    assert cast.part("caf95").followed_by_id is None


def test_once(cast):
    browser = cast.browser("ines")
    form = filled(browser.form(cast.demande, "attribution"), personne=str(cast.world.igor.id))
    assert browser.post(cast.demande, "attribution", form).status == 303
    assert browser.post(cast.demande, "attribution", form).status == 303
    assert cast.events().count("GIVE") == 1
