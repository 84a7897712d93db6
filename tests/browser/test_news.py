"""New messages on an open page: what is being typed, the focus and the place on the screen stay."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.test_keyboard import demande_of, tab_to

pytestmark = pytest.mark.browser

HALF_A_MINUTE = 31_000
TYPED = "Bonjour, je regarde"


def test_typed_text_survives_what_comes(meet: Meet) -> None:
    """Amir writes while Inès types: his message comes, hers is as it was; then she is signed out, and told."""
    path = demande_of(meet)
    amir = meet("amir.benali", entered=path)
    ines = meet("ines.caron", entered="/demandes/")
    page = ines.page
    page.clock.install()
    ines.open(path)
    field = page.get_by_label("Votre message")
    tab_to(ines, field)
    page.keyboard.type(TYPED)
    top = field.bounding_box()["y"]

    amir.fill("Votre message", "Voici le courrier.")
    amir.press("Envoyer")
    page.clock.fast_forward(HALF_A_MINUTE)
    page.get_by_role("status").filter(has_text="1 nouveau message").wait_for()
    assert page.locator("#fil").get_by_text("Voici le courrier.").is_visible()
    assert field.input_value() == TYPED
    assert field.evaluate("node => node === document.activeElement")
    assert abs(field.bounding_box()["y"] - top) < 2
    page.keyboard.type(" votre dossier.")
    assert field.input_value() == f"{TYPED} votre dossier."
    ines.check()

    page.context.clear_cookies()
    page.clock.fast_forward(HALF_A_MINUTE)
    page.get_by_role("status").filter(has_text="plus connecté").wait_for()
    assert field.input_value() == f"{TYPED} votre dossier."


def test_a_correction_begins_with_the_text(meet: Meet) -> None:
    """From the keyboard: open the form, find the text in it, change it; one's form is not taken away by what comes."""
    path = demande_of(meet)
    amir = meet("amir.benali", entered=path)
    amir.fill("Votre message", "Dossier 4471,\ndeuxième ligne.")
    amir.press("Envoyer")
    page = amir.page
    summary = page.locator("summary", has_text="Corriger ce message")
    tab_to(amir, summary)
    page.keyboard.press("Enter")
    field = page.get_by_label("Le texte corrigé")
    expect(field).to_have_value("Dossier 4471,\ndeuxième ligne.")
    amir.check()
    field.fill("Dossier 4417.")
    amir.press("Enregistrer la correction")
    amir.reads("Dossier 4417.", "corrigé le")
    amir.does_not_read("4471")
