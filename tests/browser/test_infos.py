"""Step 3: usual information is added in one press, from the keyboard as well; twenty rows at most."""

import pytest

from tests.browser.conftest import Meet
from tests.browser.test_keyboard import tab_to

pytestmark = pytest.mark.browser


def test_adding_information(meet: Meet) -> None:
    amir = meet("amir.benali", entered="/demandes/nouvelle/")
    page = amir.page
    amir.press("Enregistrer le brouillon")
    amir.open(page.url.replace("organismes", "blocage").removeprefix(amir.site.url))
    tab_to(amir, page.get_by_role("button", name="Date du courrier"))
    page.keyboard.press("Enter")
    page.keyboard.type("12/10/2026")
    assert page.get_by_label("Nom de l’information 1").input_value() == "Date du courrier"
    assert page.get_by_label("Valeur de l’information 1").input_value() == "12/10/2026"
    for name in ("Adresse", "Nom d'usage", "Numéro étranger"):
        page.get_by_role("button", name=name).click()
        page.keyboard.type(f"valeur {name}")
    assert page.get_by_label("Valeur de l’information 4").input_value() == "valeur Numéro étranger"
    amir.check()
    page.get_by_role("button", name="Adresse").click()
    assert page.get_by_label("Valeur de l’information 2").evaluate("node => node === document.activeElement")
    for rank in range(5, 23):
        page.get_by_role("button", name="Autre", exact=True).click()
        page.keyboard.type(f"nom {rank}")
    assert page.locator("[data-info]").count() == 20
    amir.reads("20 informations au plus.")
    amir.press("Enregistrer le brouillon")
    assert page.get_by_label("Valeur de l’information 4").input_value() == "valeur Numéro étranger"
    assert page.get_by_label("Nom de l’information 19").input_value() == "nom 19"
