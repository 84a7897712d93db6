"""The pages around the main job, each in the states that a person meets."""

import pytest

from tests.browser.conftest import Meet

pytestmark = pytest.mark.browser

PUBLIC = (
    "/",
    "/aide/",
    "/aide/?recherche=mandat",
    "/aide/?recherche=xyzzyq",
    "/aide/creer-une-demande/",
    "/aide/comprendre-les-etats/",
    "/aide/mandat-obligatoire/",
    "/contact/",
    "/contact/envoye/",
    "/mentions-legales/",
    "/confidentialite/",
    "/cgu/",
    "/accessibilite/",
    "/securite/",
    "/plan-du-site/",
    "/statistiques/",
    "/connexion/mot-de-passe/",
    "/connexion/mot-de-passe/oublie/",
    "/deconnexion/",
    "/demo/composants/",
)


def test_public_pages(meet: Meet) -> None:
    """With scripts; the first one without them too, its menu open."""
    visitor = meet("visiteur")
    for path in PUBLIC:
        visitor.open(path)
        visitor.check()
    plain = meet("visiteur", scripts=False)
    plain.open("/")
    plain.check()
    assert plain.page.locator("#menu").is_visible()


@pytest.mark.parametrize(("name", "scripts"), [("nadia.roche", True), ("noemie.roche", False)], ids=["js", "nojs"])
def test_a_first_entry(meet: Meet, name: str, scripts: bool) -> None:
    """A newcomer is welcomed before any page, then is led to the page first asked for, with nothing in it yet."""
    nadia = meet(name, scripts=scripts, entered="/demandes/")
    assert "/bienvenue/" in nadia.page.url
    nadia.check()
    nadia.press("Commencer", status=422)
    nadia.meets_errors("Fonction", "J’ai lu et j’accepte")
    nadia.check()
    nadia.fill("Fonction", "Conseillère France services")
    nadia.tick("J’ai lu et j’accepte")
    nadia.press("Commencer")
    assert nadia.page.url.endswith("/demandes/")
    nadia.check()
    for path in (
        "/demandes/?onglet=brouillons",
        "/demandes/?onglet=archivees",
        "/groupes/",
        "/notifications/",
        "/moi/premiers-pas/",
        "/moi/",
        "/moi/adresse/",
        "/moi/informations/",
        "/moi/notifications/",
        "/moi/absences/",
        "/moi/securite/",
        "/moi/securite/mot-de-passe/",
        "/moi/donnees/",
    ):
        nadia.open(path)
        nadia.check()
    nadia.open("/groupes/")
    nadia.press("France services Argenteuil")
    nadia.check()


def test_pages_of_the_other_roles(meet: Meet) -> None:
    """Sophie has figures and no demande; a section without a role is refused in plain French; so is a lost address."""
    sophie = meet("sophie.laurent", entered="/connexion/")
    assert sophie.page.url.endswith("/pilotage/")
    sophie.check()
    sophie.open("/demandes/nouvelle/", status=403)
    sophie.check()
    sophie.open("/demandes/")
    sophie.check()
    sophie.open("/nulle-part/", status=404)
    sophie.check()
    sophie.open("/demo/mails/")
    sophie.check()
    sophie.page.get_by_role("main").get_by_role("link").last.click()
    sophie.check()


def test_a_draft_left_and_found_again(meet: Meet) -> None:
    """Saved as it is, listed, taken up again, thrown away."""
    rachel = meet("rachel.moreau", entered="/demandes/?onglet=brouillons")
    drafts = rachel.page.get_by_role("link", name="Reprendre")
    before = drafts.count()
    rachel.open("/demandes/nouvelle/")
    rachel.tick("MSA du Val-d'Oise")
    rachel.press("Enregistrer le brouillon")
    rachel.check()
    rachel.open("/demandes/?onglet=brouillons")
    rachel.check()
    rachel.press("Reprendre")
    rachel.press("Précédent")
    assert rachel.page.get_by_role("checkbox", name="MSA du Val-d'Oise").is_checked()
    rachel.press("Supprimer ce brouillon")
    rachel.check()
    rachel.press("Supprimer le brouillon")
    rachel.open("/demandes/?onglet=brouillons")
    assert drafts.count() == before


def test_the_menu_and_the_settings_on_a_narrow_screen(meet: Meet) -> None:
    """The menu opens as a dialog, the theme can be chosen and is kept."""
    visitor = meet("visiteur")
    page = visitor.page
    page.set_viewport_size({"width": 320, "height": 800})
    visitor.open("/aide/")
    page.get_by_role("button", name="Menu").click()
    menu = page.get_by_role("dialog", name="Menu")
    menu.get_by_role("link", name="Accueil").wait_for()
    visitor.check()
    menu.get_by_role("button", name="Fermer").click()
    page.get_by_role("button", name="Paramètres d’affichage").click()
    settings = page.get_by_role("dialog", name="Paramètres d’affichage")
    settings.get_by_text("Thème sombre").click()
    settings.get_by_role("button", name="Fermer").click()
    visitor.open("/contact/")
    assert page.locator("html").get_attribute("data-fr-theme") == "dark"
