"""A page read as a person's tools read it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """One element: its name, attributes and text."""

    name: str
    attributes: dict
    text: str = ""
    parents: list = field(default_factory=list)

    def __getitem__(self, name):
        return self.attributes[name]

    def get(self, name, default=""):
        return self.attributes.get(name, default)

    @property
    def classes(self):
        return (self.get("class") or "").split()


class Page(HTMLParser):
    """All the elements of a page; refuses one that is not well nested."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.open = []
        self.feed(html)
        assert self.open == [], f"never closed: {[element.name for element in self.open]}"

    def handle_starttag(self, name, attributes):
        assert len(dict(attributes)) == len(attributes), f"attribute twice on {name}"
        element = Element(name, dict(attributes), parents=list(self.open))
        self.elements.append(element)
        if name not in EMPTY:
            self.open.append(element)

    def handle_endtag(self, name):
        assert self.open, f"</{name}> closes nothing"
        assert self.open[-1].name == name, f"</{name}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data):
        for element in self.open:
            element.text += data

    def all(self, name="", css=""):
        """Elements by name and class."""
        return [one for one in self.elements if name in {"", one.name} and (not css or css in one.classes)]

    def one(self, name="", css=""):
        """The only element of this name and class."""
        found = self.all(name, css)
        assert len(found) == 1, f"{len(found)} {name}.{css}"
        return found[0]

    def by_id(self, wanted):
        """The element with this id."""
        return next(one for one in self.elements if one.get("id") == wanted)


def page_of(response):
    """The page of an answer."""
    return Page(response.content.decode())


def assert_sound(page):
    """What every page owes its reader: one h1, a title, landmarks, unique ids, nothing inline, labels, references."""
    assert page.one("html")["lang"] == "fr"
    assert page.one("title").text.strip()
    assert "Administration+" in page.one("title").text
    assert page.one("h1").text.strip()
    assert page.one("main")["id"] == "contenu"
    ids = [one["id"] for one in page.elements if one.get("id")]
    assert sorted(ids) == sorted(set(ids))
    for element in page.elements:
        assert not [name for name in element.attributes if name == "style" or name.startswith("on")], element
        for reference in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            assert set((element.get(reference) or "").split()) <= set(ids), f"{reference} of {element}"
        if element.get("href", "").startswith("#"):
            assert element["href"][1:] in ids, element
    for script in page.all("script"):
        assert script.get("src")
        assert not script.text.strip()
    assert page.all("style") == []
    labelled = {label["for"] for label in page.all("label")}
    for control in [*page.all("input"), *page.all("select"), *page.all("textarea")]:
        assert control.get("type") == "hidden" or control["id"] in labelled, control
