"""POST messages/ with a plain reply: both sides write, who follows, what is refused and kept."""

import pytest

from tests.demandes import sent
from tests.demandes.one.browser import ids, options
from tests.demandes.one.cast import BY_NAME, ON_IT, assert_once, assert_refused, assert_rights
from tests.demandes.one.test_rights_now import join

TEXT = "Bonjour,\nle dossier est complet depuis mars."


def test_who_may(cast):
    assert_rights(cast, "messages", {"message": TEXT}, ON_IT)


def test_an_author_writes(cast):
    before = cast.events()
    answer = cast.submit("alice", "messages", message=TEXT)
    assert (answer.status, answer.location) == (303, sent.address(cast.demande))
    assert cast.events() == before
    assert cast.state == "SENT"
    page = cast.read("paul")
    assert "Bonjour, le dossier est complet depuis mars." in page.words
    assert "Alice Martin (France services Argenteuil)" in page.words
    assert cast.lines("reponse") == 1


def test_an_instructeur_s_reply_takes_the_part_in_charge(cast):
    answer = cast.submit("ines", "messages", message=TEXT)
    assert answer.status == 303
    part = cast.part("caf95")
    assert (part.state, part.followed_by_id) == ("IN_CHARGE", cast.world.ines.id)
    assert cast.part("cpam95").state == "ADDRESSED"
    assert cast.state == "IN_PROGRESS"
    page = cast.read("alice")
    assert page.main["data-etat"] == "IN_PROGRESS"
    assert page.main["data-tour"] == "instructeurs"
    assert page.part(cast.world.caf95)["data-etat"] == "IN_CHARGE"
    assert "suivi par Inès Caron" in " ".join(page.part(cast.world.caf95).text.split())
    assert "Inès Caron (CAF du Val-d'Oise)" in page.words
    assert cast.events()[-3:] == ["OPEN_PAGE", "FOLLOW_PARTS", "REPLY"]


def test_a_second_reply_does_not_take_the_part_from_its_follower(cast):
    cast.submit("ines", "messages", message=TEXT)
    assert cast.submit("igor", "messages", message="Je complète.").status == 303
    assert cast.part("caf95").followed_by_id == cast.world.ines.id


@pytest.mark.parametrize("who", BY_NAME)
def test_who_is_there_by_name_replies_and_moves_nothing(cast, who):
    assert cast.submit(who, "messages", message=TEXT).status == 303
    assert {cast.part("caf95").state, cast.part("cpam95").state} == {"ADDRESSED"}
    assert cast.state == "SENT"
    assert TEXT.splitlines()[1] in cast.read("alice").words


@pytest.mark.parametrize("who", BY_NAME)
@pytest.mark.parametrize(
    "field", [{"acte": "traitement"}, {"acte": "prise-en-charge"}, {"aussi": "x"}, {"acte": "boo"}]
)
def test_who_is_there_by_name_has_no_act(cast, who, field):
    assert_refused(403, cast, who, "messages", {"message": TEXT, **field})


@pytest.mark.parametrize("field", [{"acte": "reponse"}, {"acte": ""}, {"reserve": "1"}, {"aussi": "x"}])
def test_a_field_of_the_other_side_is_refused(cast, field):
    assert_refused(403, cast, "alice", "messages", {"message": TEXT, **field})


def test_an_empty_act_is_a_plain_reply(cast):
    response = cast.browser("elise").send(
        "POST", sent.address(cast.demande, "messages/"), {"message": TEXT, "acte": ""}
    )
    assert response.status_code == 303


def test_informations_go_with_it(cast):
    answer = cast.submit(
        "alice", "messages", info_nom=["Dossier", "", "Courrier"], info_valeur=["A-77", "", "du 3 mars"]
    )
    assert answer.status == 303
    assert {("Dossier", "A-77"), ("Courrier", "du 3 mars")} <= set(cast.read("ines").pairs())


def test_nothing_to_say_is_refused(cast):
    for who in ("alice", "ines", "elise"):
        answer = cast.submit(who, "messages", message="  \r\n ")
        assert answer.status == 422
        assert answer.summary() == [
            ("#reponse_message", "Votre message : Écrivez un message ou joignez un fichier avant d'envoyer.")
        ]
        assert answer.errors() == ["Écrivez un message ou joignez un fichier avant d'envoyer."]
    assert cast.said() == 0


