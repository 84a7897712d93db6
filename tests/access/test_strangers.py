"""Every form of the demandes and of the groupes, asked by who has no business there: nothing said, nothing written."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from aplus.demandes.models import SavedSearch
from tests.access.scene import FORMS, Form, Scene
from tests.demandes.one.browser import Browser
from tests.demandes.one.cast import refusals
from tests.demandes.one.test_canary import tables

# Each request of somebody leaves a session's moment, and a refusal a line of the journal (counted on its own).
MOVING = ("public.journal_", "public.accounts_session", "public.access_formkey")
CANARIES = ("Quartefeuille", "Ondine", "Allocation suspendue", "Un mot.")
# One's own factors, and the ways in.
OF_ONE_S_OWN = (
    *("own application", "own application away", "own passkeys", "own recovery codes"),
    *("second factor", "entry by passkey"),
)
# The searched words and the reader's own list are everybody's to ask.
EVERYBODYS = (
    *("first step", "communes", "search", "list choices", "list", "csv", "xlsx", "own absence", "own address"),
    *("own password", "own password removed", "own sessions ended", "identity", "own choices"),
    *("all read", "first steps", "contact"),
    *OF_ONE_S_OWN,
)


def stored() -> dict[str, str]:
    """A fingerprint of every table of ours."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables()):
            if not table.startswith(MOVING):
                cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t")
                found[table] = cursor.fetchone()[0]
    return found


def strangers(scene: Scene, form: Form, name: str) -> dict[str, int]:
    """Who may not, and what they are answered."""
    path = form.path(scene)
    if path.startswith("/demandes/nouvelle/"):
        return {"amir": 404, "rachel": 404, "chloe": 404, "ines": 403, "sophie": 403, "nora": 403}
    if path.startswith("/moi/"):
        return {"amir": 404, "ines": 404, "remi": 404, "nora": 404}
    if name == "hand over":
        return {"alice": 403, "amir": 403, "chloe": 404, "ines": 404, "sophie": 403, "nora": 403}
    if path.startswith("/pilotage/annuaire/"):
        return dict.fromkeys(("alice", "ines", "rachel", "remi", "paul", "elise"), 403)
    if path.startswith("/pilotage/"):
        refused = dict.fromkeys(("alice", "ines", "igor", "rachel", "remi", "paul", "oscar", "elise"), 403)
        is_hers = path.startswith("/pilotage/personnes/") and "/roles/" not in path
        return refused if is_hers else refused | {"sophie": 403}
    if path == "/groupes/import/":
        return dict.fromkeys(("alice", "ines", "paul", "oscar", "elise"), 403)
    if path.startswith("/groupes/"):
        return strangers_to_groupes(path, name)
    return dict.fromkeys(("rachel", "chloe", "agent_msa", "sophie", "oscar", "nora"), 404)


def strangers_to_groupes(path: str, name: str) -> dict[str, int]:
    """Of the pages of a groupe."""
    if name == "new groupe":
        return dict.fromkeys(("alice", "ines", "remi", "rachel", "oscar", "elise"), 403)
    if path.endswith("/propositions/"):
        others = dict.fromkeys(("alice", "chloe", "paul", "rachel", "elise", "agent_msa"), 404)
        return others | {"sophie": 403, "nora": 403, "oscar": 403}
    if any(f"/{part}/" in path for part in ("membres", "invitations", "propositions")):
        others = dict.fromkeys(("alice", "chloe", "paul", "rachel", "elise", "agent_msa"), 404)
        return others | {"ines": 403, "igor": 403, "oscar": 403}
    groupes = {"alice": 404, "paul": 404, "rachel": 404, "elise": 404, "agent_msa": 404}
    if name == "groupe's demandes":
        return groupes | {"ines": 403, "sophie": 200, "nora": 200}
    if name in {"groupe's csv", "groupe's xlsx"}:
        return groupes | {"ines": 403, "igor": 403, "oscar": 403}
    if name in {"groupe", "whole groupe", "groupe closed"}:
        return groupes | {"ines": 403, "oscar": 403} | ({} if name == "groupe" else {"remi": 403})
    return groupes | {"sophie": 403, "oscar": 403, "nora": 403}


