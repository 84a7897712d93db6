"""The form of every mail: headers, both parts, and what can never be in them."""

import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from aplus.notifications.mails import build
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed

BASE = "https://aplus.example"
DEMANDE = UUID("5b0f3a54-6a5c-4b6e-8a53-6f1c1d6a0001")
LINKS = [("Ouvrir la demande", f"/demandes/{DEMANDE}/"), ("Régler mes e-mails", f"{BASE}/moi/?a=1&b=2")]

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def site():
    with override_settings(
        BASE_URL=BASE, SUPPORT_EMAIL="aide@aplus.example", DEFAULT_FROM_EMAIL="A+ <aide@aplus.example>"
    ):
        yield


def a_line(**changes: object) -> Notification:
    values: dict[str, object] = {
        "event": "envoi",
        "at": datetime.fromisoformat("2026-11-21T20:30:05.123456+00:00"),
        "demande_id": DEMANDE,
        "number": 2611000042,
        "person_id": UUID(int=1),
    }
    return Notification(**{**values, **changes})


def sent(line: Notification | None = None, **changes: object) -> EmailMessage:
    """The mail as a mail program reads it."""
    values: dict[str, object] = {
        "to": "ines.caron@demo.example",
        "subject": "Demande 2611000042 : votre groupe est saisi",
        "title": "Une demande attend votre groupe",
        "paragraphs": ["France services Argenteuil saisit la CAF du Val-d'Oise."],
        "links": LINKS,
    }
    mail = build(line or a_line(), Composed(**{**values, **changes}))
    return message_from_bytes(mail.message().as_bytes(), policy=policy.default)


def parts(message: EmailMessage) -> tuple[str, str]:
    """The text and the HTML."""
    text, html = message.get_body(["plain"]), message.get_body(["html"])
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def test_headers_say_what_happened_to_programs() -> None:
    line = a_line()
    message = sent(line)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Aplus-Evenement"] == "envoi"
    assert message["X-Aplus-Demande"] == "2611000042"
    assert message["Message-ID"] == f"<{line.id.hex}@aplus.example>" == sent(line)["Message-ID"]
    assert message["Date"].datetime == line.at.replace(microsecond=0)
    assert message["From"] == "A+ <aide@aplus.example>"
    assert message["To"] == "ines.caron@demo.example"
    assert message["Subject"] == "[A+] Demande 2611000042\u00a0: votre groupe est saisi"
    assert message["Reply-To"] is None


def test_all_mails_of_a_demande_are_one_thread() -> None:
    first, second = sent(a_line(event="envoi")), sent(a_line(event="reponse"))
    assert first["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"] == first["In-Reply-To"]
    assert sent(a_line(demande_id=UUID(int=2)))["References"] != first["References"]


def test_a_mail_without_a_demande_names_none() -> None:
    message = sent(a_line(demande_id=None, number=None))
    assert message["X-Aplus-Demande"] is None
    assert message["References"] is None


def test_the_composer_may_give_the_number() -> None:
    assert sent(a_line(number=None), number=7)["X-Aplus-Demande"] == "7"


def test_each_link_is_alone_on_its_line_and_the_same_in_both_parts() -> None:
    text, html = parts(sent())
    addresses = [f"{BASE}/demandes/{DEMANDE}/", f"{BASE}/moi/?a=1&b=2"]
    assert [line for line in text.splitlines() if "://" in line] == addresses
    assert re.findall(r'href="(https?:[^"]*)"', html) == [address.replace("&", "&amp;") for address in addresses]


def test_the_html_needs_nothing_from_elsewhere_and_follows_dark_mode() -> None:
    _, html = parts(sent())
    assert '<html lang="fr">' in html
    assert "prefers-color-scheme: dark" in html
    assert not re.search(r"<img|<script|<link|src=|url\(|@import|<table", html)


def test_what_is_written_is_text_not_markup() -> None:
    _, html = parts(sent(paragraphs=["<b>CAF</b> & co"]))
    assert "&lt;b&gt;CAF&lt;/b&gt; &amp; co" in html


def test_both_parts_say_why_who_signs_and_where_to_answer() -> None:
    for part in parts(sent()):
        assert "parce que vous avez un compte" in part
        assert "aide@aplus.example" in part
        assert "répondez depuis la page de la demande" in part
    for part in parts(sent(a_line(person_id=None, groupe_id=UUID(int=3)))):
        assert "celle de votre groupe" in part


def test_a_mail_without_a_demande_sends_nobody_to_its_page() -> None:
    for part in parts(sent(a_line(demande_id=None, number=None))):
        assert "arrive à l’équipe d’Administration+." in part
        assert "la page de la demande" not in part


def test_a_line_break_in_a_name_adds_no_header_and_no_line() -> None:
    message = sent(subject="CAF\r\nBcc: voleur@example.org", paragraphs=["a\nhttps://voleur.example/\u2028b\0"])
    assert message["Bcc"] is None
    assert message["Subject"] == "[A+] CAF Bcc: voleur@example.org"
    text, _ = parts(message)
    assert "a https://voleur.example/ b" in text.splitlines()


@pytest.mark.parametrize(
    "to",
    ["", "alice", "a@demo.example, b@demo.example", "a@demo.example\nBcc: b@demo.example", "Alice <a@demo.example>"],
)
def test_a_recipient_is_exactly_one_address(to: str) -> None:
    with pytest.raises(ValidationError):
        sent(to=to)


@pytest.mark.parametrize(
    "url",
    [
        "https://voleur.example/",
        "https://aplus.example.org/",
        "javascript:alert(1)",
        "/a\nb",
        "/a b",
        "",
    ],
)
def test_a_link_never_leaves_the_site(url: str) -> None:
    with pytest.raises(ValueError, match="this site"):
        sent(links=[("Ouvrir", url)])
