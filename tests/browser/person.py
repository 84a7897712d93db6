"""Somebody at their desk: a browser of their own, in which they read, fill in and press as people do."""

import re
import time
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, Response

from aplus.core import clock
from config import env
from tests import personas
from tests.browser.checks import Watch, check, check_without_scripts, keep
from tests.browser.site import Letter, Site

ONE_CODE = timedelta(seconds=30)
# When the last code of each address was good.
_proved: dict[str, datetime] = {}


class Person:
    """One persona in one browser, with or without scripts."""

    def __init__(self, page: Page, site: Site, email: str, *, examiner: Page | None = None) -> None:
        self.page = page
        self.site = site
        self.email = email
        # Where a page without scripts is examined.
        self.examiner = examiner
        self.scripts = examiner is None
        self.watch = Watch(page)
        self.status = 0
        self.source = ""

    # Going

    def open(self, path: str, *, status: int = 200) -> None:
        """Go to an address of the site."""
        self._arrived(self.page.goto(path), status)

    def press(self, name: str, *, status: int = 200, within: Locator | None = None) -> None:
        """Press the button, or follow the link, of this name."""
        place = within or self.page.get_by_role("main")
        ways = [
            place.get_by_role(role, name=name, exact=exact) for exact in (True, False) for role in ("button", "link")
        ]
        with self.page.expect_navigation() as navigation:
            next(way for way in ways if way.count()).first.click()
        self._arrived(navigation.value, status)

    def _arrived(self, response: Response | None, status: int) -> None:
        assert response is not None
        self.status = response.status
        self.source = response.text() if env.text("APLUS_PAGES", "") else ""
        assert self.status == status, f"{self.page.url}: {self.status}\n{self.main()[:1500]}"
        if self.scripts:
            self.page.wait_for_function("document.documentElement.dataset.frJs === 'true'")

    # Looking

    def check(self) -> None:
        """The page is as every page must be; kept in the folder of APLUS_PAGES when there is one."""
        if folder := env.text("APLUS_PAGES", ""):
            keep(self.page, self.source, Path(folder))
        if self.examiner is None:
            check(self.page)
        else:
            check_without_scripts(self.page, self.examiner)
        assert not self.watch.complaints, f"{self.page.url}: {self.watch.complaints}"

    def main(self) -> str:
        """What is written on the page, header and footer aside."""
        return self.page.get_by_role("main").inner_text()

    def reads(self, *texts: str) -> None:
        """All of this is on the page."""
        shown = plain(self.main())
        for text in texts:
            assert plain(text) in shown, f"« {text} » is not on {self.page.url}:\n{shown}"

    def does_not_read(self, *texts: str) -> None:
        """None of this is in the page, hidden or not."""
        html = self.page.content()
        for text in texts:
            assert text not in html, f"« {text} » is in {self.page.url}"

    def state(self) -> tuple[str, str]:
        """`data-etat` and `data-tour` of the demande."""
        main = self.page.get_by_role("main")
        return main.get_attribute("data-etat") or "", main.get_attribute("data-tour") or ""

    def part(self, groupe: str) -> str:
        """`data-etat` of one groupe's line."""
        return self.page.locator("[data-groupe][data-etat]", has_text=groupe).get_attribute("data-etat") or ""

    def meets_errors(self, *fields: str) -> None:
        """The error summary has the focus; each of its links leads to the field it names."""
        summary = self.page.locator(".fr-alert--error[role=alert]")
        assert summary.evaluate("node => node === document.activeElement"), "the error summary does not have the focus"
        links = summary.get_by_role("link")
        for field in fields:
            link = links.filter(has_text=spelled(field)).first
            target = (link.get_attribute("href") or "").removeprefix("#")
            control = self.page.locator(f"[id='{target}']")
            assert control.count() == 1, f"« {field} » leads to #{target}"
            link.click()
            assert control.evaluate("node => node === document.activeElement"), f"#{target} cannot have the focus"
            assert control.is_visible(), f"#{target} is hidden"

    # Filling in

    def fill(self, label: str, text: str) -> None:
        """Type in the field of this label."""
        self.page.get_by_label(spelled(label)).first.fill(text)

    def select(self, label: str, option: str) -> None:
        """Choose in a list."""
        self.page.get_by_label(spelled(label)).select_option(label=option)

    def tick(self, label: str, *, within: Locator | None = None) -> None:
        """Tick the box, or choose the radio button, of this label, by clicking on its label."""
        place = within or self.page.get_by_role("main")
        names = (spelled(label, whole=True), spelled(label))
        boxes = [place.get_by_role("checkbox", name=one).or_(place.get_by_role("radio", name=one)) for one in names]
        box = next((found for found in boxes if found.count()), boxes[0]).first
        place.locator(f"label[for='{box.get_attribute('id')}']").click(position={"x": 30, "y": 12})
        assert box.is_checked(), f"« {label} » is not ticked"

    def attach(self, label: str, *files: Path) -> None:
        """Choose files."""
        self.page.get_by_label(spelled(label)).set_input_files(list(files))

    def unfold(self, title: str) -> None:
        """Open an accordion (already open without scripts) or a `details`."""
        summary = self.page.locator("summary", has_text=title)
        if summary.count():
            if summary.locator("xpath=..").get_attribute("open") is None:
                summary.click()
            return
        button = self.page.get_by_role("main").get_by_role("button", name=spelled(title))
        if self.scripts and button.get_attribute("aria-expanded") == "false":
            button.click()
            body = self.page.locator(f"[id='{button.get_attribute('aria-controls')}']")
            body.locator("form").first.wait_for(state="visible")
            self.page.wait_for_timeout(400)  # the accordion slides: nothing can be pressed before

    # Mails

    def letter(self, event: str, about: str = "") -> Letter:
        """The next mail of this event, about the page at this address."""
        return self.site.letter(self.email, event, about)

    def sign_in(self) -> None:
        """From the sign-in page shown to the page first asked for, by the mailed link."""
        self.fill("Adresse e-mail professionnelle", self.email)
        self.press("Recevoir un lien de connexion")
        link = next(one for one in self.letter("connexion").links if "/connexion/lien/" in one)
        self.open(link)
        self.press("Entrer")
        if "/connexion/second-facteur/" in self.page.url:
            self.prove()

    def prove(self, *, status: int = 200) -> None:
        """The second factor asked for, by a code that this person never used in this site: each is good once."""
        at = max(clock.now(), _proved.get(self.email, clock.now()) + ONE_CODE)
        _proved[self.email] = at
        # A code of the next half minute is taken already, one after it is not.
        time.sleep(max(timedelta(), at - clock.now() - ONE_CODE).total_seconds())
        self.fill("Code à six chiffres", personas.code_of_email(self.email, at))
        self.press("Entrer", status=status)


def spelled(words: str, *, whole: bool = False) -> re.Pattern[str]:
    """These words in a label, whichever apostrophe it has."""
    pattern = re.escape(words).replace("'", "’").replace("’", "['’]")
    return re.compile(rf"^\s*{pattern}\s*$" if whole else pattern, re.IGNORECASE)


def plain(text: str) -> str:
    """Spaces and apostrophes aside, in lower case (badges are shown in capitals)."""
    return re.sub(r"\s+", " ", text).replace("’", "'").casefold()
