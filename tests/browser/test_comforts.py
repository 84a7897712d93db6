"""Small comforts that scripts bring: a number copied, a warning before a text is lost, an age that stays true."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.test_keyboard import demande_of
from tests.browser.test_typing import warns

pytestmark = pytest.mark.browser


def test_the_number_is_copied_with_the_keyboard(meet: Meet) -> None:
    """One press, said aloud; what is copied is what the search takes."""
    amir = meet("amir.benali", entered=demande_of(meet))
    page = amir.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copier le numéro")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copié")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.isdigit()
    shown = page.locator("h1").inner_text()
    assert copied in "".join(sign for sign in shown if sign.isdigit())
    amir.check()
    amir.open("/demandes/")
    amir.fill("Rechercher une demande", copied)
    amir.press("Rechercher")
    amir.reads("1 demande trouvée")


def test_a_text_that_nothing_saves_is_not_lost_in_silence(meet: Meet) -> None:
    """Warned of once something is typed, not before, not after it is taken back, not when it is sent."""
    visitor = meet("visiteur")
    visitor.open("/contact/")
    page = visitor.page
    assert not warns(page)
    message = page.get_by_label("Votre message")
    message.fill("Bonjour")
    assert warns(page)
    message.fill("")
    assert not warns(page)
    message.fill("Bonjour")
    # Sent and refused: the text is still nowhere but here.
    visitor.press("Envoyer le message", status=422)
    assert warns(page)
    # Another page is asked about; staying keeps the text.
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("link", name="Plan du site").click()
    assert message.input_value() == "Bonjour"


def test_an_age_stays_true_while_the_page_is_open(meet: Meet) -> None:
    """Counted on from what the server said, in the words of the server."""
    alice = meet("alice.martin")
    alice.open("/connexion/?suite=/moi/securite/")
    alice.sign_in()
    page = alice.page
    time = page.locator("time[data-ago]").first
    page.clock.install()
    page.reload()
    expect(time).to_have_text("à l’instant")
    page.clock.fast_forward("05:10")
    expect(time).to_have_text("il y a 5\u00a0minutes")
    page.clock.fast_forward("02:00:00")
    expect(time).to_have_text("il y a 2\u00a0heures")
