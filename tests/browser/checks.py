"""What every page must hold in every state: `check(page)` after each step of a journey."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

from config import env

TITLE_END = " - Administration+"
NARROW = 320
# What a browser says of what it was fetching when its page was left.
LEFT = "net::ERR_ABORTED"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TOO_WIDE = """width => [...document.querySelectorAll("main *")]
    .filter((node) => node.getBoundingClientRect().right > width).slice(-3)
    .map((node) => node.outerHTML.slice(0, 120))"""
IN_DARK = {"runOnly": ["color-contrast"]}

VNU = env.text("APLUS_VNU", "")
# The validator of the W3C (npm package `vnu-jar`) is no part of the product: it is asked where it is.
needs_vnu = pytest.mark.skipif(not (VNU and shutil.which("java")), reason="needs java, and APLUS_VNU: path of vnu.jar")


class Watch:
    """What the browser complains of: errors in the console, refused by the CSP, failed requests."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("requestfailed", self._on_request_failed)

    def _on_request_failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.complaints.append(f"failed: {request.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        # A page answered with 404 or 422 is said in the console too; the journey checks statuses itself.
        is_page_status = (
            message.text.startswith("Failed to load resource") and "/static/" not in message.location["url"]
        )
        if message.type in {"error", "warning"} and not is_page_status:
            self.complaints.append(message.text)


def check(page: Page) -> None:
    """Fails when the page shown breaks a rule of budgets.md, "Accessibility"."""
    page.mouse.move(0, 0)  # a control under the pointer has other colours
    _report(page, [*skeleton(page), *axe(page), *width(page), *dark(page)])


def check_without_scripts(page: Page, examiner: Page) -> None:
    """The same for a page whose scripts do not run, those of axe included: its copy is examined in another browser."""
    html = re.sub(r"<script.*?</script>", "", page.content(), flags=re.DOTALL)
    examiner.goto("/robots.txt")
    examiner.set_content(html)
    _report(page, [*skeleton(page), *axe(examiner), *width(examiner)])


def _report(page: Page, problems: list[str]) -> None:
    assert not problems, "\n".join([f"{page.url} ({page.title()}):", *problems])


def skeleton(page: Page) -> list[str]:
    """Language, title, one h1."""
    problems = []
    if page.locator("html").get_attribute("lang") != "fr":
        problems.append("the language is not said")
    if not page.title().endswith(TITLE_END) or len(page.title()) <= len(TITLE_END):
        problems.append(f"title: {page.title()}")
    if page.locator("h1").count() != 1:
        problems.append(f"{page.locator('h1').count()} h1")
    return problems


def axe(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """The violations that axe finds, in words."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    wanted = json.dumps({"resultTypes": ["violations"], **(options or {})})
    found = page.evaluate(f"axe.run({wanted})")
    return [
        f"axe {violation['id']}: {violation['help']}\n    {node['html'][:300]}\n    {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"][:4]
    ]


def dark(page: Page) -> list[str]:
    """Contrasts in the dark theme."""
    page.evaluate("document.documentElement.setAttribute('data-fr-theme', 'dark')")
    try:
        return [f"dark: {problem}" for problem in axe(page, IN_DARK)]
    finally:
        page.evaluate("document.documentElement.setAttribute('data-fr-theme', 'light')")


def width(page: Page) -> list[str]:
    """No horizontal scroll at 320 px."""
    usual = page.viewport_size
    assert usual is not None
    page.set_viewport_size({"width": NARROW, "height": 800})
    try:
        wide = page.evaluate("document.documentElement.scrollWidth")
        return [f"{wide} px wide on a screen of {NARROW}: {page.evaluate(TOO_WIDE, NARROW)}"] if wide > NARROW else []
    finally:
        page.set_viewport_size(usual)


def keep(page: Page, source: str, folder: Path) -> None:
    """Leave pictures and the source as it was served, for people to look at and for `vnu` to read."""
    rank = len(list(folder.glob("*.html")))
    name = f"{os.getpid()}-{rank:03d}-" + re.sub(r"\W+", "-", page.title().removesuffix(TITLE_END))[:60]
    (folder / f"{name}.html").write_text(source)
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    usual = page.viewport_size
    assert usual is not None
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.screenshot(path=folder / f"{name}-320.png", full_page=True)
    page.set_viewport_size(usual)


def invalid_html(folder: Path) -> str:
    """What the validator says of the pages of a folder; nothing when all are valid."""
    command = ["java", "-Xss4m", "-jar", VNU, "--errors-only", "--skip-non-html", str(folder)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stderr if found.returncode else ""
