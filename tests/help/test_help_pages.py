"""The public home and what the legal pages must hold."""

from aplus.accounts.queries import cgu
from tests.ui import visitors
from tests.ui.markup import assert_sound, page_of


def test_home_offers_to_sign_in_first(visit):
    response = visit().get("/")
    page = page_of(response)
    assert_sound(page)
    buttons = [one for one in page.all("a", "fr-btn") if page.one("main") in one.parents]
    assert (buttons[0].text, buttons[0]["href"]) == ("Se connecter", "/connexion/")


def test_home_leads_whoever_is_signed_in_to_their_first_page(visit):
    response = visit(visitors.AIDANTE).get("/")
    assert (response.status_code, response.headers["Location"]) == (303, "/demandes/")


def test_terms_say_their_version(db, visit):
    assert f"Version {cgu.in_force().version}." in visit().get("/cgu/").content.decode()


def test_accessibility_claims_nothing_that_was_not_audited(visit):
    text = page_of(visit().get("/accessibilite/")).one("main").text
    assert "non conforme" in text
    assert "Défenseur des droits" in text


def test_pages_give_the_address_of_the_team(visit, settings):
    settings.SUPPORT_EMAIL = "equipe@demo.example"
    for path in ("/contact/", "/confidentialite/", "/securite/", "/accessibilite/", "/mentions-legales/"):
        assert "mailto:equipe@demo.example" in visit().get(path).content.decode(), path
