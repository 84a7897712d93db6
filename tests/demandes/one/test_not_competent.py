"""POST messages/ with `acte=incompetence`: other groupes are proposed to the author, nobody is invited."""

import pytest

from aplus.demandes.models import Part
from tests.demandes import sent
from tests.demandes.one.browser import ids, options
from tests.demandes.one.cast import INSTRUCTEURS, assert_once, assert_refused, assert_rights


def test_who_may(cast):
    assert_rights(cast, "messages", {"acte": "incompetence"}, INSTRUCTEURS)


def test_another_groupe_is_proposed_and_the_author_invites_it(cast):
    answer = cast.submit(
        "ines",
        "messages",
        acte="incompetence",
        groupes=ids(cast.world.msa95),
        non_pertinent="1",
        demarche="Le guichet",
        message="Dossier agricole.",
    )
    assert answer.status == 303
    part = cast.part("caf95")
    assert (part.state, part.followed_by_id, part.due_at) == ("NOT_COMPETENT", None, None)
    assert part.is_not_relevant
    assert Part.objects.filter(demande=cast.demande).count() == 2
    page = cast.read("alice")
    assert "Groupes proposés : MSA du Val-d'Oise." in page.words
    button = next(one for one in page.page.all("a") if one.text.strip() == "Inviter ces groupes")
    asked = cast.browser("alice").get(sent.address(cast.demande) + button["href"].partition("#")[0])
    form = asked.fields(sent.address(cast.demande, "invitations/"))
    assert form["groupes"] == ids(cast.world.msa95)
    # The other side reads the proposal, without the author's button.
    assert "Groupes proposés" in cast.read("paul").words
    assert "Inviter ces groupes" not in cast.read("paul").words


def test_nobody_competent_is_the_author_s_turn(cast):
    for who in ("ines", "paul"):
        cast.submit(who, "messages", acte="incompetence")
    assert cast.state == "IN_PROGRESS"
    page = cast.read("alice")
    assert page.main["data-tour"] == "auteur"
    assert "Aucun groupe saisi n’est compétent. C’est à vous d’inviter un autre groupe." in page.words
    button = next(one for one in page.page.all("button") if one.get("aria-controls") == "inviter-corps")
    assert button["aria-expanded"] == "true"


def test_after_a_processed_part_the_demande_is_processed(cast):
    cast.submit("paul", "messages", acte="traitement")
    cast.submit("ines", "messages", acte="incompetence")
    assert cast.state == "PROCESSED"


@pytest.mark.parametrize("groupe", ["fs_argenteuil", "unknown"])
def test_a_forged_proposal(cast, groupe):
    value = getattr(cast.world, groupe).id if groupe != "unknown" else "00000000-0000-0000-0000-000000000000"
    assert_refused(404, cast, "ines", "messages", {"acte": "incompetence", "groupes": value})


def test_a_proposal_goes_with_this_act_only(cast):
    answer = cast.submit("ines", "messages", groupes=ids(cast.world.msa95), message="Un mot.")
    assert answer.status == 422
    kept = answer.fields(sent.address(cast.demande, "messages/"))
    assert (kept["groupes"], kept["message"]) == (ids(cast.world.msa95), ["Un mot."])
    assert cast.said() == 0


def test_its_own_groupe_is_not_offered(cast):
    offered = options(cast.read("ines"), "groupes")
    assert not set(ids(cast.world.caf95, cast.world.cpam95, cast.world.fs_argenteuil)) & set(offered)


def test_two_colleagues_at_once(cast):
    slow = cast.browser("igor")
    form = {**slow.form(cast.demande, "messages"), "acte": ["incompetence"], "message": ["Pas nous."]}
    cast.submit("ines", "messages", acte="incompetence")
    answer = slow.post(cast.demande, "messages", form)
    assert answer.status == 409
    assert "Inès Caron" in answer.summary()[0][1]
    assert answer.fields(sent.address(cast.demande, "messages/"))["message"] == ["Pas nous."]


def test_once(cast):
    assert_once(cast, "ines", "messages", acte="incompetence", groupes=ids(cast.world.msa95))
