"""Takes the pictures of the help from a demo that runs: `python -m dev.help_pictures var`, after `./run`.

Each is a part of a real screen, of the invented people of the demo, light enough for a slow line.
"""

import email
import email.policy
import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page, ViewportSize, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "aplus/help/static/help"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
VIEW: ViewportSize = {"width": 960, "height": 900}
QUALITY = 60
MOST_BYTES = 60 * 1024
WAIT = 60
LINK = re.compile(r"\S+/connexion/lien/\S+")


@dataclass(frozen=True)
class Demo:
    """A demo that runs: where it answers, where it leaves its mails."""

    address: str
    mails: Path


@dataclass(frozen=True)
class Picture:
    """What is shown: the way to the screen, the element it begins at, how much below it, in pixels."""

    name: str
    way: Callable[[Page], object]
    top: str
    height: int


def main(folder: Path) -> None:
    """All the pictures, in the place of the former ones."""
    told = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    demo = Demo(told["adresse"].rstrip("/"), Path(told["mails"]))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for person, pictures in PICTURES.items():
            with desk(browser, demo, person) as page:
                for picture in pictures:
                    picture.way(page)
                    keep(page, picture)
        browser.close()


@contextmanager
def desk(browser: Browser, demo: Demo, person: str) -> Iterator[Page]:
    """The browser of one person, signed in by the link that was mailed."""
    context = browser.new_context(
        base_url=demo.address, locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce", viewport=VIEW
    )
    page = context.new_page()
    before = set(demo.mails.glob("*.eml"))
    page.goto("/connexion/")
    page.get_by_label("Adresse e-mail professionnelle").fill(f"{person}@demo.example")
    page.get_by_role("button", name="Recevoir un lien").click()
    page.goto(mailed_link(demo.mails, before))
    page.get_by_role("button", name="Entrer", exact=True).click()
    yield page
    context.close()


def mailed_link(mails: Path, before: set[Path]) -> str:
    """The link of the mail that came since."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        for path in set(mails.glob("*.eml")) - before:
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = message.get_body(("plain",))
            found = LINK.search(body.get_content()) if body is not None else None
            if found:
                return found.group()
        time.sleep(0.2)
    raise SystemExit("no mail came: is the worker of the demo running?")


def keep(page: Page, picture: Picture) -> None:
    """A part of the page, as a light picture."""
    box = page.locator(picture.top).first.bounding_box()
    if box is None:
        raise SystemExit(f"{picture.name}: nothing at {picture.top} on {page.url}")
    place: FloatRect = {
        "x": 0,
        "y": max(box["y"] + page.evaluate("scrollY") - 16, 0),
        "width": 960,
        "height": picture.height,
    }
    taken = page.screenshot(full_page=True, clip=place, animations="disabled")
    path = FOLDER / f"{picture.name}.webp"
    Image.open(io.BytesIO(taken)).convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)
    size = path.stat().st_size
    sys.stdout.write(f"{path.name}: {size // 1024} KiB\n")
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name} is too heavy: show less")


def _at(path: str) -> Callable[[Page], object]:
    return lambda page: page.goto(path)


def _groupe(name: str, *links: str) -> Callable[[Page], None]:
    def way(page: Page) -> None:
        page.goto("/groupes/")
        for link in (name, *links):
            page.get_by_role("main").get_by_role("link", name=link).first.click()

    return way


def _demande(tab: str, place: int = 0) -> Callable[[Page], None]:
    def way(page: Page) -> None:
        page.goto(f"/demandes/?onglet={tab}")
        page.locator(".list-rows h3 a").nth(place).click()

    return way


def _organismes(page: Page) -> None:
    page.goto("/demandes/nouvelle/")
    page.get_by_label("Thématique de la demande").select_option(label="Famille et aides sociales")


def _usager(page: Page) -> None:
    _organismes(page)
    page.locator("[data-groupe] label:visible").first.click()
    page.get_by_role("button", name="Suivant").click()
    page.get_by_label("Sujet de la demande").fill("Allocation logement non versée, menace d’expulsion")


ALICE = (
    Picture("nouvelle-organismes", _organismes, "h1", 1150),
    Picture("nouvelle-usager", _usager, "h1", 715),
    Picture("mes-demandes", _at("/demandes/"), "h1", 640),
    Picture("demande-haut", _demande("en-cours"), "h1", 330),
    Picture("demande-a-archiver", _demande("traitees"), "#suite", 760),
)
INES = (Picture("repondre", _demande("a-traiter"), "#repondre", 375),)
RACHEL = (
    Picture("groupe", _groupe("France services Argenteuil"), "h1", 810),
    Picture("groupe-membres", _groupe("France services Argenteuil"), "#membres", 355),
    Picture("groupe-demandes", _groupe("France services Argenteuil", "Les demandes du groupe"), "h1", 620),
    Picture("ajouter-personnes", _groupe("France services Argenteuil", "Ajouter des personnes"), "h1", 672),
    Picture("mon-compte", _at("/moi/"), "h1", 740),
)
PICTURES = {"alice.martin": ALICE, "ines.caron": INES, "rachel.moreau": RACHEL}

if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var"))
