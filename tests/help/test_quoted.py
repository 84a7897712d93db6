"""What the help quotes is on a screen: a button that changes its name changes it in the help too."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from aplus.help.rules.contents import TOPICS

ROOT = Path(__file__).resolve().parents[2] / "aplus"
# An example of what one types.
NOT_OF_A_SCREEN = {"Allocation logement non versée, menace d’expulsion"}


def plain(text):
    """Apostrophes, spaces, tags and what a script completes put aside."""
    text = re.sub(r"<[^>]*>|\\u00a0|&nbsp;|\u00a0", " ", text).replace("’", "'").replace("&#x27;", "'")
    return re.sub(r"\s+", " ", text).casefold()


@cache
def screens():
    """The words of the product, the help aside."""
    files = [*ROOT.rglob("*.html"), *ROOT.rglob("*.py"), *ROOT.rglob("*.js")]
    return plain(" ".join(one.read_text() for one in files if "help" not in one.relative_to(ROOT).parts[:1]))


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.slug)
def test_what_is_quoted_is_on_a_screen(topic):
    quoted = re.findall(r"«([^»]+)»", re.sub(r"<[^>]*>", "", render_to_string(topic.template)).replace("&nbsp;", " "))
    said = [one.strip() for one in quoted if one.strip() not in NOT_OF_A_SCREEN]
    assert [one for one in said if plain(one).strip(" …") not in screens()] == []