def send(browser: Browser, form: Form, path: str, data: dict[str, Any]) -> Any:
    """As the form is sent."""
    return browser._bare.get(path, data) if form.method == "GET" else browser._bare.post(path, data)


@pytest.mark.parametrize("name", sorted(set(FORMS) - set(EVERYBODYS)))
def test_nobody_else(scene: Scene, name: str) -> None:
    form = FORMS[name]
    path = form.path(scene)
    before = stored()
    for who, expected in strangers(scene, form, name).items():
        lines = refusals()
        response = send(scene.cast.browser(who), form, path, form.good(scene))
        assert response.status_code == expected, (who, response.status_code)
        text = response.content.decode()
        assert not [word for word in CANARIES if word in text], who
        if expected >= 400:
            assert refusals() == lines + 1, who
    assert stored() == before
    answer = send(Browser(None), form, path, form.good(scene))
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/connexion/")


@pytest.mark.parametrize("name", sorted(FORMS))
def test_of_another_method(scene: Scene, name: str) -> None:
    """Never an act: a page, the way back to it, or not that way."""
    form = FORMS[name]
    path, browser = form.path(scene), scene.cast.browser(form.who)
    read = browser._bare.get(path)
    assert b"".join(read) if read.streaming else read.content is not None
    before = stored()
    for method in ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", *(["POST"] if form.method == "GET" else [])):
        response = browser.send(method, path, form.good(scene))
        calm = {200, 303, 403, 404, 405} if method == "HEAD" else {403, 404, 405}
        assert response.status_code in calm, (method, response.status_code)
    assert stored() == before


@pytest.mark.parametrize("name", sorted(name for name, form in FORMS.items() if form.method == "POST"))
def test_bytes_that_are_no_form(scene: Scene, name: str) -> None:
    """Another type of content, or none: what is missing is said, or nothing was asked."""
    form = FORMS[name]
    path, browser = form.path(scene), scene.cast.browser(form.who)
    kinds = ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x", "x" * 300, "")
    bodies = (b'{"message": "x"}', b"[]", b"\xff\xfe\x00", b"message=%ff&du=%c3%28&%00=%00", b"--x\r\n\r\n--x--")
    for number, kind in enumerate(kinds):
        body = bodies[number % len(bodies)]
        response = browser._bare.generic("POST", path, data=body, content_type=kind)
        assert response.status_code in {200, 303, 400, 403, 404, 409, 422}, (kind, body)


@pytest.mark.parametrize("name", sorted(name for name, form in FORMS.items() if form.method == "POST"))
def test_the_same_key_twice(scene: Scene, name: str) -> None:
    """One act: the second answer leads where the first one did, and writes nothing. A refused one is no act."""
    form = FORMS[name]
    path, browser = form.path(scene), scene.cast.browser(form.who)
    data = {**form.good(scene), "cle": str(uuid4())}
    first = send(browser, form, path, data)
    after = stored()
    second = send(browser, form, path, data)
    assert first.status_code in {200, 303, 404, 422}
    if name == "leave":  # the right is looked at first, and it is gone
        assert (first.status_code, second.status_code) == (303, 404)
    elif first.status_code == 303 and name != "search":
        assert (second.status_code, second.headers.get("Location")) == (303, first.headers.get("Location"))
        assert stored() == after
    elif first.status_code == 200:
        assert (second.status_code, stored()) == (200, after)


def test_the_search_of_another_session_is_over(scene: Scene) -> None:
    """Its id is no way to what was typed, for a colleague nor for oneself elsewhere."""
    for who in ("alice", "amir", "ines"):
        browser = scene.cast.browser(who)
        for path in ("/demandes/", "/demandes.csv"):
            response = browser._bare.get(path, {"recherche": str(scene.search.pk)})
            text = b"".join(response) if response.streaming else response.content
            assert response.status_code == 200
            assert b'value="Quartefeuille"' not in text
            assert path == "/demandes/" or text.count(b"\n") == 1
    assert SavedSearch.objects.count() == 1
