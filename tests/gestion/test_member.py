"""The page of a member for those who manage the groupe: flags, putting out, closing and opening the account."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Membership, MembershipChange, User
from aplus.accounts.services.people import join
from aplus.core import clock
from aplus.demandes.models import Part
from tests.accounts.members import AIDANT, BOTH, INSTRUCTEUR, RESPONSABLE, flags_in, give, put_out
from tests.demandes import sent
from tests.demandes.one.browser import Answer, Browser
from tests.gestion.scenes import form, post, submit

pytestmark = pytest.mark.django_db
ACTS = ("", "retrait/", "desactivation/", "reactivation/")


def of(groupe, user, act=""):
    return f"/groupes/{groupe.id}/membres/{user.id}/{act}"


def stored():
    people = list(User.objects.order_by("pk").values("pk", "is_active"))
    return people, list(Membership.objects.order_by("pk").values()), MembershipChange.objects.count()


@pytest.mark.parametrize("act", ACTS)
def test_deny(world, act):
    """Strangers to the groupe read 404, whoever may not manage it 403, whether the member exists or not."""
    before = stored()
    forged = {"aidant": "1", "responsable": "1", "confirmation": "1", "pour": "aidant+responsable"}
    answers = dict.fromkeys(("alice", "chloe", "paul", "rachel", "elise"), 404)
    answers |= dict.fromkeys(("ines", "igor", "oscar"), 403)
    for who, expected in answers.items():
        for user in (world.igor, world.remi, world.paul):
            for method in ("GET", "POST"):
                status = Browser(world.user(who)).send(method, of(world.caf95, user, act), forged).status_code
                assert status == expected, (who, method, user)
    for method in ("GET", "POST"):
        browser = Browser(world.remi)
        assert browser.send(method, of(world.caf95, world.remi, act), forged).status_code == 403, "never one's own"
        for nobody in (world.paul.id, world.nora.id, uuid4()):
            address = f"/groupes/{world.caf95.id}/membres/{nobody}/{act}"
            assert browser.send(method, address, forged).status_code == 404
    assert stored() == before


def test_giving_instructeur_says_how_many_demandes_it_opens_and_asks(world):
    Membership.objects.filter(user=world.igor).update(is_instructeur=False, instructeur_since=None, is_aidant=True)
    for _ in range(3):
        sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    page = of(world.caf95, world.igor)
    assert "ouvre à cette personne 3 demandes en cours" in Browser(world.remi).get(page).words

    asked = submit(world.remi, page, page, aidant="", instructeur="1")
    assert asked.status == 422
    assert "3 demandes en cours s’ouvrent à cette personne." in asked.words
    assert flags_in(world.igor.pk, world.caf95) == AIDANT

    again = asked.fields(page)
    assert Answer(Browser(world.remi).send("POST", page, again)).status == 422, "the box is not ticked"
    changed = post(world.remi, page, again | {"confirmation": ["1"], "responsable": ["1"]})
    assert changed.status == 422, "what is confirmed is what was asked"
    done = post(world.remi, page, again | {"confirmation": ["1"]})
    assert (done.status, done.location) == (303, f"/groupes/{world.caf95.id}/")
    assert flags_in(world.igor.pk, world.caf95) == INSTRUCTEUR


def test_taking_a_flag_away_shows_what_is_left_alone(world):
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    Part.objects.filter(demande=demande).update(followed_by=world.igor)
    page = of(world.caf95, world.igor)
    asked = submit(world.remi, page, page, instructeur="")
    assert asked.status == 422
    assert "1 demande suivie par cette personne revient aux autres instructeurs" in asked.words

    for other in (world.ines, world.remi):
        give(world.nora, other, world.caf95, RESPONSABLE)
    assert "1 demande reste sans aucun instructeur" in submit(world.remi, page, page, instructeur="").words

    page = of(world.fs_argenteuil, world.alice)
    asked = submit(world.rachel, page, page, aidant="")
    assert "1 demande reste sans aidant" in asked.words
    assert post(world.rachel, page, asked.fields(page) | {"confirmation": ["1"]}).status == 303
    assert flags_in(world.alice.pk, world.fs_argenteuil).label == "membre"


def test_a_plain_change_asks_nothing(world):
    page = of(world.caf95, world.igor)
    assert submit(world.remi, page, page, responsable="1").status == 303
    assert flags_in(world.igor.pk, world.caf95) == BOTH


def test_changed_meanwhile_the_ticks_are_kept_and_nothing_is_written(world):
    page = of(world.caf95, world.igor)
    fields = form(world.remi, page, page, responsable="1", aidant="1")
    give(world.nora, world.igor, world.caf95, BOTH)
    answer = post(world.remi, page, fields)
    assert answer.status == 409
    assert "Quelqu’un vient de changer les rôles" in answer.words
    assert flags_in(world.igor.pk, world.caf95) == BOTH
    typed = answer.fields(page)
    assert (typed["aidant"], typed["vu"]) == (["1"], ["instructeur+responsable"])
    assert post(world.remi, page, typed).status == 303


def test_the_last_responsable_is_said_before(world):
    page = of(world.caf95, world.remi)
    assert "dernier responsable" in Browser(world.nora).get(page).words
    asked = submit(world.nora, page, page, responsable="")
    assert "n’a plus de responsable" in asked.words
    assert "n’a plus de responsable" in Browser(world.nora).get(f"{page}retrait/").words


def test_put_out_with_its_consequences_then_nothing_is_left_of_the_rights(world):
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    Part.objects.filter(demande=demande).update(followed_by=world.igor)
    tab = Browser(world.igor)
    fields = tab.read(demande).fields(sent.address(demande, "messages/"))
    page = of(world.caf95, world.igor, "retrait/")
    shown = Browser(world.remi).get(page)
    assert "1 demande suivie par cette personne revient" in shown.words
    for word in ("Alice", "Martin"):
        assert word not in shown.words
    assert [one["href"] for one in shown.page.all("a") if "onglet=sans-suivi" in (one.get("href") or "")]
    key = shown.fields(page)
    assert (post(world.remi, page, key).location, post(world.remi, page, key).status) == (
        f"/groupes/{world.caf95.id}/",
        303,
    )
    assert MembershipChange.objects.count() == 1
    assert tab.client.post(sent.address(demande, "messages/"), fields | {"message": ["Un mot."]}).status_code == 404
    assert tab.client.get("/demandes/").status_code == 200
    assert Browser(world.remi).get(page).status == 404


def test_a_form_sent_when_the_person_is_gone_already(world):
    fields = form(world.remi, of(world.caf95, world.igor, "retrait/"), of(world.caf95, world.igor, "retrait/"))
    flags = form(world.remi, of(world.caf95, world.igor), of(world.caf95, world.igor), responsable="1")
    put_out(world.nora, world.igor, world.caf95)
    assert post(world.remi, of(world.caf95, world.igor, "retrait/"), fields).status == 404
    assert post(world.remi, of(world.caf95, world.igor), flags).status == 404


def close_address(world):
    return of(world.caf95, world.igor, "desactivation/")


def test_closed_with_its_consequences_over_all_groupes_then_opened_again(world):
    join(world.igor, world.fs_argenteuil, aidant=True)
    sent.send(world.igor, world.fs_argenteuil, [world.cpam95])
    address = close_address(world)
    shown = Browser(world.nora).get(address)
    for words in ("CAF du Val-d'Oise", "France services Argenteuil", "1 demande reste sans aidant"):
        assert words in shown.words
    done = submit(world.nora, address, address)  # the form posts to its own page
    assert (done.status, User.objects.get(pk=world.igor.pk).is_active) == (303, False)
    again = of(world.caf95, world.igor, "reactivation/")
    assert "CAF du Val-d'Oise : instructeur" in Browser(world.nora).get(again).words.replace("\u00a0", " ")
    assert submit(world.nora, again, again).status == 303
    assert User.objects.get(pk=world.igor.pk).is_active
    assert flags_in(world.igor.pk, world.fs_argenteuil) == AIDANT


def test_who_does_not_manage_all_of_them_is_led_to_putting_out(world):
    join(world.igor, world.ccas_cergy, aidant=True)
    for who in ("remi", "sophie"):
        shown = Browser(world.user(who)).get(close_address(world))
        assert "retirez-la de ce groupe" in shown.words
        assert "CCAS" not in shown.words
        assert post(world.user(who), close_address(world), {}).status == 403
    assert User.objects.get(pk=world.igor.pk).is_active
    assert "Désactiver son compte" not in Browser(world.remi).get(of(world.caf95, world.igor)).words


def test_the_last_administrateur_is_refused_in_words(world):
    User.objects.filter(pk=world.alice.pk).update(is_administrateur=True)
    join(world.nora, world.caf95)
    User.objects.filter(pk=world.nora.pk).update(is_active=True)
    address = of(world.caf95, world.nora, "desactivation/")
    assert Browser(world.remi).get(address).status == 200
    assert post(world.remi, address, {}).status == 403
    assert post(world.alice, address, {}).status == 303
    assert User.objects.get(pk=world.alice.pk).is_active


def test_pilotage_reaches_the_same_pages(world):
    address = f"/pilotage/personnes/{world.igor.id}/desactivation/"
    for who, expected in {"sophie": 200, "nora": 200, "remi": 403, "oscar": 403, "alice": 403, "elise": 403}.items():
        assert Browser(world.user(who)).get(address).status == expected, who
    assert Browser(world.sophie).get(f"/pilotage/personnes/{world.chloe.id}/desactivation/").status == 404
    assert Browser(world.nora).get(f"/pilotage/personnes/{uuid4()}/desactivation/").status == 404
    assert Browser(world.nora).get(f"/pilotage/personnes/{world.nora.id}/desactivation/").status == 403
    join(world.igor, world.ccas_cergy)
    assert Browser(world.sophie).get(address).status == 403, "of a groupe out of scope too: seen, not closed"
    assert post(world.nora, address, {}).status == 303


def test_old_and_closed_ones_are_said(world):
    User.objects.filter(pk=world.igor.pk).update(is_active=False, deactivated_at=clock.now())
    assert "déjà désactivé" in Browser(world.remi).get(close_address(world)).words
    assert post(world.remi, close_address(world), {}).status == 409
    assert post(world.remi, of(world.caf95, world.igor), {"responsable": "1", "vu": "instructeur"}).status == 409


@pytest.mark.parametrize("act", ["", "retrait/", "desactivation/"])
def test_what_the_pages_cost(world, act):
    """At most ten queries, whatever the number of the person's groupes and demandes."""
    address = of(world.caf95, world.igor, act)

    def cost():
        browser = Browser(world.nora)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status == 200
        return len(queries)

    few = cost()
    for groupe in (world.fs_argenteuil, world.ccas_cergy, world.cpam95):
        join(world.igor, groupe, aidant=True, instructeur=True)
        sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])
    assert cost() == few <= 10