def test_everything_typed_is_kept(cast):
    browser = cast.browser("ines")
    answer = browser.submit(
        cast.demande,
        "messages",
        acte="boo",
        message=TEXT,
        promis_le="2026-13-45",
        non_pertinent="1",
        demarche="Le site de la CAF",
        reserve="1",
        info_nom=["Dossier", "", "Seul"],
        info_valeur=["A-77", "orpheline", ""],
    )
    assert answer.status == 422
    kept = answer.fields(sent.address(cast.demande, "messages/"))
    assert kept["message"] == [TEXT]
    assert kept["promis_le"] == ["2026-13-45"]
    assert kept["demarche"] == ["Le site de la CAF"]
    assert kept["non_pertinent"] == kept["reserve"] == ["1"]
    assert kept["info_nom"][:3] == ["Dossier", "", "Seul"]
    assert kept["info_valeur"][:3] == ["A-77", "orpheline", ""]
    links = [link for link, _ in answer.summary()]
    assert {"#reponse_promis_le", "#reponse_info_nom_1"} <= set(links)
    assert all(links)
    assert len(answer.errors()) == len(links)
    assert cast.said() == 0


def test_too_long_is_refused_and_a_line_break_is_one_sign(cast):
    lines = "\r\n".join(["x" * 99] * 200)
    assert cast.submit("alice", "messages", message=lines).status == 303
    answer = cast.submit("alice", "messages", message=lines + "y" * 2)
    assert answer.status == 422
    assert answer.fields(sent.address(cast.demande, "messages/"))["message"][0].endswith("yy")


def test_text_is_shown_as_typed_and_never_as_html(cast):
    cast.submit("alice", "messages", message="<script src=//x>a</script> & https://www.caf.fr/?a=1&b=<b> http://x.fr/")
    answer = cast.read("ines")
    assert "<script src=//x>a</script> & https://www.caf.fr/?a=1&b=<b> http://x.fr/" in answer.words
    link = next(one for one in answer.page.all("a") if "caf.fr" in one.get("href"))
    assert link["rel"] == "noopener noreferrer"
    assert not [one for one in answer.page.all("a") if one.get("href").startswith("http://x.fr")]


def test_the_same_form_twice_is_one_message(cast):
    for who in ("alice", "ines"):
        assert_once(cast, who, "messages", message=TEXT)
    assert cast.said() == 2


def test_a_forged_key_is_replaced(cast):
    for value in ("", "x", "0" * 5000):
        assert cast.submit("alice", "messages", message=TEXT, cle=value).status == 303
    assert cast.said() == 3


class TestSeveralParts:
    """An instructeur of two addressed groupes."""

    @pytest.fixture
    def cast(self, cast):
        """Inès holds *instructeur* at the CPAM too."""
        join(cast.world.ines, cast.world.cpam95)
        return cast

    def test_the_part_is_chosen(self, cast):
        browser = cast.browser("ines")
        choices = options(browser.read(cast.demande), "part")
        assert list(choices.values()) == ["CAF du Val-d'Oise", "CPAM du Val-d'Oise"]
        answer = browser.submit(cast.demande, "messages", message=TEXT, part=str(cast.world.cpam95.id))
        assert answer.status == 303
        assert (cast.part("caf95").state, cast.part("cpam95").state) == ("OPENED", "IN_CHARGE")

    def test_the_choice_is_kept_when_refused(self, cast):
        answer = cast.submit("ines", "messages", acte="precisions", part=str(cast.world.cpam95.id))
        assert answer.status == 422
        assert answer.fields(sent.address(cast.demande, "messages/"))["part"] == ids(cast.world.cpam95)

    @pytest.mark.parametrize("value", ["x", "f" * 100_000, "00000000-0000-0000-0000-000000000000"])
    def test_a_part_that_is_not_held_is_unknown(self, cast, value):
        assert_refused(404, cast, "ines", "messages", {"message": TEXT, "part": value})


@pytest.mark.parametrize("name", ["cpam95", "fs_argenteuil", "msa95"])
def test_a_part_of_another_groupe_is_unknown(cast, name):
    assert_refused(404, cast, "ines", "messages", {"message": TEXT, "part": getattr(cast.world, name).id})


def test_archived_meanwhile(cast):
    for who in ("amir", "ines", "agent_ddfip"):
        browser = cast.browser(who)
        form = {**browser.form(cast.demande, "messages"), "message": [TEXT], "info_nom": ["Réf"], "info_valeur": ["77"]}
        if cast.state != "ARCHIVED":
            assert cast.submit("alice", "archivage", leve="oui").status == 303
        answer = browser.post(cast.demande, "messages", form)
        assert answer.status == 409
        assert TEXT.splitlines()[1] in answer.words
        assert "Réf : 77" in answer.words
        assert "archivée" in answer.summary()[0][1]
        assert cast.submit("alice", "reouverture", message="Encore.").status == 303
    assert cast.said() == 3
