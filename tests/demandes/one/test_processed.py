"""POST messages/ with `acte=traitement`: the groupe's part, and by tick the open parts that nobody follows."""

import pytest

from aplus.demandes.models import Part
from tests.demandes import sent
from tests.demandes.one.browser import ids, options
from tests.demandes.one.cast import INSTRUCTEURS, assert_once, assert_refused, assert_rights


def test_who_may(cast):
    assert_rights(cast, "messages", {"acte": "traitement"}, INSTRUCTEURS)


def test_the_last_part_makes_the_demande_processed(cast):
    assert cast.submit("ines", "messages", acte="traitement", message="Le droit est rouvert.").status == 303
    part = cast.part("caf95")
    assert (part.state, part.followed_by_id, part.due_at) == ("PROCESSED", cast.world.ines.id, None)
    assert not part.is_closed_by_tick
    assert cast.state == "IN_PROGRESS"
    assert cast.submit("paul", "messages", acte="traitement").status == 303
    assert cast.state == "PROCESSED"
    page = cast.read("alice")
    assert (page.main["data-etat"], page.main["data-tour"]) == ("PROCESSED", "auteur")
    assert "À archiver" in page.words
    assert "CAF du Val-d'Oise : traité, le 30 avril 2026, suivi par Inès Caron" in page.words
    assert "Traitée" in cast.read("ines").words


def test_the_author_s_three_choices_are_three_forms(cast):
    for who in ("ines", "paul"):
        cast.submit(who, "messages", acte="traitement")
    actions = cast.read("alice").actions()
    assert {sent.address(cast.demande, path) for path in ("archivage/", "toujours-bloque/", "messages/")} <= actions
    assert sent.address(cast.demande, "archivage/") not in cast.read("ines").actions()


def test_a_thank_you_changes_nothing(cast):
    for who in ("ines", "paul"):
        cast.submit(who, "messages", acte="traitement")
    before = cast.events()
    assert cast.submit("alice", "messages", message="Merci beaucoup !").status == 303
    assert cast.submit("ines", "messages", message="Avec plaisir.").status == 303
    assert cast.state == "PROCESSED"
    assert [event for event in cast.events()[len(before) :] if event != "REPLY"] == []
    assert cast.part("caf95").due_at is None


def test_ticks_close_the_parts_nobody_follows(cast):
    browser = cast.browser("ines")
    assert options(browser.read(cast.demande), "aussi") == {str(cast.world.cpam95.id): "CPAM du Val-d'Oise"}
    answer = browser.submit(
        cast.demande,
        "messages",
        acte="traitement",
        aussi=ids(cast.world.cpam95),
        non_pertinent="1",
        demarche="L'appel au 3230",
    )
    assert answer.status == 303
    own, other = cast.part("caf95"), cast.part("cpam95")
    assert (other.state, other.followed_by_id, other.is_closed_by_tick) == ("PROCESSED", None, True)
    assert (own.is_not_relevant, other.is_not_relevant) == (True, False)
    assert bytes(own.demarche_sealed or b"") != b""
    assert b"3230" not in bytes(own.demarche_sealed or b"")
    assert cast.state == "PROCESSED"
    assert "Inès Caron a aussi clos la part de CPAM du Val-d'Oise, que personne ne suivait." in cast.read("alice").words
    # It can be taken in charge again.
    assert cast.submit("paul", "messages", acte="prise-en-charge").status == 303
    assert (cast.part("cpam95").state, cast.part("cpam95").is_closed_by_tick) == ("IN_CHARGE", False)
    assert cast.state == "IN_PROGRESS"


def test_a_part_that_is_followed_is_not_offered(cast):
    cast.submit("paul", "messages", acte="prise-en-charge")
    assert options(cast.read("ines"), "aussi") == {}


def test_a_colleague_of_the_other_groupe_was_faster(cast):
    slow = cast.browser("ines")
    form = {
        **slow.form(cast.demande, "messages"),
        "acte": ["traitement"],
        "aussi": ids(cast.world.cpam95),
        "message": ["Réglé pour tous."],
    }
    cast.submit("paul", "messages", acte="prise-en-charge")
    answer = slow.post(cast.demande, "messages", form)
    assert answer.status == 409
    assert "CPAM du Val-d'Oise" in answer.summary()[0][1]
    assert answer.fields(sent.address(cast.demande, "messages/"))["message"] == ["Réglé pour tous."]
    assert {part.state for part in Part.objects.filter(demande=cast.demande)} == {"OPENED", "IN_CHARGE"}


@pytest.mark.parametrize("groupe", ["msa95", "fs_argenteuil", "caf95"])
def test_a_forged_tick(cast, groupe):
    """A groupe that is not addressed, the structure, one's own part."""
    data = {"acte": "traitement", "aussi": getattr(cast.world, groupe).id}
    assert_refused(404, cast, "ines", "messages", data)


def test_a_tick_goes_with_this_act_only(cast):
    for act in ("reponse", "prise-en-charge", "precisions", "incompetence"):
        answer = cast.submit("ines", "messages", acte=act, aussi=ids(cast.world.cpam95), message="Un mot.")
        assert answer.status == 422, act
        kept = answer.fields(sent.address(cast.demande, "messages/"))
        assert (kept["aussi"], kept["message"]) == (ids(cast.world.cpam95), ["Un mot."])
    assert cast.part("cpam95").state == "ADDRESSED"


@pytest.mark.parametrize("field", [{"non_pertinent": "1"}, {"demarche": "Le site"}])
def test_not_relevant_goes_with_closing_only(cast, field):
    answer = cast.submit("ines", "messages", acte="prise-en-charge", **field)
    assert answer.status == 422
    assert answer.summary()[0][0] == f"#reponse_{next(iter(field))}"


def test_two_colleagues_at_once(cast):
    slow = cast.browser("igor")
    form = {**slow.form(cast.demande, "messages"), "acte": ["traitement"], "message": ["C'est réglé."]}
    cast.submit("ines", "messages", acte="traitement")
    answer = slow.post(cast.demande, "messages", form)
    assert answer.status == 409
    assert "Inès Caron" in answer.summary()[0][1]
    kept = answer.fields(sent.address(cast.demande, "messages/"))
    assert (kept["message"], kept["acte"]) == (["C'est réglé."], ["traitement"])
    assert cast.said() == 0


def test_once(cast):
    assert_once(cast, "ines", "messages", acte="traitement", aussi=ids(cast.world.cpam95), message="Réglé.")
