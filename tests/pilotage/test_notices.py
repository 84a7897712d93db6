"""Banners above every page: who sees which, from when to when, and what managing them refuses."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.ui.models import Banner
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
LIST, NEW = "/pilotage/bandeaux/", "/pilotage/bandeaux/nouveau/"
HOUR = timedelta(hours=1)
GOOD = {"genre": "alerte", "titre": "Lenteurs", "texte": "Les réponses tardent.", "du": "2020-01-01T09:00"}


def put(title: str, *, start: timedelta = -HOUR, end: timedelta | None = HOUR, is_public: bool = False) -> Banner:
    """A banner around now."""
    now = clock.now()
    return Banner.objects.create(
        title=title,
        text=f"Texte de {title}.",
        is_public=is_public,
        from_at=now + start,
        until_at=now + end if end is not None else None,
        created_at=now,
    )


def above(client: Client, path: str) -> list[str]:
    """The titles above a page, in order."""
    text = client.get(path).content.decode()
    return re.findall(r'fr-notice__title">(?:<span class="fr-sr-only">[^<]*</span>)?([^<]*)', text)


def vu(client: Client, path: str) -> str:
    """The mark that the form carries."""
    return client.get(path).content.decode().split('name="vu" value="')[1].split('"')[0]


def test_each_reader_sees_what_is_for_them_at_this_moment(world: World, signed_in: SignedIn) -> None:
    put("Public", is_public=True)
    put("Connectés", start=-2 * HOUR, end=None)
    put("Demain", start=HOUR, end=2 * HOUR, is_public=True)
    put("Hier", start=-2 * HOUR, end=-HOUR, is_public=True)

    for path in ("/", "/aide/", "/connexion/", "/nulle-part/"):
        assert above(Client(), path) == ["Public"], path
    for key in ("alice", "ines", "nora", "oscar"):
        assert above(signed_in(world.user(key)), "/aide/") == ["Connectés", "Public"], key
    assert above(signed_in(world.nadia), "/bienvenue/") == ["Connectés", "Public"]
    with clock.at(clock.now() + HOUR + timedelta(minutes=1)):
        assert above(Client(), "/aide/") == ["Demain"]


def test_they_cost_a_signed_in_reader_no_query(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.ines)
    client.get("/aide/")
    put("Un")
    put("Deux", is_public=True)
    with CaptureQueriesContext(connection) as queries:
        assert above(client, "/aide/") == ["Un", "Deux"]
    assert len(queries) == 1


def test_text_is_text(world: World, signed_in: SignedIn) -> None:
    put("<script>alert(1)</script>", is_public=True)
    page = Client().get("/aide/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_one_is_made_seen_changed_and_ended(world: World, signed_in: SignedIn) -> None:
    nora, alice = signed_in(world.nora), signed_in(world.alice)
    answer = nora.post(NEW, GOOD)
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    assert above(alice, "/aide/") == ["Lenteurs"]
    banner = Banner.objects.get()
    assert (banner.kind, banner.text, banner.is_public) == ("alerte", GOOD["texte"], False)
    assert banner.from_at.astimezone(ZoneInfo("Europe/Paris")).hour == 9
    path = f"{LIST}{banner.pk}/"
    assert nora.post(path, {**GOOD, "genre": "information", "titre": "Mieux", "vu": vu(nora, path)}).status_code == 303
    assert above(alice, "/aide/") == ["Mieux"]
    assert above(Client(), "/aide/") == []
    assert nora.post(f"{path}fin/").status_code == 303
    assert above(alice, "/aide/") == []
    assert nora.post(f"{path}fin/").status_code == 409
    assert nora.get(path)["Location"] == LIST
    assert nora.post(path, GOOD).status_code == 409
    acts = list(JournalLine.objects.filter(kind="bandeau").values_list("act", "thing_id", "codes"))
    assert acts == [(act, banner.pk, {}) for act in ("bandeau-cree", "bandeau-change", "bandeau-termine")]
    page = nora.get(LIST).content.decode()
    assert "Passés" in page
    assert "Aucun bandeau n’est montré" in page


def test_one_that_was_never_shown_is_deleted_and_only_that(world: World, signed_in: SignedIn) -> None:
    nora = signed_in(world.nora)
    to_come, shown = put("Demain", start=HOUR, end=None), put("Maintenant")
    assert nora.post(f"{LIST}{shown.pk}/suppression/").status_code == 409
    assert nora.post(f"{LIST}{to_come.pk}/fin/").status_code == 409
    key = {"cle": str(uuid4())}
    for _ in range(2):
        assert nora.post(f"{LIST}{to_come.pk}/suppression/", key)["Location"] == LIST
    assert list(Banner.objects.all()) == [shown]
    assert nora.post(f"{LIST}{uuid4()}/suppression/").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"titre": ""}, "Donnez un titre"),
        ({"titre": "x" * 121}, "121"),
        ({"texte": "x" * 501}, "501"),
        ({"texte": "a\x00b"}, "caractère invisible"),
        ({"genre": "autre"}, "genre"),
        ({"du": "demain"}, "du"),
        ({"du": ""}, "à partir de quand"),
        ({"du": "2031-01-02T09:00", "au": "2031-01-01T09:00"}, "avant le début"),
        ({"au": "2020-01-02T09:00"}, "déjà passée"),
    ],
)
def test_what_cannot_be_is_said_and_the_rest_kept(
    world: World, signed_in: SignedIn, change: dict[str, str], words: str
) -> None:
    answer = signed_in(world.nora).post(NEW, {**GOOD, **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "fr-alert--error" in page
    assert words in page
    assert not Banner.objects.exists()
    if "titre" not in change:
        assert 'value="Lenteurs"' in page


def test_changed_by_two_the_second_is_told_and_keeps_the_text(world: World, signed_in: SignedIn) -> None:
    nora = signed_in(world.nora)
    banner = put("Un")
    path = f"{LIST}{banner.pk}/"
    seen = vu(nora, path)
    assert nora.post(path, {**GOOD, "titre": "Le premier", "vu": seen}).status_code == 303
    late = nora.post(path, {**GOOD, "titre": "Le second", "vu": seen})
    assert late.status_code == 409
    assert 'value="Le second"' in late.content.decode()
    assert Banner.objects.get().title == "Le premier"
    again = late.content.decode().split('name="vu" value="')[1].split('"')[0]
    assert nora.post(path, {**GOOD, "titre": "Le second", "vu": again}).status_code == 303
    assert Banner.objects.get().title == "Le second"


def test_who_administers_no_more_changes_nothing(world: World, signed_in: SignedIn) -> None:
    """Also when the right goes between the page and the act."""
    for key in ("sophie", "oscar", "remi", "rachel", "ines", "alice"):
        assert signed_in(world.user(key)).get(LIST).status_code == 403
        assert signed_in(world.user(key)).post(NEW, GOOD).status_code == 403
    assert not Banner.objects.exists()


def test_ending_or_deleting_is_asked_first(world: World, signed_in: SignedIn) -> None:
    """What cannot be undone says so on a page of its own; asking changes nothing; who comes too late finds the list."""
    nora = signed_in(world.nora)
    shown, to_come = put("Lenteurs"), put("Coupure", start=HOUR, end=2 * HOUR)
    for path, words in (
        (f"{LIST}{shown.pk}/fin/", "Terminer ce bandeau"),
        (f"{LIST}{to_come.pk}/suppression/", "pour de bon"),
    ):
        assert f'href="{path}"' in nora.get(LIST).content.decode()
        html = nora.get(path).content.decode()
        assert words in html
        assert Banner.objects.filter(until_at__gt=clock.now()).count() == 2
    key = re.search(r'name="cle" value="([^"]*)"', nora.get(f"{LIST}{to_come.pk}/suppression/").content.decode())
    assert key
    assert nora.post(f"{LIST}{to_come.pk}/suppression/", {"cle": key[1]}).status_code == 303
    assert nora.get(f"{LIST}{to_come.pk}/suppression/").status_code == 303
