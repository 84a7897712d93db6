"""Whatever is sent to the forms of the demandes and of the groupes: an answer, in French, and nothing half written."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.access.scene import FORMS, Form, Scene
from tests.demandes.one.browser import Browser
from tests.demandes.one.cast import written

CALM = {200, 303, 304, 400, 403, 404, 405, 409, 413, 422, 429}
SCRIPT = {"HTTP_ACCEPT": "application/json"}
ODD = (
    *("", " ", "\x00", "a\x00b", "0", "1", "-1", "1e9", "9" * 15, "9" * 400, "9" * 5000, "NaN", "null", "[]", "{}"),
    *("x" * 100, "é" * 20_001, "🦆" * 600, "\u202e\ufeff", "{{ 7*7 }}", "%s%n", "../../etc/passwd", "' OR 1=1 --"),
    *("0000-00-00", "0001-01-01", "9999-12-31", "9999-12-31T23:59", "0001-01-01T00:00", "2026-02-30", "31/12/2026"),
    *("2026-05-12", "2026-04-30T09:00", "10000-01-01", "not-an-id", "0" * 32, "{" + "a" * 32 + "}"),
    "urn:uuid:" + "f" * 32,
    *("<script>", "\r\nSet-Cookie: a=b", "javascript:alert(1)", "oui", "on", "garder", "reprendre", "enregistree"),
    *("MHwwfDB8MA", "ZHVlfDB8OTk5OTk5OTk5OTk5OTk5OTk5fDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw", "====", "_" * 300),
)
HIDDEN = ("cle", "vu", "version", "brouillon", "rang", "liste", "part", "page", "action", "choix")
OTHER_SIDE = ("reserve", "acte", "aussi", "groupes", "personnes", "fichiers_gardes", "message")
NAMES = [name for form in FORMS.values() for name in form.more]


def inputs(scene: Scene, form: Form, dice: random.Random) -> Iterator[dict[str, Any]]:
    """For ever: what is well said, with one to four fields missing, odd, of something else, or several at once."""
    good, ids = form.good(scene), scene.ids()
    names = [*good, *form.more, *HIDDEN, *OTHER_SIDE, *dice.sample(NAMES, 3)]

    def odd() -> str:
        chosen = dice.choice(ids) if dice.random() < 0.3 else dice.choice(ODD)
        return chosen if dice.random() < 0.9 else chosen + "".join(chr(dice.randrange(1, 0xD800)) for _ in range(5))

    while True:
        data = dict(good)
        for name in dice.choices(names, k=dice.randint(1, 4)):
            fate = dice.random()
            if fate < 0.1:
                data.pop(name, None)
            else:
                data[name] = odd() if fate < 0.8 else [odd() for _ in range(dice.randint(2, 30))]
        yield data


def odd_file(dice: random.Random) -> SimpleUploadedFile:
    """A file of some name, kind and content."""
    names = ("a.pdf", "x" * 300 + ".pdf", "a\x00.txt", "../../a.txt", "é\u202e.jpg", "a.exe", "\r\n.png")
    contents = (b"", b"%PDF-1.7", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF\x00\x00\x00\x00WEBP", b"\x00" * 2000, b"x")
    kinds = ("application/pdf", "text/html", "", "image/\x00", "x" * 200)
    return SimpleUploadedFile(dice.choice(names), dice.choice(contents), content_type=dice.choice(kinds))


def send(browser: Browser, form: Form, path: str, data: dict[str, Any], dice: random.Random) -> Any:
    """As a browser, or as the scripts of a page."""
    accept = SCRIPT if dice.random() < 0.3 else {}
    if form.method == "GET":
        return browser._bare.get(path, data, **accept)
    if form.file and dice.random() < 0.8:
        return browser._bare.post(path, {**data, form.file: odd_file(dice)}, **accept)
    return browser._bare.post(path, data, **accept)


def attack(scene: Scene, name: str, times: int) -> dict[int, int]:
    """So many inputs to one form, each undone; how many of each answer."""
    form, dice, found = FORMS[name], random.Random(f"{name} {times}"), {}
    browser, path, before = scene.cast.browser(form.who), form.path(scene), written()
    source = inputs(scene, form, dice)
    for _ in range(times):
        data = next(source)
        undo = transaction.savepoint()
        response = send(browser, form, path, data, dice)
        status = response.status_code
        text = (b"".join(response) if response.streaming else response.content).decode(errors="replace")
        shown = {key: str(value)[:60] for key, value in data.items()}
        assert status in CALM, (status, shown)
        assert "Traceback" not in text, shown
        if status >= 400 and not form.file:
            assert written() == before, (status, shown)
        transaction.savepoint_rollback(undo)
        found[status] = found.get(status, 0) + 1
    return found


@pytest.mark.parametrize("name", sorted(FORMS))
def test_some_of_each(scene: Scene, name: str) -> None:
    attack(scene, name, 20)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(FORMS))
def test_thousands_of_each(scene: Scene, name: str) -> None:
    attack(scene, name, 2000)
