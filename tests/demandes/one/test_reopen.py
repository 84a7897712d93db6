"""POST reouverture/: an archived demande is open again, its groupes have their delays again."""

from aplus.vault.services import erase_secret
from tests.demandes import sent
from tests.demandes.one.cast import AUTHORS, assert_once, assert_rights

WHY = "Le blocage revient."


def archived(cast):
    """Archived by Alice."""
    cast.submit("alice", "archivage", leve="oui")
    return cast


def test_who_may(cast):
    # The expert is on it only while it is open.
    assert_rights(archived(cast), "reouverture", {"message": WHY}, AUTHORS, gone=("elise",))


def test_open_again(cast):
    archived(cast)
    assert cast.submit("amir", "reouverture", message=WHY).status == 303
    cast.demande.refresh_from_db()
    assert (cast.demande.state, cast.demande.archived_at, cast.demande.is_unblocked) == ("SENT", None, "")
    assert cast.part("caf95").due_at is not None
    page = cast.read("ines")
    assert WHY in page.words
    assert "Amir Benali a rouvert la demande." in page.words
    assert sent.address(cast.demande, "messages/") in page.actions()


def test_a_reason_is_required(cast):
    answer = archived(cast).submit("alice", "reouverture", message="")
    assert answer.status == 422
    assert [link for link, _ in answer.summary()] == ["#reouverture_message"]
    assert len(answer.errors()) == 1
    assert cast.state == "ARCHIVED"


def test_reopened_meanwhile_by_the_other(cast):
    slow = archived(cast).browser("amir")
    form = {**slow.form(cast.demande, "reouverture"), "message": [WHY]}
    cast.submit("alice", "reouverture", message="Moi d'abord.")
    answer = slow.post(cast.demande, "reouverture", form)
    assert answer.status == 409
    assert WHY in answer.words
    assert cast.said() == 1


def test_nobody_competent_asks_for_another_groupe(cast):
    for who in ("ines", "paul"):
        cast.submit(who, "messages", acte="incompetence")
    archived(cast).submit("alice", "reouverture", message=WHY)
    page = cast.read("alice")
    assert page.main["data-tour"] == "auteur"
    assert "d’inviter un autre groupe" in page.words


def test_an_erased_demande_is_never_opened_again(cast):
    archived(cast)
    form = {**cast.browser("alice").form(cast.demande, "reouverture"), "message": [WHY]}
    erase_secret(cast.demande.id)
    for who, act in (("alice", "reouverture"), ("ines", "nouveau")):
        browser = cast.browser(who)
        assert "Contenu effacé" in browser.read(cast.demande).text
        response = browser.send("POST", sent.address(cast.demande, f"{act}/"), {"message": WHY})
        assert response.status_code == 409
    assert cast.browser("alice").send("POST", sent.address(cast.demande, "reouverture/"), form).status_code == 409
    assert cast.state == "ARCHIVED"


def test_once(cast):
    assert_once(archived(cast), "alice", "reouverture", message=WHY)
