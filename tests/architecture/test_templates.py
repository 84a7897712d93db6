"""Every template: nothing inline (the CSP forbids it), nothing marked safe, no address or file that does not exist."""

import re

import pytest
from django.contrib.staticfiles import finders

from aplus.access.checks import routes
from tests.architecture.sources import ROOT, modules, short, templates

FORBIDDEN = {
    "marked safe: escape it, or build it from parts in a tag": r"\|\s*safe(?:seq)?\b|autoescape\s+off",
    "inline script: put it in a static file": r"<script(?![^>]*\ssrc=)",
    "inline style: put it in a static file": r"<style\b|<[^>]+\sstyle\s*=",
    "inline handler: listen from a static file": r"<[^>]+\son[a-z]+\s*=|javascript:",
    "file from elsewhere: serve it": r"<(?:script|link|img|iframe)\b[^>]+(?:src|href)=[\"'](?:https?:)?//",
    "page of another site that could act on this one: add rel": r"<a(?![^>]*\brel=)[^>]*target=[\"']_blank",
}
# Not pages: no CSP, and no file that they could name.
MAILS = {"aplus/notifications/templates/notifications/mail.html": ["inline style: put it in a static file"]}
URL = re.compile(r"\{%\s*url\s+[\"']([^\"']+)[\"']")
REVERSED = re.compile(r"\b(?:reverse|redirect|resolve_url)\(\s*[\"']([\w-]+:[\w-]+)[\"']")
STATIC = re.compile(r"\{%\s*static\s+[\"']([^\"']+)[\"']")
INCLUDED = re.compile(r"\{%\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")
NAMES = {route.name for route in routes()}


def faults(html: str) -> list[str]:
    """What a template must not hold; Django's comments and tags are looked at as they are written."""
    return [why for why, pattern in FORBIDDEN.items() if re.search(pattern, html, re.IGNORECASE)]


def test_no_template_holds_what_the_policy_of_content_forbids():
    found = {short(path): why for path in templates() if (why := faults(path.read_text(encoding="utf-8")))}
    assert found == MAILS


@pytest.mark.parametrize(
    "planted",
    [
        "{{ text|safe }}",
        "{{ text | safe }}",
        "{% autoescape off %}",
        "<script>alert(1)</script>",
        "<script type='module'>x</script>",
        "<style>p{}</style>",
        '<p class="a" style="color:red">',
        "<button\n  onclick='x()'>",
        '<a href="javascript:x()">',
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<a href="/x" target="_blank">',
    ],
)
def test_each_fault_is_found(planted):
    assert len(faults(planted)) == 1


@pytest.mark.parametrize(
    "sound",
    [
        '<script type="module" src="{% static \'ui/x.js\' %}"></script>',
        '<a href="https://example.org" target="_blank" rel="noopener external">',
        "{{ is_safe }} {{ form.on }}",
        '<p class="fr-text--sm">Question : oui = non</p>',
    ],
)
def test_sound_templates_are_left_alone(sound):
    assert faults(sound) == []


@pytest.mark.parametrize("path", templates(), ids=short)
def test_every_address_and_file_a_template_names_exists(path):
    """Correct the name, or add the route, the file, the template."""
    html = path.read_text(encoding="utf-8")
    assert [name for name in URL.findall(html) if name not in NAMES] == []
    assert [name for name in STATIC.findall(html) if finders.find(name) is None] == []
    folders = [ROOT, *ROOT.glob("aplus/*/templates")]
    included = [name for name in INCLUDED.findall(html) if not name.startswith(("dsfr/", "django/"))]
    assert [name for name in included if not any((folder / name).exists() for folder in folders)] == []


@pytest.mark.parametrize("path", modules("aplus"), ids=short)
def test_every_address_the_code_names_exists(path):
    """Correct the name, or add the route."""
    assert [name for name in REVERSED.findall(path.read_text(encoding="utf-8")) if name not in NAMES] == []
