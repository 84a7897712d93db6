"""POST messages/ with `acte=precisions`: nothing is due until the author's side answers."""

from datetime import date

from tests.demandes import sent
from tests.demandes.one.cast import INSTRUCTEURS, assert_once, assert_rights
from tests.demandes.one.test_life import at_midnight

QUESTION = "Quelle est la date du dernier courrier ?"


def test_who_may(cast):
    assert_rights(cast, "messages", {"acte": "precisions", "message": QUESTION}, INSTRUCTEURS)


def test_it_is_the_author_s_turn_then_the_groupe_s_again(cast, clock):
    assert cast.submit("ines", "messages", acte="precisions", message=QUESTION).status == 303
    part = cast.part("caf95")
    assert (part.state, part.followed_by_id, part.due_at) == ("IN_CHARGE", cast.world.ines.id, None)
    page = cast.read("alice")
    assert page.main["data-tour"] == "auteur instructeurs"
    assert "C’est à vous d’apporter les précisions demandées. CPAM du Val-d'Oise doit répondre." in page.words
    assert "CAF du Val-d'Oise : pris en charge, attend des précisions" in page.words

    clock.move_to("2026-05-04T08:00:00+00:00", tick=False)
    assert cast.submit("amir", "messages", message="Le 3 mars.").status == 303
    part = cast.part("caf95")
    assert (part.state, part.awaited_since) == ("IN_CHARGE", None)
    # Fifteen business days after Monday 4 May, without the 8th, the 14th and Monday 25: Thursday 28.
    assert part.due_at == at_midnight(date(2026, 5, 28))
    assert cast.read("ines").main["data-tour"] == "instructeurs"


def test_a_message_moves_nothing_that_is_not_awaited(cast):
    due = cast.part("cpam95").due_at
    cast.submit("ines", "messages", acte="precisions", message=QUESTION)
    cast.submit("alice", "messages", message="Le 3 mars.")
    assert (cast.part("cpam95").state, cast.part("cpam95").due_at) == ("ADDRESSED", due)


def test_it_needs_words(cast):
    answer = cast.submit("ines", "messages", acte="precisions", info_nom=["Réf"], info_valeur=["7"])
    assert answer.status == 422
    assert answer.summary() == [("#reponse_message", "Votre message : Dites quelles précisions vous attendez.")]
    assert answer.errors() == ["Dites quelles précisions vous attendez."]
    kept = answer.fields(sent.address(cast.demande, "messages/"))
    assert (kept["acte"], kept["info_nom"][0], kept["info_valeur"][0]) == (["precisions"], "Réf", "7")


def test_two_colleagues_ask_at_once(cast):
    slow = cast.browser("igor")
    form = {**slow.form(cast.demande, "messages"), "acte": ["precisions"], "message": ["Et le dossier ?"]}
    cast.submit("ines", "messages", acte="precisions", message=QUESTION)
    answer = slow.post(cast.demande, "messages", form)
    assert answer.status == 409
    assert "Inès Caron" in answer.summary()[0][1]
    assert answer.fields(sent.address(cast.demande, "messages/"))["message"] == ["Et le dossier ?"]
    assert cast.said() == 1


def test_once(cast):
    assert_once(cast, "ines", "messages", acte="precisions", message=QUESTION)
