"""The site, and the browsers of the people who use it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from config import env
from tests.browser.person import Person
from tests.browser.site import Site, serving

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Meet = Callable[..., Person]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium: browsers cannot be downloaded."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product, served."""
    with serving(tmp_path_factory.mktemp("var"), env.text("DATABASE_URL")) as served:
        yield served


@pytest.fixture
def meet(site: Site, browser: Browser) -> Iterator[Meet]:
    """meet("alice.martin") gives this person a browser of their own; `entered` already signed in, at that page."""
    site.let_time_pass()
    contexts: list[BrowserContext] = []
    examiners: list[Page] = []

    def desk(**options: Any) -> Page:
        contexts.append(
            browser.new_context(
                base_url=site.url,
                locale="fr-FR",
                timezone_id="Europe/Paris",
                reduced_motion="reduce",
                viewport={"width": 1280, "height": 900},
                **options,
            )
        )
        contexts[-1].set_default_timeout(20_000)
        return contexts[-1].new_page()

    def make(name: str, *, scripts: bool = True, entered: str = "") -> Person:
        examiner = None if scripts else examiners[0] if examiners else desk()
        if examiner and not examiners:
            examiners.append(examiner)
        page = desk(java_script_enabled=scripts)
        person = Person(page, site, f"{name}@demo.example", examiner=examiner)
        if entered:
            # One entry a person is enough, and quick.
            page.context.add_cookies(site.entries.get(person.email, []))
            person.open(entered)
            if urlsplit(page.url).path == "/connexion/":
                person.sign_in()
                site.entries[person.email] = [one for one in page.context.cookies() if one["name"] == "aplus-session"]
        return person

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, Path]:
    """Files that people attach: two that are taken, one that is not."""
    files = {
        "attestation.pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        "courrier.txt": b"Madame, votre dossier est incomplet.",
        "programme.exe": b"MZ\x90\x00" + bytes(200),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in files}
