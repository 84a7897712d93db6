"""Who enters the section of pilotage, and what its home says."""

import pytest

from aplus.accounts.models import Supervision
from tests.personas import World
from tests.ui import visitors
from tests.ui.markup import assert_sound, page_of


@pytest.mark.parametrize(
    ("who", "said"),
    {
        "sophie": "Votre périmètre de superviseur : Val-d'Oise (95) ; organismes du réseau France services.",
        "oscar": "Vous observez : CAF.",
        "nora": "Votre périmètre : toute la France ; tous les organismes.",
    }.items(),
)
def test_the_home_says_what_the_role_covers(world: World, signed_in, who, said):
    response = signed_in(world.user(who)).get("/pilotage/")
    assert response.status_code == 200
    page = page_of(response)
    assert_sound(page)
    assert [one.text for one in page.all("p", "fr-text--lead")] == [
        said.replace(" :", "\u00a0:").replace(" ;", "\u00a0;")
    ]


@pytest.mark.parametrize(("who", "leads"), [("sophie", True), ("nora", True), ("oscar", False)])
def test_the_home_leads_to_new_groupes_and_to_the_import(world: World, signed_in, who, leads):
    page = page_of(signed_in(world.user(who)).get("/pilotage/"))
    links = {one.get("href") for one in page.all("a")}
    assert ({"/groupes/nouveau/", "/groupes/import/"} <= links) is leads
    assert ("/groupes/import/" in links) is leads


def test_an_empty_scope_is_said_to_be_nothing(world: World, signed_in):
    supervision = Supervision.objects.get(user=world.sophie)
    supervision.territoires.clear()
    supervision.organismes.clear()
    text = signed_in(world.sophie).get("/pilotage/").content.decode()
    assert "aucun territoire\u00a0; aucun organisme" in text


@pytest.mark.parametrize("who", [visitors.AIDANTE, visitors.INSTRUCTRICE, visitors.WITHOUT_ROLE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_pilotage_is_refused_to_the_others_whatever_the_method(visit, who, method):
    assert getattr(visit(who), method)("/pilotage/").status_code == 403


def test_pilotage_asks_nobody_to_sign_in(visit):
    assert visit().get("/pilotage/").headers["Location"] == "/connexion/?suite=%2Fpilotage%2F"
