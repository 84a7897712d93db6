"""The pictures of the help: those named exist, those that exist are shown, light, and taken by the command."""

import re

import pytest
from django.template.loader import render_to_string
from PIL import Image

from aplus.help.rules.contents import TOPICS
from dev.help_pictures import FOLDER, MOST_BYTES, PICTURES

IMG = re.compile(r'<img src="[^"]*/help/([\w-]+)\.[^"]*" alt="([^"]*)"')
SHOWN = [(topic.slug, name, alt) for topic in TOPICS for name, alt in IMG.findall(render_to_string(topic.template))]
KEPT = sorted(FOLDER.glob("*.webp"), key=lambda path: path.stem)


def test_those_shown_are_those_kept_and_those_taken():
    assert sorted({name for _slug, name, _alt in SHOWN}) == [path.stem for path in KEPT]
    assert sorted(one.name for pictures in PICTURES.values() for one in pictures) == [path.stem for path in KEPT]


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_each_is_a_light_picture(path):
    assert path.stat().st_size <= MOST_BYTES
    with Image.open(path) as picture:
        assert picture.format == "WEBP"
        assert not picture.getexif()


@pytest.mark.parametrize(("slug", "name", "alt"), SHOWN)
def test_each_is_said_in_words(slug, name, alt):
    assert len(alt) > 20, (slug, name)
