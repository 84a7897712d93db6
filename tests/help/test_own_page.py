"""The link from a screen to the page of the help about it."""

import pytest

from aplus.access.checks import routes
from aplus.help.presenters.own_page import SCREENS
from aplus.help.rules.contents import BY_SLUG
from tests import personas
from tests.demandes import sent
from tests.ui import visitors
from tests.ui.markup import page_of


def help_of(response):
    """Where the link of this page leads, and what it says; None without one."""
    found = [one for one in page_of(response).all("a") if one.text == "Aide sur cette page"]
    assert len(found) <= 1
    return (found[0]["href"], found[0]["title"]) if found else None


def test_each_line_names_a_screen_and_a_page_that_exist():
    assert set(SCREENS) <= {route.name for route in routes()}
    assert set(SCREENS.values()) <= set(BY_SLUG)


@pytest.mark.parametrize(
    ("who", "path", "slug"),
    [
        ("alice", "/demandes/", "comprendre-les-etats"),
        ("ines", "/demandes/", "repondre-a-une-demande"),
        ("rachel", "/groupes/", "gerer-votre-groupe"),
        ("rachel", "/moi/", "modifier-vos-informations"),
        ("rachel", "/moi/absences/", "absence"),
        ("alice", "/demandes/nouvelle/", "creer-une-demande"),
        ("alice", "/moi/securite/codes/", "modifier-vos-informations"),
    ],
)
def test_screens_lead_to_their_page(world, client, who, path, slug):
    personas.sign_in(client, getattr(world, who))
    href, title = help_of(client.get(path, follow=True))
    assert href == f"/aide/{slug}/"
    assert title == f"Aide sur cette page\u00a0: {BY_SLUG[slug].title} - nouvelle fenêtre"


def test_a_groupe_and_a_demande_lead_by_what_the_reader_is(world, client):
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    groupe = f"/groupes/{world.fs_argenteuil.pk}/"
    for who, slug in ((world.rachel, "voir-les-utilisateurs"), (world.alice, "gerer-votre-groupe")):
        personas.sign_in(client, who)
        assert help_of(client.get(groupe))[0] == f"/aide/{slug}/"
    for who, slug in ((world.alice, "comprendre-les-etats"), (world.ines, "repondre-a-une-demande")):
        personas.sign_in(client, who)
        assert help_of(client.get(f"/demandes/{demande.id}/"))[0] == f"/aide/{slug}/"


def test_other_pages_have_none_and_errors_lead_to_the_help(visit):
    assert help_of(visit().get("/contact/")) is None
    assert help_of(visit().get("/aide/")) is None
    for path in ("/absente/", "/essai/refus/"):
        page = page_of(visit(visitors.AIDANTE).get(path))
        assert any(one.text == "Consulter l’aide" and one["href"] == "/aide/" for one in page.all("a"))
