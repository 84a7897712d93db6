"""POST messages/ with `acte=prise-en-charge`, with or without a promised date."""

from datetime import date

import pytest

from tests.demandes import sent
from tests.demandes.one.cast import INSTRUCTEURS, assert_once, assert_rights
from tests.demandes.one.test_life import at_midnight


def test_who_may(cast):
    assert_rights(cast, "messages", {"acte": "prise-en-charge"}, INSTRUCTEURS)


def test_without_a_word(cast):
    answer = cast.submit("ines", "messages", acte="prise-en-charge")
    assert answer.status == 303
    part = cast.part("caf95")
    assert (part.state, part.followed_by_id, part.promised_date) == ("IN_CHARGE", cast.world.ines.id, None)
    assert part.due_at == at_midnight(date(2026, 5, 27))
    assert cast.said() == 0
    assert "Inès Caron (CAF du Val-d'Oise) a pris la demande en charge." in cast.read("alice").words


def test_a_promised_date(cast):
    answer = cast.submit("ines", "messages", acte="prise-en-charge", promis_le="2026-05-12", message="Je regarde.")
    assert answer.status == 303
    part = cast.part("caf95")
    assert (part.promised_date, part.due_at) == (date(2026, 5, 12), at_midnight(date(2026, 5, 12)))
    words = cast.read("alice").words
    assert "CAF du Val-d'Oise : pris en charge, réponse promise le 12 mai 2026, suivi par Inès Caron" in words
    assert "s’engage à répondre le 12 mai 2026" in words


@pytest.mark.parametrize(
    ("promised", "taken"),
    [("2026-04-29", False), ("2026-04-30", True), ("2026-06-17", True), ("2026-06-18", False), ("9999-12-31", False)],
)
def test_neither_past_nor_beyond_thirty_business_days(cast, promised, taken):
    """30 business days after Thursday 30 April 2026, four holidays on the way: Wednesday 17 June."""
    answer = cast.submit("ines", "messages", acte="prise-en-charge", promis_le=promised, message="Je regarde.")
    assert answer.status == (303 if taken else 422)
    if not taken:
        kept = answer.fields(sent.address(cast.demande, "messages/"))
        assert (kept["promis_le"], kept["acte"], kept["message"]) == (
            [promised],
            ["prise-en-charge"],
            ["Je regarde."],
        )
        assert [link for link, _ in answer.summary()] == ["#reponse_promis_le"]
        assert len(answer.errors()) == 1
        assert (cast.said(), cast.part("caf95").state) == (0, "OPENED")


def test_a_date_is_not_passed_over_in_silence_with_another_act(cast):
    for act in ("reponse", "precisions", "traitement"):
        answer = cast.submit("ines", "messages", acte=act, promis_le="2026-05-12", message="Je regarde.")
        assert answer.status == 422, act
        assert answer.summary()[0][0] == "#reponse_promis_le"


def test_the_second_of_two_is_told_who_was_faster(cast):
    for second, promise in (("igor", ""), ("remi", "2026-05-12")):
        slow = cast.browser(second)
        form = {**slow.form(cast.demande, "messages"), "acte": ["prise-en-charge"], "message": ["Je la prends."]}
        form["promis_le"] = [promise]
        assert cast.submit("ines", "messages", acte="prise-en-charge").status == 303
        answer = slow.post(cast.demande, "messages", form)
        assert answer.status == 409
        assert "Inès Caron" in answer.summary()[0][1]
        kept = answer.fields(sent.address(cast.demande, "messages/"))
        assert (kept["message"], kept["acte"]) == (["Je la prends."], ["prise-en-charge"])
        assert cast.part("caf95").followed_by_id == cast.world.ines.id
        # Having read it, insisting is meant.
        assert slow.post(cast.demande, "messages", kept).status == 303
        assert cast.part("caf95").followed_by_id == cast.user(second).id


def test_closed_meanwhile_by_a_colleague(cast):
    slow = cast.browser("igor")
    form = {**slow.form(cast.demande, "messages"), "acte": ["prise-en-charge"], "message": ["Je la prends."]}
    cast.submit("ines", "messages", acte="traitement")
    answer = slow.post(cast.demande, "messages", form)
    assert answer.status == 409
    assert "Inès Caron" in answer.summary()[0][1]
    assert answer.fields(sent.address(cast.demande, "messages/"))["message"] == ["Je la prends."]


def test_once(cast):
    assert_once(cast, "ines", "messages", acte="prise-en-charge", promis_le="2026-05-12")
