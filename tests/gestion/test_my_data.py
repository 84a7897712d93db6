"""What A+ knows about me (accounts.md §3): the page, the file, and the inventory that says what there is to know."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import (
    Absence,
    EmailChange,
    Invitation,
    Passkey,
    RecoveryCode,
    Session,
    SignInLink,
    StandIn,
    TotpDevice,
    User,
)
from aplus.accounts.queries.actors import actor_for
from aplus.core import clock
from aplus.gestion.queries.my_data import reading
from aplus.gestion.queries.my_data.told import COUNTS, LEFT_OUT, SECTIONS
from aplus.journal import services as journal
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification, State
from aplus.retention.inventory import INVENTORY, Kind
from tests.demandes import sent
from tests.demandes.one.browser import Answer, Browser
from tests.personas import World

pytestmark = pytest.mark.django_db
PAGE, FILE = "/moi/donnees/", "/moi/donnees/fichier/"
MODELS = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}


def covered() -> dict[str, set[str]]:
    """The fields that are told or counted, of each table."""
    found: dict[str, set[str]] = {}
    for section in SECTIONS:
        names = found.setdefault(section.model._meta.label, set())
        names |= {path.partition("__")[0] for path in (*section.fields.values(), section.about)}
    for counted in COUNTS:
        found.setdefault(counted.model._meta.label, set()).add(counted.about)
    return found


def personal() -> list[tuple[str, str]]:
    """Every field that the inventory says is personal to an account."""
    return [
        (label, name)
        for label, table in INVENTORY.items()
        for rule, names in table.items()
        if rule.kind is Kind.AGENT
        for name in names
    ]


@pytest.mark.parametrize(("label", "name"), personal())
def test_what_is_personal_is_told_or_left_out_for_a_reason(label: str, name: str) -> None:
    """A new personal field: put it in a section, count it, or say in LEFT_OUT why not."""
    told, why = name in covered().get(label, set()), LEFT_OUT.get(label, {}).get(name, "")
    assert told != bool(why), (label, name)


def test_nothing_is_left_out_that_is_not_there() -> None:
    assert {(label, name) for label, names in LEFT_OUT.items() for name in names} <= set(personal())


def test_no_secret_is_told() -> None:
    secrets = {"password", "nonce", "token_hash", "old_token_hash", "new_token_hash", "key_hash", "data", "wrapped"}
    secrets |= {"credential", "credential_id", "code_hash", "subject_hash", "internal_comment"}
    for section in SECTIONS:
        assert not {part for path in section.fields.values() for part in path.split("__")} & secrets, section.title
        for path in section.fields.values():
            field: Any = section.model
            for part in path.split("__"):
                field = field._meta.get_field(part)
                field = field.related_model or field
            assert field.get_internal_type() != "BinaryField", path


def fill(world: World, person: User, number: int) -> None:
    """So many rows of each kind about this person, whose secrets are `canary`s."""
    now = clock.now()
    for rank in range(number):
        moment = now - timedelta(hours=rank)
        absence = Absence.objects.create(
            user=person, set_by=person, from_date=moment.date(), until_date=moment.date(), created_at=moment
        )
        StandIn.objects.create(absence=absence, groupe=world.fs_argenteuil, colleague=world.amir)
        Passkey.objects.create(
            user=person,
            name=f"Clé {rank}",
            credential_id=b"canary" + bytes([rank]),
            credential=b"canary",
            created_at=now,
        )
        RecoveryCode.objects.create(user=person, code_hash=b"canary" + bytes([rank]), created_at=now)
        EmailChange.objects.create(
            user=person,
            old_email=f"old{rank}@demo.example",
            new_email=f"new{rank}@demo.example",
            nonce=b"canary",
            old_token_hash=b"canary old" + bytes([rank]),
            new_token_hash=b"canary new" + bytes([rank]),
            created_at=now,
            expires_at=now,
            cancelled_at=now,
        )
        SignInLink.objects.create(
            email=person.email,
            nonce=b"canary",
            token_hash=b"canary" + bytes([rank]),
            browser="Firefox sous Linux",
            created_at=now,
            expires_at=now,
        )
        journal.write(actor_for(person.pk), "essai", codes={"canary": "canary"})
        Notification.objects.create(
            act_id=uuid4(), event="envoi", at=now, person=person, codes={"canary": "canary"}, state=State.SENT
        )


def download(browser: Client) -> Any:
    """The file, read."""
    response: Any = browser.get(FILE)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="mes-donnees-')
    assert response.headers["Cache-Control"] == "no-store"
    return json.loads(b"".join(response.streaming_content))


def test_the_page_tells_what_there_is(world: World) -> None:
    sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    fill(world, world.alice, 2)
    answer = Browser(world.alice).get(PAGE)
    words = answer.words
    for said in ("alice.martin@demo.example", "Conseillère France services", "France services Argenteuil", "Clé 1"):
        assert said in words
    for said in ("new1@demo.example", "Firefox sous Linux", "Amir", "Demandes envoyées 1", "envoi", "essai"):
        assert said in words
    assert "canary" not in answer.text
    # Neither the usager nor the subject of what was sent.
    for kept in ("Quartefeuille", "Ondine", "Allocation suspendue"):
        assert kept not in answer.text


def test_the_file_holds_everything_and_is_journaled_first(world: World) -> None:
    fill(world, world.alice, reading.LATEST + 5)
    browser = Browser(world.alice).client
    response: Any = browser.get(FILE)
    # Not read yet.
    line = JournalLine.objects.get(act="export")
    assert (line.actor_id, line.codes) == (world.alice.pk, {"format": "json", "quoi": "moi"})
    text = b"".join(response.streaming_content).decode()
    found = json.loads(text)
    assert next(iter(found)) == "Fichier fait le"
    assert {section.title for section in SECTIONS} <= set(found)
    assert len(found["Clés d’accès"]) == reading.LATEST + 5
    acts = [one["Acte"] for one in found["Journal de ce compte depuis douze mois"]]
    assert acts == ["essai"] * (reading.LATEST + 5) + ["export"]
    assert found["Compte"][0]["Adresse e-mail"] == "alice.martin@demo.example"
    assert found["Groupes et rôles"][0]["Groupe"] == "France services Argenteuil"
    assert found["Nombres"]["Absences notées"] == reading.LATEST + 5
    assert "canary" not in text
    assert "accounts.Session.data" in found["Ce que ce fichier ne contient pas"]


@pytest.mark.parametrize("who", ["alice", "ines", "rachel", "sophie", "oscar", "nora", "elise"])
def test_everyone_has_theirs(world: World, who: str) -> None:
    browser = Browser(world.user(who))
    assert world.user(who).email in browser.get(PAGE).words
    found = download(browser.client)
    assert found["Compte"][0]["Adresse e-mail"] == world.user(who).email
    roles = {"sophie": "Territoires supervisés", "oscar": "Organismes observés", "elise": "Territoires de l’expert"}
    for key, title in roles.items():
        assert bool(found[title]) == (key == who)


def test_nothing_of_anybody_else(world: World) -> None:
    fill(world, world.alice, 3)
    now = clock.now()
    Invitation.objects.create(
        email="collegue@demo.example",
        groupe=world.caf95,
        invited_by=world.remi,
        nonce=b"canary",
        token_hash=b"canary",
        created_at=now,
        sent_at=now,
        expires_at=now,
    )
    for who in (world.chloe, world.nora, world.remi):
        browser = Browser(who)
        text = json.dumps(download(browser.client), ensure_ascii=False) + browser.get(PAGE).text
        for canary in ("alice", "Alice", "Clé 1", "new1@", "canary", "collegue@demo.example"):
            assert canary not in text, (who, canary)
    # Who stands in knows when, not for whom.
    amir = download(Browser(world.amir).client)
    assert len(amir["Remplacements faits pour des collègues"]) == 3
    assert "Alice" not in json.dumps(amir)


def test_sections_stop_where_they_say(world: World, time_machine: Any) -> None:
    fill(world, world.alice, 1)
    time_machine.move_to(clock.now() + timedelta(days=91), tick=False)
    found = download(Browser(world.alice).client)
    assert found["Ce qui a été signalé à ce compte depuis 90 jours"] == []
    assert [one["Acte"] for one in found["Journal de ce compte depuis douze mois"]] == ["essai", "export"]


def test_a_page_costs_the_same_with_two_rows_and_with_many(world: World) -> None:
    browser = Browser(world.alice)
    costs = []
    for number in (2, 60):
        Session.objects.filter(user=None).delete()
        for model in (Passkey, RecoveryCode, EmailChange, SignInLink, Absence):
            model.objects.all().delete()
        fill(world, world.alice, number)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = browser.get(PAGE)
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 10
    assert "le fichier les contient toutes" in answer.words
    assert answer.text.count("<td>Clé ") == reading.LATEST


def test_a_long_file_is_read_by_chunks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(world, world.alice, 7)
    monkeypatch.setattr(reading, "CHUNK", 3)
    found = download(Browser(world.alice).client)
    assert sorted(one["Nom"] for one in found["Clés d’accès"]) == [f"Clé {rank}" for rank in range(7)]
    assert len(found["Journal de ce compte depuis douze mois"]) == 8


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_reading_is_all_one_does(world: World, method: str) -> None:
    browser = Browser(world.alice)._bare
    for path in (PAGE, FILE):
        assert getattr(browser, method)(path).status_code == 405
    assert browser.head(FILE).status_code == 200
    assert not JournalLine.objects.filter(act="export").exists()


@pytest.fixture
def with_an_old_factor(world: World) -> Client:
    """Alice, with a factor that she proved three hours ago."""
    now = clock.now()
    TotpDevice.objects.create(user=world.alice, kek_id="test", wrapped=b"x", created_at=now, confirmed_at=now)
    browser = Browser(world.alice)
    Session.objects.filter(user=world.alice).update(factor_at=now - timedelta(hours=3))
    return browser.client


def test_an_old_factor_is_asked_again_for_the_file(with_an_old_factor: Client) -> None:
    response = with_an_old_factor.get(FILE)
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/connexion/second-facteur/?")
    assert not JournalLine.objects.filter(act="export").exists()
    assert Answer(with_an_old_factor.get(PAGE)).status == 200
