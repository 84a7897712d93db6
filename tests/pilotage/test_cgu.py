"""Versions of the terms of use: prepared, read, asked of everyone once, accepted exactly as shown."""

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from aplus.accounts.models import CguVersion, User
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
LIST, NEW = "/pilotage/cgu/", "/pilotage/cgu/nouvelle/"
DAY = timedelta(days=1)
WELCOME = {"prenom": "Alice", "nom": "Martin", "fonction": "Conseillère", "cgu": "1"}


def typed(at: timedelta = DAY) -> str:
    """A moment from now as the field wants it."""
    return f"{(clock.now() + at).astimezone(ZoneInfo('Europe/Paris')):%Y-%m-%dT%H:%M}"


def good(**change: str) -> dict[str, str]:
    """A version well filled in."""
    said = {"libelle": "2", "resume": "Le secret est précisé.", "texte": "# Objet\n\nUn texte.", "vigueur": typed()}
    return said | change


def hidden(text: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None
    return found[1]


def publish(version: str = "2", at: timedelta = timedelta(0), text: str = "# Objet", summary: str = "Du neuf.") -> None:
    """A version in force from then on."""
    CguVersion.objects.create(version=version, in_force_at=clock.now() + at, text=text, summary=summary)


def test_a_version_is_prepared_from_the_text_in_force_previewed_changed_and_withdrawn(
    world: World, signed_in: SignedIn
) -> None:
    nora = signed_in(world.nora)
    assert "Administration+ est une messagerie sécurisée" in nora.get(NEW).content.decode()
    preview = nora.post(NEW, good(action="apercu"))
    assert preview.status_code == 200
    assert "<h2>Objet</h2>" in preview.content.decode()
    assert CguVersion.objects.count() == 1
    assert nora.post(NEW, good())["Location"] == LIST
    path = f"{LIST}2/"
    page = nora.get(path).content.decode()
    assert 'name="libelle"' not in page
    changed = {**good(texte="# Objet\n\nUn autre."), "vu": hidden(page, "vu")}
    assert nora.post(path, changed).status_code == 303
    late = nora.post(path, changed)
    assert late.status_code == 409
    assert "Un autre." in late.content.decode()
    assert "Version 2" in nora.get(LIST).content.decode()
    for _ in range(2):
        assert nora.post(f"{path}retrait/", {"cle": "a" * 32}).status_code == 303
    assert list(CguVersion.objects.values_list("version", flat=True)) == ["1"]
    lines = JournalLine.objects.filter(kind="cgu").order_by("id")
    assert [(line.act, line.codes) for line in lines] == [
        (act, {"version": "2"}) for act in ("cgu-preparee", "cgu-changee", "cgu-retiree")
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"libelle": "1"}, "porte déjà ce nom"),
        ({"libelle": "nouvelle"}, "réservé"),
        ({"libelle": "a/b"}, "lettres sans accent"),
        ({"libelle": ".."}, "lettres sans accent"),
        ({"libelle": ""}, "Donnez un nom"),
        ({"resume": ""}, "Dites ce qui change"),
        ({"resume": "x" * 501}, "501"),
        ({"texte": ""}, "Écrivez le texte"),
        ({"texte": "x" * 60_001}, "60001"),
        ({"texte": "a\x00b"}, "caractère invisible"),
        ({"vigueur": ""}, "Indiquez quand"),
        ({"vigueur": "2020-01-01T09:00"}, "déjà passé"),
    ],
)
def test_what_cannot_be_is_said_and_the_rest_kept(
    world: World, signed_in: SignedIn, change: dict[str, str], words: str
) -> None:
    answer = signed_in(world.nora).post(NEW, good(**change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    if "resume" not in change:
        assert "Le secret est précisé." in answer.content.decode()
    assert CguVersion.objects.count() == 1


def test_two_versions_never_begin_together_and_one_in_force_never_changes(world: World, signed_in: SignedIn) -> None:
    nora = signed_in(world.nora)
    at = typed()
    assert nora.post(NEW, good(vigueur=at)).status_code == 303
    assert nora.post(NEW, good(libelle="3", vigueur=at)).status_code == 422
    page = nora.get(f"{LIST}2/").content.decode()
    with clock.at(clock.now() + 2 * DAY):
        nora = signed_in(world.nora)
        User.objects.filter(pk=world.nora.pk).update(cgu_version="2")
        late = nora.post(f"{LIST}2/", {**good(), "vu": hidden(page, "vu")})
        assert late.status_code == 409
        assert "entrée en vigueur" in late.content.decode()
        assert nora.post(f"{LIST}2/retrait/").status_code == 409
        assert nora.get(f"{LIST}2/")["Location"] == "/cgu/2/"
        assert "En vigueur" in nora.get(LIST).content.decode()
    assert CguVersion.objects.get(version="2").text == "# Objet\n\nUn texte."


def test_everyone_reads_the_version_in_force_and_the_former_ones(world: World, signed_in: SignedIn) -> None:
    first = Client().get("/cgu/").content.decode()
    assert "Version 1." in first
    assert "<h2>1. Objet</h2>" in first
    publish(text="# Deux\n\n<script>alert(1)</script>")
    publish("3", DAY, text="# Trois")
    page = Client().get("/cgu/").content.decode()
    assert "<h2>Deux</h2>" in page
    assert "<script>alert" not in page
    assert 'href="/cgu/1/"' in page
    assert "Trois" not in page
    assert "<h2>1. Objet</h2>" in Client().get("/cgu/1/").content.decode()
    assert "n’est plus en vigueur" in Client().get("/cgu/1/").content.decode()
    assert signed_in(world.alice).get("/cgu/2/").status_code == 200
    for path in ("/cgu/3/", "/cgu/4/", "/cgu/%00/", f"/cgu/{'x' * 300}/"):
        assert Client().get(path).status_code == 404, path


def test_everyone_is_asked_once_and_told_what_changed(world: World, signed_in: SignedIn) -> None:
    alice = signed_in(world.alice)
    assert alice.get("/demandes/").status_code == 200
    publish()
    assert alice.get("/demandes/")["Location"].startswith("/bienvenue/")
    page = alice.get("/bienvenue/").content.decode()
    assert "Ce qui change avec la version 2" in page
    assert "Du neuf." in page
    assert 'href="/cgu/"' in page
    assert alice.post("/bienvenue/", {**WELCOME, "version": hidden(page, "version")}).status_code == 303
    assert alice.get("/demandes/").status_code == 200
    kept = User.objects.get(pk=world.alice.pk)
    assert (kept.cgu_version, kept.cgu_accepted_at is not None) == ("2", True)
    accepted = signed_in(world.nora)
    User.objects.filter(pk=world.nora.pk).update(cgu_version="2")
    assert re.findall(r'fr-cell--right">(\d+)<', accepted.get(LIST).content.decode())[0] == "2"


def test_what_is_accepted_is_what_was_shown(world: World, signed_in: SignedIn) -> None:
    alice = signed_in(world.alice)
    publish()
    page = alice.get("/bienvenue/").content.decode()
    publish("3", summary="Encore du neuf.")
    late = alice.post("/bienvenue/", {**WELCOME, "prenom": "Alicia", "version": hidden(page, "version")})
    text = late.content.decode()
    assert late.status_code == 409
    assert "viennent de changer" in text
    assert "Encore du neuf." in text
    assert 'value="Alicia"' in text
    assert not re.search(r'name="cgu"[^>]*checked', text)
    assert User.objects.get(pk=world.alice.pk).cgu_version == "1"
    assert alice.post("/bienvenue/", {**WELCOME, "version": hidden(text, "version")}).status_code == 303
    assert User.objects.get(pk=world.alice.pk).cgu_version == "3"


@pytest.mark.parametrize("key", ["sophie", "oscar", "remi", "rachel", "ines", "alice"])
def test_only_administrateurs(world: World, signed_in: SignedIn, key: str) -> None:
    client = signed_in(world.user(key))
    for path in (LIST, NEW, f"{LIST}1/", f"{LIST}9/"):
        assert client.get(path).status_code == 403
        assert client.post(path, good()).status_code == 403
