"""The contact form: who may write, what is kept and mailed, once, and what is refused."""

import logging
from collections.abc import Callable
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from aplus.core import clock
from aplus.help import services
from aplus.help.forms import TRAP
from aplus.help.models import ContactMessage
from aplus.help.rules.contact import KEPT, MAX_TEXT, Subject, numbers_in
from aplus.help.tasks import forget_messages
from aplus.notifications.models import Notification
from tests import personas
from tests.notifications.jobs import run_jobs, waiting_jobs
from tests.personas import World
from tests.ui.markup import assert_sound, page_of

pytestmark = pytest.mark.django_db

PATH, SENT = "/contact/", "/contact/envoye/"
GOOD = {
    "sujet": "rejoindre-public",
    "nom": "Zoé Canari",
    "email": "zoe.canari@demo.example",
    "organisme": "Mairie de Sarcelles",
    "message": "Bonjour,\r\n\r\nComment vous rejoindre ?",
}


@pytest.fixture
def nobody(db: None) -> Client:
    """A browser without a session."""
    return Client(raise_request_exception=False)


def post(client: Client, **changes: Any) -> Any:
    """Send the form, well filled in but for the changes."""
    data = {**GOOD, "cle": str(uuid4()), **changes}
    return client.post(PATH, {name: value for name, value in data.items() if value is not None})


def received() -> EmailMessage:
    """The one mail that left, as its reader gets it."""
    run_jobs()
    (letter,) = mail.outbox
    read: Any = BytesParser(policy=policy.default).parsebytes(letter.message().as_bytes())
    return read


def body_of(letter: Any) -> str:
    """Its text."""
    return str(letter.get_body(("plain",)).get_content())


def test_a_message_without_account_is_kept_and_mailed_to_the_team_once(nobody: Client, settings: Any) -> None:
    settings.SUPPORT_EMAIL = "equipe@demo.example"
    response = post(nobody)
    assert (response.status_code, response.headers["Location"]) == (303, SENT)
    kept = ContactMessage.objects.get()
    assert (kept.subject, kept.name, kept.email) == ("rejoindre-public", "Zoé Canari", "zoe.canari@demo.example")
    assert (kept.text, kept.person) == ("Bonjour,\n\nComment vous rejoindre ?", None)
    letter = received()
    assert letter["To"] == "equipe@demo.example"
    assert letter["X-Aplus-Evenement"] == "contact"
    text = body_of(letter)
    for told in ("zoe.canari@demo.example", "Zoé Canari", "Mairie de Sarcelles", "Comment vous rejoindre\u00a0?"):
        assert told in text
    assert "n’était pas connectée" in text
    assert "N’y répondez pas" in text
    run_jobs()
    assert len(mail.outbox) == 1


def test_nothing_typed_is_in_a_header_a_job_or_the_line_of_the_mail(nobody: Client) -> None:
    post(nobody)
    queued = " ".join(str(job.args) for job in waiting_jobs())
    line = Notification.objects.values().get()
    letter = received()
    headers = " ".join(f"{name}: {value}" for name, value in letter.items())
    for typed in ("canari", "Canari", "Sarcelles", "rejoindre ?"):
        assert typed not in headers
        assert typed not in queued
        assert typed not in str(line)
    assert "Reply-To" not in letter


def test_nothing_typed_is_in_the_logs_nor_in_the_address(nobody: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        good, bad = post(nobody), post(nobody, sujet="canari", message="canari 1 85 05 78 006 084")
        run_jobs()
    assert (good.status_code, bad.status_code) == (303, 422)
    logged = " ".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name[:5] == "aplus"
    )
    assert "canari" not in logged.lower()
    assert "?" not in good.headers["Location"]


def test_whoever_is_signed_in_is_not_asked_who_they_are(world: World) -> None:
    client = Client()
    personas.sign_in(client, world.alice)
    page = page_of(client.get(f"{PATH}?sujet=probleme"))
    names = {one["name"] for one in page.all("input") if one.get("name")}
    assert not {"nom", "email"} & names
    assert "alice.martin@demo.example" in page.one("main").text
    # What is posted of somebody else is nothing: the account says who writes.
    response = post(client, sujet="probleme", nom="Quelqu’un d’autre", email="autre@demo.example")
    assert response.status_code == 303
    kept = ContactMessage.objects.get()
    assert (kept.name, kept.email, kept.person) == ("Alice Martin", "alice.martin@demo.example", world.alice)
    text = body_of(received())
    assert "était connectée à son compte" in text
    assert f"/pilotage/personnes/{world.alice.pk}/" in text


def test_whoever_has_not_accepted_the_terms_yet_can_write(world: World) -> None:
    client = Client()
    personas.sign_in(client, world.nadia)
    assert client.get(PATH).status_code == 200
    assert post(client, nom=None, email=None).status_code == 303


@pytest.mark.parametrize("subject", list(Subject))
def test_the_address_chooses_the_subject(nobody: Client, subject: Subject) -> None:
    page = page_of(nobody.get(f"{PATH}?sujet={subject.value}"))
    assert_sound(page)
    assert [one["value"] for one in page.all("option") if "selected" in one.attributes] == [subject.value]


