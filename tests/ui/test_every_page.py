"""Every page of the small site, for every kind of visitor."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import resolve

from tests.ui import visitors
from tests.ui.markup import assert_sound, page_of

PUBLIC = [
    *("/aide/", "/aide/creer-une-demande/", "/contact/", "/mentions-legales/", "/confidentialite/", "/accessibilite/"),
    *("/securite/", "/plan-du-site/", "/statistiques/", "/demo/composants/"),
]
WRONG = {
    "/absente/": 404,
    "/essai/refus/": 403,
    "/essai/suspect/": 400,
    "/essai/panne/": 500,
    "/essai/sans-base/": 503,
    "/essai/trop/?s=30": 429,
    "/essai/fini/": 410,
    "/essai/depasse/": 409,
}
EVERYONE = {
    "nobody": visitors.NOBODY,
    "aidante": visitors.AIDANTE,
    "instructrice": visitors.INSTRUCTRICE,
    "superviseure": visitors.SUPERVISEURE,
    "observateur": visitors.OBSERVATEUR,
    "administratrice": visitors.ADMINISTRATRICE,
    "without role": visitors.WITHOUT_ROLE,
}


@pytest.mark.parametrize("who", EVERYONE)
def test_public_pages_are_sound_for_everyone(visit, who):
    client = visit(EVERYONE[who])
    for path in PUBLIC:
        response = client.get(path)
        assert response.status_code == 200, path
        assert_sound(page_of(response))
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("path", "status"), WRONG.items())
@pytest.mark.parametrize("who", ["nobody", "aidante"])
def test_what_goes_wrong_is_said_in_french_on_a_sound_page(visit, path, status, who):
    response = visit(EVERYONE[who]).get(path)
    assert response.status_code == status
    assert_sound(page_of(response))
    assert "canary" not in response.content.decode()
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [path for path in PUBLIC[:-1] if path != "/contact/"])
def test_texts_are_read_not_posted(visit, path):
    assert visit(enforce_csrf_checks=False).post(path).status_code == 405


@pytest.mark.parametrize(
    ("who", "labels"),
    {
        "nobody": ["Accueil", "Aide"],
        "aidante": ["Demandes", "Nouvelle demande", "Groupes", "Aide"],
        "instructrice": ["Demandes", "Groupes", "Aide"],
        "superviseure": ["Demandes", "Groupes", "Pilotage", "Aide"],
        "observateur": ["Demandes", "Groupes", "Pilotage", "Aide"],
        "administratrice": ["Demandes", "Groupes", "Pilotage", "Aide"],
        "without role": ["Demandes", "Groupes", "Aide"],
    }.items(),
)
def test_menu_per_role(visit, who, labels):
    page = page_of(visit(EVERYONE[who]).get("/aide/"))
    links = page.all("a", "fr-nav__link")
    assert [link.text for link in links] == labels
    assert [link.text for link in links if link.get("aria-current") == "page"] == ["Aide"]


def test_menu_marks_the_section_of_a_page_below(visit):
    page = page_of(visit(visitors.AIDANTE).get("/aide/nulle-part/"))
    assert [link["href"] for link in page.all("a", "fr-nav__link") if link.get("aria-current")] == ["/aide/"]


def test_signing_out_is_a_form_that_needs_no_script(visit):
    page = page_of(visit(visitors.AIDANTE).get("/securite/"))
    form = page.one("form")
    assert (form["method"], form["action"]) == ("post", "/deconnexion/")
    hidden = [one for one in page.all("input") if form in one.parents]
    assert [one["name"] for one in hidden] == ["csrfmiddlewaretoken"]
    assert [link.text for link in page.all("a") if link.get("href") == "/moi/"] == ["Alice Martin"]
    assert "Se connecter" not in {link.text.strip() for link in page.all("a", "fr-btn")}


def test_somebody_without_a_name_still_has_a_link_to_their_account(visit):
    page = page_of(visit(visitors.WITHOUT_ROLE).get("/contact/"))
    assert [link.text for link in page.all("a") if link.get("href") == "/moi/"] == ["Mon compte"]


def test_messages_are_escaped_and_only_errors_interrupt(visit):
    client = visit()
    client.get("/essai/dire/")
    page = page_of(client.get("/contact/"))
    alerts = page.all(css="fr-alert")
    assert [(one.text.strip(), one["role"]) for one in alerts] == [
        ("C’est <fait>.", "status"),
        ("C’est raté.", "alert"),
    ]


def test_every_address_written_in_the_skeleton_exists_in_the_product(visit):
    """The skeleton names the contract's addresses without importing the apps that serve them."""
    for who in (visitors.NOBODY, visitors.AIDANTE, visitors.ADMINISTRATRICE):
        page = page_of(visit(who).get("/plan-du-site/"))
        written = {one["href"] for one in page.all("a") if one.get("href")} | {
            one["action"] for one in page.all("form")
        }
        for address in sorted(written):
            if address.startswith("/"):
                assert resolve(address, urlconf="config.urls")


def test_first_visit_weighs_less_than_300_kib(db, visit):
    """Compressed, with the three weights of the typeface that pages use."""
    response = visit().get("/")
    page = page_of(response)
    files = [one["href"] for one in page.all("link") if one.get("rel") in {"stylesheet", "icon"}]
    files += [one["src"] for one in page.all("script")]
    total = len(gzip.compress(response.content))
    for url in files:
        with open(finders.find(url.removeprefix("/static/")), "rb") as file:  # noqa: PTH123  finders give text
            total += len(gzip.compress(file.read()))
    for weight in ("Regular", "Medium", "Bold"):
        with open(finders.find(f"dsfr/dist/fonts/Marianne-{weight}.woff2"), "rb") as file:  # noqa: PTH123
            total += len(file.read())
    assert total < 300 * 1024


def test_pages_leave_the_site_for_no_file(visit):
    html = visit().get("/").content.decode()
    for tag in re.findall(r"<(?:script|link|img)\b[^>]*>", html):
        assert "//" not in tag
