"""Giving somebody whose address is dead another one: /pilotage/personnes/<uuid>/adresse/ (accounts.md §3)."""

from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.test import Client

from aplus.accounts.models import EmailChange, Membership, Session, SignInLink, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.services import addresses as services
from aplus.accounts.services.entering import ask_link
from aplus.annuaire.models import Groupe, Territoire
from aplus.core import clock
from aplus.core.errors import NotAllowed
from aplus.journal.models import JournalLine
from tests import personas
from tests.demandes.one.browser import Answer, Browser, filled
from tests.notifications.jobs import run_jobs
from tests.personas import World

pytestmark = pytest.mark.django_db
NEW = "igor.nouveau@demo.example"


def page_of(person: User | UUID) -> str:
    """The address of the page about this person."""
    return f"/pilotage/personnes/{person.pk if isinstance(person, User) else person}/adresse/"


def change(by: User, person: User, address: str = NEW) -> Answer:
    """Fill in the form, as the page is."""
    browser, path = Browser(by), page_of(person)
    answer = Answer(browser.client.post(path, filled(browser.get(path).fields(path), adresse=address)))
    run_jobs()
    return answer


def email_of(person: User) -> str:
    """As it is now."""
    return User.objects.get(pk=person.pk).email


@pytest.mark.parametrize("who", ["nora", "sophie"])
def test_it_changes_at_once_and_everybody_is_told(world: World, who: str) -> None:
    igor, remi = world.igor, world.remi
    personas.sign_in(Client(), igor)
    ask_link(igor.email, suite="", browser="")
    mail.outbox.clear()
    assert change(world.user(who), igor).status == 303

    now = User.objects.get(pk=igor.pk)
    assert (now.email, now.cgu_version, now.is_active) == (NEW, "", True)
    assert not Session.objects.filter(user=igor).exists()
    assert SignInLink.objects.get().ended_at is not None
    changed = [one for one in mail.outbox if one.extra_headers["X-Aplus-Evenement"] == "adresse-changee"]
    assert sorted(one.to[0] for one in changed) == sorted([igor.email, NEW, remi.email])
    row = EmailChange.objects.get()
    assert row.done_at is not None
    assert (row.old_email, row.new_email) == (igor.email, NEW)
    line = JournalLine.objects.get(act="adresse-changee")
    assert (line.actor_id, line.thing_id) == (world.user(who).pk, igor.pk)
    # Nothing confirms a change that was made so.
    for side in services.Side:
        assert (
            Browser(None).get(f"/moi/adresse/{services.token_of(row, side)}/").words.startswith("L’adresse est changée")
        )


def test_the_page_says_what_follows_before_it_is_done(world: World) -> None:
    page = Browser(world.nora).get(page_of(world.igor))
    for said in ("sessions sont fermées", "conditions générales", "second facteur", "responsables", world.igor.email):
        assert said in page.words
    assert email_of(world.igor) == world.igor.email


@pytest.mark.parametrize("who", ["igor", "remi", "ines", "alice", "rachel", "paul", "oscar", "elise"])
def test_it_is_refused_to_the_others(world: World, who: str) -> None:
    browser = Browser(world.user(who))
    for method in ("GET", "POST"):
        assert browser.send(method, page_of(world.igor), {"adresse": NEW}).status_code == 403
        assert browser.send(method, page_of(uuid4()), {"adresse": NEW}).status_code == 403
    assert email_of(world.igor) == world.igor.email
    assert mail.outbox == []


def test_never_one_s_own(world: World) -> None:
    for who in (world.nora, world.sophie):
        Membership.objects.create(user=who, groupe=world.caf95, created_at=clock.now())
        assert Browser(who).send("POST", page_of(who), {"adresse": NEW}).status_code == 403
        assert email_of(who) == who.email


def test_a_superviseur_stays_inside_the_scope(world: World) -> None:
    """Out of sight: 404, as what does not exist. In sight but of another territoire too, or of a wider role: 403."""
    sophie = Browser(world.sophie)
    for nobody in (world.chloe, world.oscar, world.nora, uuid4()):
        assert sophie.send("POST", page_of(nobody), {"adresse": NEW}).status_code == 404
    elsewhere = Territoire.objects.create(code="06", name="Alpes", timezone="Europe/Paris", local_holidays=[])
    other = Groupe.objects.create(name="CAF 06", sort_key="caf 06", organisme_id="caf", created_at=clock.now())
    other.territoires.set([elsewhere])
    Membership.objects.create(user=world.igor, groupe=other, created_at=clock.now())
    assert sophie.send("POST", page_of(world.igor), {"adresse": NEW}).status_code == 403
    User.objects.filter(pk=world.ines.pk).update(is_administrateur=True)
    assert sophie.send("POST", page_of(world.ines), {"adresse": NEW}).status_code == 403
    assert Browser(world.nora).send("POST", page_of(world.ines), {"adresse": NEW}).status_code == 303


@pytest.mark.parametrize("typed", ["", "x", "chloe.dubois@demo.example", "IGOR.lefevre@demo.example", "a\x00@b.fr"])
def test_what_cannot_be_is_said_and_nothing_changes(world: World, typed: str) -> None:
    answer = change(world.nora, world.igor, typed)
    assert answer.status == 422
    assert answer.errors() or answer.summary()
    assert answer.fields(page_of(world.igor))["adresse"] == [typed.replace("\x00", "")]
    assert email_of(world.igor) == world.igor.email
    assert not EmailChange.objects.exists()
    assert mail.outbox == []


def test_a_right_lost_meanwhile_is_refused(world: World) -> None:
    actor = actor_for(world.nora.pk)
    User.objects.filter(pk=world.nora.pk).update(is_administrateur=False)
    with pytest.raises(NotAllowed):
        services.change_for(actor, world.igor.pk, NEW, key=str(uuid4()), location="/")
    assert email_of(world.igor) == world.igor.email


def test_the_same_key_twice_is_one_change(world: World) -> None:
    browser, key = Browser(world.nora), str(uuid4())
    for address in (NEW, "autre@demo.example"):
        assert browser.send("POST", page_of(world.igor), {"adresse": address, "cle": key}).status_code == 303
    assert email_of(world.igor) == NEW
    assert EmailChange.objects.count() == 1


def test_what_the_person_had_asked_for_is_over(world: World) -> None:
    services.ask(actor_for(world.igor.pk), "voulue@demo.example", key=str(uuid4()), location="/")
    asked = EmailChange.objects.get()
    change(world.nora, world.igor)
    for side in services.Side:
        assert Client().post(f"/moi/adresse/{services.token_of(asked, side)}/").status_code == 410
    assert email_of(world.igor) == NEW