def test_an_unknown_subject_in_the_address_chooses_none(nobody: Client) -> None:
    page = page_of(nobody.get(f"{PATH}?sujet=%00<b>"))
    assert [one["value"] for one in page.all("option") if "selected" in one.attributes] in ([], [""])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sujet": None}, "sujet"),
        ({"sujet": "rien"}, "sujet"),
        ({"nom": " "}, "nom"),
        ({"nom": "x" * 101}, "nom"),
        ({"email": "zoe"}, "email"),
        ({"email": "a@b.fr\nBcc: c@d.fr"}, "email"),
        ({"email": f"{'x' * 300}@demo.example"}, "email"),
        ({"organisme": "x" * 151}, "organisme"),
        ({"message": ""}, "message"),
        ({"message": "x" * (MAX_TEXT + 1)}, "message"),
        ({"message": "a\x00b"}, "message"),
        ({"message": "Son numéro est 1 85 05 78 006 084 36."}, "message"),
        ({"message": "IBAN FR76 3000 6000 0112 3456 7890 189"}, "message"),
        ({"message": "numéro fiscal 30 23 217 600 053"}, "message"),
        ({"organisme": "1850578006084"}, "organisme"),
        ({"nom": "Zoé 1850578006084"}, "nom"),
    ],
)
def test_what_cannot_be_taken_is_said_on_its_field_and_the_rest_is_kept(
    nobody: Client, changes: dict[str, Any], field: str
) -> None:
    response = post(nobody, **changes)
    assert response.status_code == 422
    page = page_of(response)
    assert_sound(page)
    assert page.all(css="fr-message--error")
    assert f'id="contact_{field}_error"' in response.content.decode()
    for name, value in GOOD.items():
        if name not in changes and name != "sujet":
            assert value.replace("\r\n", "\n") in response.content.decode().replace("\r\n", "\n"), name
    assert not ContactMessage.objects.exists()
    assert not waiting_jobs()


def test_phone_numbers_and_numbers_of_demandes_are_no_identifiers() -> None:
    """The sender's own number, two of them, a date, the number of a demande."""
    for text in ("01 34 20 00 00", "01 34 20 00 00 06 12 34 56 78", "la demande 1234567", "le 12/03/2026 à 14 h 30"):
        assert numbers_in(text) == []
    assert numbers_in("00 23 217 600 053") == ["un numéro fiscal"]


def test_a_robot_that_fills_in_everything_is_stopped_and_a_person_can_go_on(nobody: Client) -> None:
    page = page_of(nobody.get(PATH))
    trap = next(one for one in page.all("input") if one.get("name") == TRAP)
    hidden = next(one for one in trap.parents if "help-apart" in one.classes)
    assert (hidden["aria-hidden"], trap["tabindex"], trap["autocomplete"]) == ("true", "-1", "off")
    response = post(nobody, **{TRAP: "https://robot.example"})
    assert response.status_code == 422
    assert "robot.example" not in response.content.decode()
    assert not ContactMessage.objects.exists()


def test_the_same_form_twice_is_one_message_even_at_the_limit(nobody: Client) -> None:
    for _ in range(4):
        post(nobody)
    key = str(uuid4())
    assert [post(nobody, cle=key).status_code for _ in range(3)] == [303, 303, 303]
    assert ContactMessage.objects.count() == 5
    run_jobs()
    assert len(mail.outbox) == 5


@pytest.mark.parametrize("key", ["", "canari", "x" * 5000, None])
def test_an_odd_key_is_a_new_one(nobody: Client, key: str | None) -> None:
    assert post(nobody, cle=key).status_code == 303
    assert ContactMessage.objects.count() == 1


def test_five_an_hour_of_one_network_then_one_is_told_how_long_to_wait(nobody: Client) -> None:
    start = clock.now()
    with clock.at(start):
        assert [post(nobody).status_code for _ in range(5)] == [303] * 5
        response = post(nobody, message="Mon sixième message.")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) == 3600
    text = response.content.decode()
    assert "1 heure" in text
    assert "Mon sixième message." in text
    assert ContactMessage.objects.count() == 5
    with clock.at(start + timedelta(hours=1, seconds=1)):
        assert post(nobody).status_code == 303


def test_colleagues_of_one_network_do_not_take_one_another_s_turn(world: World) -> None:
    clients = []
    for person in (world.alice, world.amir):
        client = Client()
        personas.sign_in(client, person)
        clients.append(client)
    assert [post(clients[0]).status_code for _ in range(6)] == [303] * 5 + [429]
    assert post(clients[1]).status_code == 303
    assert post(Client()).status_code == 303


def test_the_form_wants_its_token(nobody: Client) -> None:
    assert post(Client(enforce_csrf_checks=True)).status_code == 403
    assert not ContactMessage.objects.exists()


def test_the_page_after_the_form_says_nothing_of_anybody(nobody: Client) -> None:
    post(nobody)
    page = page_of(nobody.get(SENT))
    assert_sound(page)
    assert "Canari" not in page.one("main").text


def test_messages_are_forgotten_after_a_year(nobody: Client) -> None:
    post(nobody)
    first = ContactMessage.objects.get()
    with clock.at(first.created_at + KEPT + timedelta(days=1)):
        post(nobody)
        forget_messages(0)
    (left,) = ContactMessage.objects.all()
    assert left.pk != first.pk


def test_a_message_forgotten_before_its_mail_leaves_is_not_mailed(nobody: Client) -> None:
    post(nobody)
    ContactMessage.objects.all().delete()
    run_jobs()
    assert mail.outbox == []


def test_a_line_told_to_two_recipients_is_refused_by_the_database(world: World) -> None:
    line = {"act_id": uuid4(), "event": services.RECEIVED, "at": clock.now(), "next_try_at": clock.now()}
    with pytest.raises(IntegrityError, match="notification_one_recipient"), transaction.atomic():
        Notification.objects.create(**line, contact_id=uuid4(), person=world.alice)


def test_the_form_asks_nothing_of_the_database(nobody: Client, django_assert_num_queries: Callable[[int], Any]) -> None:
    nobody.get(PATH)
    with django_assert_num_queries(1):  # what is said above every page
        nobody.get(PATH)
