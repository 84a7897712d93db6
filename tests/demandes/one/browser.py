"""A person in front of the page of one demande: reads it, fills in its forms, sends them with their hidden fields."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import ClientHandler

from aplus.accounts.models import User
from aplus.annuaire.models import Groupe
from aplus.demandes.models import Demande
from tests import personas
from tests.demandes import sent
from tests.ui.markup import Element, Page, assert_sound

Fields = dict[str, list[Any]]


class NoSuchForm(AssertionError):
    """The page does not offer this act to this reader."""


@dataclass
class Answer:
    """What came back, read as a browser reads it."""

    response: Any

    def __post_init__(self) -> None:
        self.status: int = self.response.status_code
        self.text: str = "" if self.response.streaming else self.response.content.decode()
        self._page: Page | None = None

    @property
    def location(self) -> str:
        """Where a 303 leads."""
        return str(self.response.headers.get("Location", ""))

    @property
    def page(self) -> Page:
        """The page, checked for what every page owes its reader."""
        if self._page is None:
            self._page = Page(self.text)
            assert_sound(self._page)
        return self._page

    @property
    def main(self) -> Element:
        """<main>, with `data-etat` and `data-tour`."""
        return self.page.one("main")

    @property
    def words(self) -> str:
        """What is read on the page, spaces made single."""
        return " ".join(self.main.text.split())

    def part(self, groupe: Groupe) -> Element:
        """The line of one part."""
        return next(one for one in self.page.elements if one.get("data-groupe") == str(groupe.id))

    def summary(self) -> list[tuple[str, str]]:
        """The error summary: where each line leads, what it says."""
        alerts = [one for one in self.page.all("div", "fr-alert--error") if one.get("role") == "alert"]
        if not alerts:
            return []
        lines = [one for one in self.page.all("li") if any(parent is alerts[0] for parent in one.parents)]
        links = {id(one.parents[-1]): one.get("href") for one in self.page.all("a")}
        return [(links.get(id(line), ""), " ".join(line.text.split())) for line in lines]

    def errors(self) -> list[str]:
        """What is said beside the fields."""
        return [" ".join(one.text.split()) for one in self.page.elements if "fr-message--error" in one.classes]

    def pairs(self) -> list[tuple[str, str]]:
        """What the page lists as a name and its value."""
        names = [" ".join(one.text.split()) for one in self.page.all("dt")]
        values = [" ".join(one.text.split()) for one in self.page.all("dd")]
        return list(zip(names, values, strict=True))

    def actions(self) -> set[str]:
        """Where the forms of the content post."""
        forms = [one for one in self.page.all("form") if any(parent is self.main for parent in one.parents)]
        return {one["action"] for one in forms if one.get("method") == "post"}

    def fields(self, action: str, **wanted: str) -> Fields:
        """What a browser would send of the form posting to `action`; `wanted` picks one among several by its values."""
        for form in self.page.all("form"):
            if form.get("action") != action:
                continue
            found = _fields(self.page, form)
            if all(found.get(name) == [value] for name, value in wanted.items()):
                return found
        raise NoSuchForm(f"no form posts to {action}; there are {sorted(self.actions())}")


def _fields(page: Page, form: Element) -> Fields:
    found: Fields = {}
    for one in page.elements:
        if not one.get("name") or not any(parent is form for parent in one.parents):
            continue
        kind = one.get("type")
        if one.name == "textarea":
            found.setdefault(one["name"], []).append(one.text.removeprefix("\n"))
        elif one.name == "select":
            options = [item for item in page.all("option") if any(parent is one for parent in item.parents)]
            chosen = [item for item in options if "selected" in item.attributes] or options[:1]
            found.setdefault(one["name"], []).extend(item["value"] for item in chosen)
        elif one.name == "input" and kind in {"checkbox", "radio"}:
            if "checked" in one.attributes:
                found.setdefault(one["name"], []).append(one["value"])
        elif one.name == "input" and kind not in {"file", "submit"}:
            found.setdefault(one["name"], []).append(one.get("value") or "")
    return found


def options(answer: Answer, name: str) -> dict[str, str]:
    """The boxes or buttons of this name: value and label."""
    labels = {one["for"]: " ".join(one.text.split()) for one in answer.page.all("label")}
    boxes = [one for one in answer.page.all("input") if one.get("name") == name and one.get("type") != "hidden"]
    return {one["value"]: labels[one["id"]] for one in boxes}


@cache
def _handler(*, checks_csrf: bool) -> ClientHandler:
    """The middleware, loaded once for all browsers: whitenoise lists every static file each time."""
    handler = ClientHandler(enforce_csrf_checks=checks_csrf)
    handler.load_middleware()
    return handler


class Browser:
    """One person, signed in, whose browser checks the CSRF token like any other."""

    def __init__(self, person: User | None) -> None:
        self.client, self._bare = Client(), Client()
        self.client.handler, self._bare.handler = _handler(checks_csrf=True), _handler(checks_csrf=False)
        if person is not None:
            session = personas.sign_in(self.client, person)
            self._bare.cookies["aplus-session"] = session.session_key or ""

    def get(self, address: str, **more: Any) -> Answer:
        """Read an address."""
        return Answer(self.client.get(address, more))

    def read(self, demande: Demande, path: str = "") -> Answer:
        """Read the page of a demande."""
        return self.get(sent.address(demande, path))

    def form(self, demande: Demande, act: str, **wanted: str) -> Fields:
        """Read the page, and take the form of one act as the browser would send it."""
        return self.read(demande).fields(sent.address(demande, f"{act}/"), **wanted)

    def post(self, demande: Demande, act: str, fields: Fields) -> Answer:
        """Send a form."""
        return Answer(self.client.post(sent.address(demande, f"{act}/"), fields))

    def submit(self, demande: Demande, act: str, **changed: Any) -> Answer:
        """Read the page, fill in the form of one act, send it; a list is several values."""
        return self.post(demande, act, filled(self.form(demande, act), **changed))

    def send(self, method: str, address: str, data: Any = None) -> Any:
        """Any method, without asking a form first: what a program would do (its CSRF token is not looked at)."""
        return self._bare.generic(method, address, **_encoded(data or {}))


def filled(fields: Fields, **changed: Any) -> Fields:
    """The form with these fields changed."""
    return {**fields, **{name: value if isinstance(value, list) else [value] for name, value in changed.items()}}


def _encoded(data: dict[str, Any]) -> dict[str, Any]:
    return {"data": urlencode(data, doseq=True), "content_type": "application/x-www-form-urlencoded"}


def text_file(name: str = "courrier.txt", content: bytes = b"Attestation demandee par la caisse.") -> Any:
    """A file that is taken."""
    return SimpleUploadedFile(name, content, content_type="text/plain")


def ids(*things: Any) -> list[str]:
    """The ids of rows, as a form sends them."""
    return [str(thing if isinstance(thing, UUID | str) else thing.id) for thing in things]
