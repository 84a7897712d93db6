"""The usager's commune in step 1: a combobox from the keyboard and with the mouse; a button without scripts."""

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Meet
from tests.browser.test_keyboard import enter, tab_to

pytestmark = pytest.mark.browser

LABEL = "Commune ou code postal"


def offered(page: Page) -> Locator:
    """The communes shown under the field."""
    return page.get_by_role("listbox", name="Communes proposées").get_by_role("option")


def territoire(page: Page) -> str:
    """The code chosen in the list."""
    return page.get_by_label("Territoire concerné").input_value()


def test_from_the_keyboard(meet: Meet) -> None:
    chloe = meet("chloe.dubois", entered="/demandes/nouvelle/")
    page = chloe.page
    box = page.get_by_role("combobox", name=LABEL)
    tab_to(chloe, box)
    page.keyboard.type("saint-denis")
    options = offered(page)
    options.filter(has_text="La Réunion (974)").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert 3 <= options.count() <= 10
    page.get_by_role("status").filter(has_text="communes proposées").wait_for()
    chloe.check()
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})

    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "saint-denis"
    page.keyboard.press("Space")
    page.keyboard.press("Backspace")
    options.first.wait_for()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    for _ in range(options.count()):
        current = page.locator(f"[id='{box.get_attribute('aria-activedescendant')}']")
        assert current.get_attribute("aria-selected") == "true"
        if "(974)" in current.inner_text():
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert box.input_value().startswith("Saint-Denis (974")
    assert territoire(page) == "974"
    assert box.evaluate("node => node === document.activeElement")
    chloe.reads("Territoire choisi : La Réunion (974).")

    # Enter without a choice is the button beside the field.
    page.keyboard.press("Control+a")
    page.keyboard.type("95100")
    options.first.wait_for()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    chloe.reads("le territoire choisi ci-dessous")
    assert territoire(page) == "95"
    enter(chloe, page.get_by_role("button", name="Proposer le territoire"))
    assert territoire(page) == "95"


def test_with_the_mouse_and_when_the_server_does_not_answer(meet: Meet) -> None:
    amir = meet("amir.benali", entered="/demandes/nouvelle/")
    page = amir.page
    box = page.get_by_role("combobox", name=LABEL)
    box.press_sequentially("bastia")
    offered(page).filter(has_text="Haute-Corse (2B)").first.click()
    assert territoire(page) == "2B"
    page.route("**/communes/", lambda route: route.abort())
    box.fill("ajaccio")
    page.wait_for_timeout(600)
    assert offered(page).count() == 0
    amir.watch.complaints.clear()
    amir.press("Proposer le territoire")
    assert territoire(page) == "2A"
    amir.check()


def test_without_scripts(meet: Meet) -> None:
    amir = meet("amir.benali", scripts=False, entered="/demandes/nouvelle/")
    page = amir.page
    amir.tick("CAF du Val-d'Oise")
    amir.fill(LABEL, "Saint-Denis")
    amir.press("Proposer le territoire")
    amir.reads("Où habite la personne", "Choisir Seine-Saint-Denis (93)")
    amir.check()
    amir.press("Choisir Seine-Saint-Denis (93)")
    assert territoire(page) == "93"
    assert page.get_by_role("checkbox", name="CAF du Val-d'Oise").is_checked()
    amir.check()
    amir.fill(LABEL, "95100")
    amir.press("Proposer le territoire")
    assert territoire(page) == "95"
    assert page.get_by_role("checkbox", name="CAF du Val-d'Oise").is_checked()
