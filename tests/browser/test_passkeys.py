"""Passkeys in a real browser, with an authenticator of its own: added, entered with alone, second factor, removed."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import CDPSession

from tests.browser.conftest import Meet
from tests.browser.person import Person

pytestmark = pytest.mark.browser
REFUSES = "navigator.credentials.create = async () => { throw new DOMException('', 'NotAllowedError') }"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def chloe(meet: Meet) -> Iterator[Person]:
    """Chloé, signed in where browsers take passkeys: they refuse numeric addresses."""
    person = meet("chloe.dubois")
    devices: CDPSession = person.page.context.new_cdp_session(person.page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    person.open(there(person, "/connexion/"))
    enter_by_link(person)
    yield person
    devices.detach()


def there(person: Person, path: str) -> str:
    """This page where passkeys work."""
    return f"http://localhost:{urlsplit(person.site.url).port}{path}"


def enter_by_link(person: Person) -> None:
    """Through a mail, whose link is under the other name of the machine."""
    person.fill("Adresse e-mail professionnelle", person.email)
    person.press("Recevoir un lien de connexion")
    link = next(one for one in person.letter("connexion").links if "/connexion/lien/" in one)
    person.open(there(person, urlsplit(link).path))
    person.press("Entrer")


def test_a_passkey_from_its_first_day_to_its_last(chloe: Person) -> None:
    chloe.open(there(chloe, "/moi/securite/cles/"))
    chloe.check()
    chloe.fill("Nom de la clé", "Ordinateur")
    chloe.press("Ajouter une clé d’accès")
    chloe.reads("La clé d’accès est ajoutée", "Codes de secours")
    chloe.press("Faire mes codes")
    chloe.reads("Ils ne seront plus jamais affichés")
    chloe.check()

    # Alone.
    chloe.page.context.clear_cookies()
    chloe.open(there(chloe, "/connexion/cle/?suite=/moi/"))
    chloe.check()
    chloe.press("Utiliser ma clé d’accès")
    assert chloe.page.url == there(chloe, "/moi/")

    # After a link.
    chloe.page.context.clear_cookies()
    chloe.open(there(chloe, "/connexion/"))
    enter_by_link(chloe)
    assert chloe.page.url == there(chloe, "/connexion/second-facteur/")
    chloe.check()
    chloe.press("Utiliser ma clé d’accès")
    assert chloe.page.url == there(chloe, "/demandes/")

    # Its last day.
    chloe.open(there(chloe, "/moi/securite/cles/"))
    chloe.reads("Ordinateur", "Dernière utilisation le")
    chloe.page.get_by_role("main").get_by_role("link", name="Retirer : Ordinateur").click()
    chloe.check()
    chloe.press("Retirer la clé")
    chloe.reads("La clé d’accès est retirée")
    chloe.page.context.clear_cookies()
    chloe.open(there(chloe, "/connexion/cle/"))
    chloe.press("Utiliser ma clé d’accès", status=422)
    chloe.reads("Cette clé d’accès n’a pas été reconnue")


def test_the_authenticator_that_refuses_is_said(chloe: Person) -> None:
    chloe.page.add_init_script(
        "navigator.credentials.create = async () => { throw new DOMException('', 'NotAllowedError') }"
    )
    chloe.open(there(chloe, "/moi/securite/cles/"))
    chloe.page.get_by_role("button", name="Ajouter une clé d’accès").click()
    chloe.page.get_by_role("alert").filter(has_text="annulée").wait_for()
    assert chloe.page.get_by_role("button", name="Ajouter une clé d’accès").is_enabled()


def test_without_scripts_or_at_a_numeric_address_the_page_says_so(meet: Meet) -> None:
    igor = meet("igor.lefevre", scripts=False, entered="/moi/securite/cles/")
    igor.reads("À cette adresse, les navigateurs refusent les clés d’accès")
    igor.check()
    igor.open(there(igor, "/connexion/cle/"))
    igor.reads("Une clé d’accès demande JavaScript")
    assert not igor.page.get_by_role("button", name="Utiliser ma clé d’accès").is_visible()
