"""The texts of the help read once per process: their headings for the summary of a page, their words for the search."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

from django.template.loader import render_to_string

from aplus.help.rules import search
from aplus.help.rules.contents import BY_SLUG, TOPICS, Topic


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of a page, and its place in it."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Text:
    """What a page says, without its tags."""

    headings: tuple[Heading, ...]
    words: str


class _Reader(HTMLParser):
    """Takes the words of a text apart, and its headings of the second level."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[Heading] = []
        self.words: list[str] = []
        self.place: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "h2":
            self.place = dict(attrs).get("id") or ""
            self.headings.append(Heading(self.place, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self.place = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.place is not None:
            self.headings[-1] = Heading(self.place, self.headings[-1].title + data)


@cache
def text_of(topic: Topic) -> Text:
    """The text of one page."""
    reader = _Reader()
    reader.feed(render_to_string(topic.template))
    return Text(tuple(reader.headings), " ".join(" ".join(reader.words).split()))


def find(typed: str) -> Sequence[Topic]:
    """The pages that answer what was typed, the best first."""
    return [BY_SLUG[slug] for slug in search.find(_entries(), typed)]


@cache
def _entries() -> tuple[search.Entry, ...]:
    return tuple(
        search.entry(
            topic.slug,
            topic.title,
            f"{topic.words} {topic.summary}",
            " ".join(heading.title for heading in text_of(topic).headings),
            text_of(topic).words,
        )
        for topic in TOPICS
    )
