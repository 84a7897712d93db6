"""The demo's mailbox over HTTP: what anyone trying the demo reads, and what no name can reach."""

from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client, override_settings

from aplus.notifications import demo_mailbox
from aplus.notifications.mails import build
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 21, 20, 30, 5, tzinfo=UTC)
LINK = "http://testserver/connexion/lien/jeton-de-demonstration/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path):
    with override_settings(EMAIL_BACKEND="aplus.notifications.backends.FileBackend", MAIL_DIR=tmp_path / "mails"):
        yield tmp_path / "mails"


def post(to: str, subject: str, *, minute: int = 0) -> str:
    """Put one mail in the box; returns its name."""
    line = Notification(event="connexion", at=START + timedelta(minutes=minute))
    mail = build(line, Composed(to, subject, "Votre lien", ["L'entrée <vite>."], [("Entrer", LINK)]))
    mail.send()
    return f"{mail.at:%Y%m%dT%H%M%SZ}-{mail.key}"


def test_the_list_is_newest_first_with_recipient_subject_and_links(client: Client) -> None:
    post("alice.martin@demo.example", "Premier")
    post("ines.caron@demo.example", "Second", minute=1)

    page = client.get("/demo/mails/").content.decode()

    assert page.index("[A+] Second") < page.index("[A+] Premier")
    assert "À alice.martin@demo.example" in page
    assert page.count(f'href="{LINK}"') == 2
    assert ">Entrer</a>" in page


def test_the_list_of_one_recipient(client: Client) -> None:
    post("alice.martin@demo.example", "Premier")
    post("ines.caron@demo.example", "Second", minute=1)

    page = client.get("/demo/mails/", {"a": "Alice.Martin@demo.example"}).content.decode()

    assert "[A+] Premier" in page
    assert "[A+] Second" not in page
    assert "Aucun e-mail pour paul" in client.get("/demo/mails/", {"a": "paul"}).content.decode()


def test_older_mails_are_on_the_following_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_mailbox, "PER_PAGE", 2)
    for minute in range(3):
        post("alice.martin@demo.example", f"Lettre {minute}", minute=minute)

    first = client.get("/demo/mails/", {"a": "alice.martin@demo.example"}).content.decode()
    following = unescape(first.partition('href="?a=')[2].partition('"')[0])
    second = client.get(f"/demo/mails/?a={following}").content.decode()

    assert "Lettre 0" not in first
    assert "Lettre 0" in second
    assert "Lettre 1" not in second
    assert "plus anciens" not in second


def test_a_mail_shows_its_text_and_its_links(client: Client) -> None:
    name = post("alice.martin@demo.example", "Votre lien")
    page = client.get(f"/demo/mails/{name}/").content.decode()
    assert "L&#x27;entrée &lt;vite&gt;." in page
    assert f'href="{LINK}"' in page
    assert "-- \n" in page


def test_an_empty_box_says_so(client: Client) -> None:
    assert "Aucun e-mail pour l’instant" in client.get("/demo/mails/").content.decode()


@pytest.mark.parametrize(
    "name", ["..%2Fsecret", "..%2F..%2Fsecret", "%2Fetc%2Fpasswd", "secret", "secret.eml", "a%00b", "x" * 5000]
)
def test_no_name_reaches_another_file(client: Client, folder: Path, name: str) -> None:
    post("alice.martin@demo.example", "Votre lien")
    for place in (folder, folder.parent):
        (place / "secret.eml").write_text("Subject: secret\n\nsecret")
        (place / "secret").write_text("secret")
    assert client.get(f"/demo/mails/{name}/").status_code == 404
    assert "secret" not in client.get("/demo/mails/").content.decode()


def test_the_box_is_read_only(client: Client) -> None:
    assert client.post("/demo/mails/").status_code == 405
    assert client.head("/demo/mails/").status_code == 200
