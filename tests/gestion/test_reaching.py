"""Where it shows that mails do not reach an address any more: to whom it helps, and to nobody else."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Invitation, User
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.notifications.models import Notification, State
from aplus.notifications.rules import Delivery
from tests.demandes.one.browser import Answer, Browser
from tests.personas import World

pytestmark = pytest.mark.django_db
SINCE = datetime.fromisoformat("2026-03-03T08:00:00+00:00")
RETURNED = {"mail_fact": Delivery.REFUSED, "mail_fact_at": SINCE, "mail_refused_since": SINCE}
SAID = "reviennent depuis le 3 mars 2026"


def read(user: User, path: str) -> Answer:
    return Browser(user).get(path)


@pytest.fixture
def igor(world: World) -> User:
    """Nobody reads his mail."""
    User.objects.filter(pk=world.igor.pk).update(**RETURNED)
    return world.igor


def links(answer: Answer) -> set[Any]:
    return {one.get("href") for one in answer.page.all("a")}


def test_those_who_manage_a_groupe_read_it_in_its_list(world: World, igor: User) -> None:
    page = f"/groupes/{world.caf95.pk}/"
    for who in ("remi", "sophie", "nora"):
        assert f"Les e-mails envoyés à cette adresse {SAID}." in read(world.user(who), page).words, who
    for who in ("ines", "igor", "oscar"):
        assert "reviennent" not in read(world.user(who), page).words, who


def test_the_page_of_the_member_says_what_to_do(world: World, igor: User) -> None:
    page = f"/groupes/{world.caf95.pk}/membres/{igor.pk}/"
    remi, nora = read(world.remi, page), read(world.nora, page)
    assert SAID in remi.words
    assert "un superviseur ou l’équipe d’Administration+ peut la changer" in remi.words
    assert f"/pilotage/personnes/{igor.pk}/adresse/" in links(nora)
    User.objects.filter(pk=igor.pk).update(mail_fact=Delivery.DELIVERED, mail_refused_since=None)
    assert "reviennent" not in read(world.remi, page).words


def test_a_complaint_is_said_as_one(world: World, igor: User) -> None:
    User.objects.filter(pk=igor.pk).update(mail_fact=Delivery.COMPLAINED)
    assert "signalés comme indésirables" in read(world.remi, f"/groupes/{world.caf95.pk}/").words


def test_the_groupe_says_it_of_its_mailbox_to_who_can_change_it(world: World) -> None:
    Groupe.objects.filter(pk=world.caf95.pk).update(**RETURNED)
    page = f"/groupes/{world.caf95.pk}/"
    for who in ("remi", "sophie", "nora"):
        answer = read(world.user(who), page)
        assert f"Les e-mails envoyés à cette boîte {SAID}." in answer.words
        assert f"{page}modification/" in links(answer)
    for who in ("ines", "oscar"):
        assert "reviennent" not in read(world.user(who), page).words


def test_an_invitation_that_came_back_says_so(world: World) -> None:
    Invitation.objects.create(
        email="lea.noir@demo.example",
        groupe=world.caf95,
        nonce=b"n",
        token_hash=b"h",
        created_at=SINCE,
        sent_at=SINCE,
        expires_at=clock.now(),
        **RETURNED,
    )
    words = read(world.remi, f"/groupes/{world.caf95.pk}/").words
    assert f"{SAID}. Vérifiez l’adresse : si elle est fausse, retirez l’invitation" in words


def test_one_reads_it_on_one_s_own_page(world: World, igor: User) -> None:
    words = read(igor, "/moi/").words
    assert f"Les e-mails envoyés à votre adresse {SAID}." in words
    assert "videz votre boîte si elle est pleine" in words
    assert "reviennent" not in read(world.ines, "/moi/").words


def test_the_page_of_the_person_says_it_and_what_became_of_each_mail(world: World, igor: User) -> None:
    at = clock.now()
    told = [
        (State.SENT, "", None, "envoyé"),
        (State.SENT, Delivery.DELIVERED, SINCE, "remis le 3 mars 2026"),
        (State.SENT, Delivery.DEFERRED, SINCE, "refusé pour l’instant par le serveur"),
        (State.SENT, Delivery.REFUSED, SINCE, "refusé par le serveur de cette adresse, le 3 mars"),
        (State.SENT, Delivery.COMPLAINED, SINCE, "signalé comme indésirable, le 3 mars"),
        (State.FAILED, "", None, "échec : il n’a pas pu partir"),
        (State.DROPPED, "", None, "non envoyé"),
    ]
    for state, delivery, back, _ in told:
        Notification.objects.create(
            act_id=uuid4(), event="reponse", at=at, person=igor, state=state, delivery=delivery, delivery_at=back
        )
    Notification.objects.create(
        act_id=uuid4(), event="reponse", at=at, person=igor, state=State.GROUPED, grouped_until=at
    )
    for who in ("sophie", "nora"):
        words = read(world.user(who), f"/pilotage/personnes/{igor.pk}/").words
        assert SAID in words
        for *_, said in told:
            assert said in words
        assert "dans un e-mail groupé" in words


def test_it_costs_no_query(world: World) -> None:
    page, spent = f"/groupes/{world.caf95.pk}/", []
    for _ in range(2):
        browser = Browser(world.remi)
        browser.get(page)
        with CaptureQueriesContext(connection) as queries:
            browser.get(page)
        spent.append(len(queries))
        User.objects.update(**RETURNED)
        Groupe.objects.update(**RETURNED)
    assert spent[0] == spent[1]
