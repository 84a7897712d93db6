"""Every mail in a browser: phone width, both colour schemes, no image, axe; and by the W3C's validator where it is."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from config import env
from tests.browser.checks import IN_DARK, axe, invalid_html, needs_vnu
from tests.notifications.specimens import Letter, letters_of

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
# Leave pictures here, for people to look at (as the journeys do with pages).
PICTURES = env.text("APLUS_PAGES", "")
TOO_SMALL = """() => [...document.querySelectorAll("p.action a, p.link a")]
    .filter((link) => link.getBoundingClientRect().height < 24).map((link) => link.outerHTML)"""


@pytest.fixture
def letters(db: Any, time_machine: Any) -> list[Letter]:
    """One mail of each event and shape: recipients of the same shape read the same page."""
    shapes: dict[tuple[str, str], Letter] = {}
    for one in letters_of(time_machine):
        shapes.setdefault((one.event, re.sub(r"[^<>]", "", one.html)), one)
    return list(shapes.values())


def problems(page: Page, letter: Letter, options: dict[str, Any] | None = None) -> list[str]:
    """What this mail breaks, as it is shown now."""
    found = axe(page, options)
    wide = page.evaluate("document.documentElement.scrollWidth")
    found += [f"{wide} px wide"] if wide > PHONE["width"] else []
    found += [f"small: {one}" for one in page.evaluate(TOO_SMALL)]
    return [f"{letter.name}: {one}" for one in found]


def test_every_mail_on_a_phone(browser: Browser, letters: list[Letter]) -> None:
    """Nothing is fetched: a mail read with images off, or without network, is the same."""
    context = browser.new_context(viewport=PHONE, locale="fr-FR", reduced_motion="reduce")
    page, asked, found = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    for rank, letter in enumerate(letters):
        page.emulate_media(color_scheme="light")
        page.set_content(letter.html)
        found += problems(page, letter)
        keep(page, f"{rank:03d}-{letter.event}")
        page.emulate_media(color_scheme="dark")
        found += [f"dark: {one}" for one in problems(page, letter, IN_DARK)]
        keep(page, f"{rank:03d}-{letter.event}-dark")
    context.close()
    assert not found, "\n".join(found)
    assert not asked
    assert len(letters) > 60


def keep(page: Page, name: str) -> None:
    """A picture, when they are wanted."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"mail-{name}.png", full_page=True)


@pytest.mark.long
@needs_vnu
def test_valid_html(letters: list[Letter], tmp_path: Path) -> None:
    for rank, letter in enumerate(letters):
        (tmp_path / f"{rank:03d}-{letter.event}.html").write_text(letter.html)
    assert not invalid_html(tmp_path)
