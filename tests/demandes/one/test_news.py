"""POST nouveau/: one line of an instructeur to the author's side of an archived demande."""

from tests.demandes import sent
from tests.demandes.one.cast import INSTRUCTEURS, assert_once, assert_rights
from tests.demandes.one.test_reopen import archived

NEWS = "Le rappel part lundi."


def test_who_may(cast):
    allowed = (*INSTRUCTEURS, "agent_ddfip")
    assert_rights(archived(cast), "nouveau", {"message": NEWS}, allowed, gone=("elise",))


def test_a_line(cast):
    archived(cast)
    assert cast.submit("ines", "nouveau", message=NEWS).status == 303
    assert NEWS in cast.read("alice").words
    assert cast.state == "ARCHIVED"
    assert (cast.part("caf95").state, cast.part("caf95").due_at) == ("ADDRESSED", None)


def test_it_needs_words(cast):
    answer = archived(cast).submit("ines", "nouveau", message="")
    assert answer.status == 422
    assert [link for link, _ in answer.summary()] == ["#nouveau_message"]
    assert len(answer.errors()) == 1


def test_too_long_is_kept(cast):
    answer = archived(cast).submit("ines", "nouveau", message="x" * 1001)
    assert answer.status == 422
    assert answer.fields(sent.address(cast.demande, "nouveau/"))["message"] == ["x" * 1001]


def test_reopened_meanwhile(cast):
    slow = archived(cast).browser("ines")
    form = {**slow.form(cast.demande, "nouveau"), "message": [NEWS]}
    cast.submit("alice", "reouverture", message="Encore.")
    answer = slow.post(cast.demande, "nouveau", form)
    assert answer.status == 409
    assert NEWS in answer.words
    assert cast.said() == 1


def test_once(cast):
    assert_once(archived(cast), "ines", "nouveau", message=NEWS)
