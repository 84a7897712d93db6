"""POST toujours-bloque/: a processed demande goes back to the groupes that had processed it."""

from tests.demandes import sent
from tests.demandes.one.browser import ids
from tests.demandes.one.cast import AUTHORS, assert_once, assert_rights

WHAT = "Le versement n'est pas arrivé."


def processed(cast):
    """The CAF processed its part and closed the CPAM's by tick."""
    cast.submit("ines", "messages", acte="traitement", aussi=ids(cast.world.cpam95))
    return cast


def test_who_may(cast):
    assert_rights(processed(cast), "toujours-bloque", {"message": WHAT}, AUTHORS)


def test_back_to_the_groupes(cast):
    processed(cast)
    assert cast.submit("amir", "toujours-bloque", message=WHAT).status == 303
    assert (cast.part("caf95").state, cast.part("cpam95").state) == ("IN_CHARGE", "ADDRESSED")
    assert cast.state == "IN_PROGRESS"
    words = cast.read("ines").words
    assert WHAT in words
    assert "Amir Benali signale que le blocage persiste : CAF du Val-d'Oise est de nouveau saisi." in words


def test_words_are_required(cast):
    answer = processed(cast).submit("alice", "toujours-bloque", message=" ")
    assert answer.status == 422
    assert [link for link, _ in answer.summary()] == ["#bloque_message"]
    assert len(answer.errors()) == 1
    assert cast.state == "PROCESSED"


def test_only_when_processed(cast):
    slow = processed(cast).browser("alice")
    form = {**slow.form(cast.demande, "toujours-bloque"), "message": [WHAT]}
    cast.submit("paul", "messages", acte="prise-en-charge")
    answer = slow.post(cast.demande, "toujours-bloque", form)
    assert answer.status == 409
    assert WHAT in answer.words
    assert cast.said() == 0
    cast.submit("amir", "archivage", leve="non")
    answer = slow.post(cast.demande, "toujours-bloque", form)
    assert answer.status == 409
    assert WHAT in answer.words
    assert sent.address(cast.demande, "toujours-bloque/") not in answer.actions()


def test_once(cast):
    assert_once(processed(cast), "alice", "toujours-bloque", message=WHAT)
