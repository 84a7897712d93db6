"""The first steps: which, for whom, ticked by what was really done, hidden for good or shown again, at what cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Membership, User
from aplus.accounts.queries.actors import actor_for, first_path
from aplus.accounts.rules.beginning import MAILS, OVER, STEPS_AT_MOST, steps_of
from aplus.annuaire.models import Groupe
from aplus.help.rules.contents import BY_SLUG
from aplus.policy.actor import NOBODY
from tests.demandes import sent
from tests.demandes.one.browser import Browser, filled
from tests.personas import PERSONAS, World
from tests.ui.markup import assert_sound, page_of

pytestmark = pytest.mark.django_db
PAGE = "/moi/premiers-pas/"
TITLE = 'id="premiers-pas"'
FIRST = {
    "alice": ("/demandes/", "Lire le guide « Créer une demande »"),
    "igor": ("/demandes/", "Lire le guide « Répondre à une demande »"),
    "remi": ("/demandes/", "Lire le guide « Répondre à une demande »"),
    "rachel": ("/demandes/", "Lire le guide « Créer une demande »"),
    "elise": ("/demandes/", "Lire le guide « Répondre à une demande »"),
    "sophie": ("/pilotage/", "Parcourir l’annuaire"),
    "oscar": ("/pilotage/", "Parcourir l’annuaire"),
    "nora": ("/pilotage/", "Retrouver une personne"),
}
SignedIn = Callable[[Any], Client]


def steps(client: Client, address: str) -> dict[str, bool]:
    """The steps of a page, and whether each is said to be done."""
    page = page_of(client.get(address))
    [listed] = page.all("ol", "ui-first-steps")
    lines = [one for one in page.all("li") if listed in one.parents]
    links = {line.text: next(link for link in page.all("a") if line in link.parents) for line in lines}
    return {" ".join(link.text.split()): "(fait)" in text for text, link in links.items()}


@pytest.mark.parametrize("who", FIRST)
def test_each_role_has_its_steps_on_its_first_page(world: World, signed_in: SignedIn, who: str) -> None:
    path, first = FIRST[who]
    client = signed_in(world.user(who))
    found = steps(client, path)
    assert next(iter(found)) == first
    assert 3 <= len(found) <= STEPS_AT_MOST
    assert "étape" in client.get(path).content.decode()
    assert_sound(page_of(client.get(path)))
    for other in ("/demandes/?onglet=toutes", "/groupes/", "/pilotage/", "/moi/"):
        if other != path:
            assert TITLE not in client.get(other).content.decode()


def test_who_only_leads_a_groupe_begins_with_its_members(world: World, signed_in: SignedIn) -> None:
    Membership.objects.filter(user=world.remi).update(is_instructeur=False, instructeur_since=None)
    client = signed_in(world.remi)
    assert list(steps(client, "/groupes/"))[:2] == [
        "Vérifier les membres de votre groupe",
        "Voir où en sont les demandes du groupe",
    ]
    assert not any(steps(client, "/groupes/").values())
    client.get(f"/groupes/{world.caf95.pk}/")
    client.get(f"/groupes/{world.caf95.pk}/demandes/")
    assert list(steps(client, "/groupes/").values())[:2] == [True, True]


def test_every_step_leads_to_a_page_that_answers(world: World, signed_in: SignedIn) -> None:
    """With its guide."""
    for persona in PERSONAS:
        if not persona.is_welcomed:
            continue
        client = signed_in(world.user(persona.key))
        for step in steps_of(actor_for(world.user(persona.key).pk)):
            assert client.get(step.url).status_code == 200, (persona.key, step.url)
            assert not step.guide or step.guide in BY_SLUG
            assert bool(step.mark) != bool(step.acts)


def test_nobody_without_a_role_has_any(world: World, signed_in: SignedIn) -> None:
    assert steps_of(NOBODY) == []
    Membership.objects.filter(user=world.alice).delete()
    client = signed_in(world.alice)
    assert TITLE not in client.get("/demandes/").content.decode()
    assert "pas encore de rôle" in client.get(PAGE).content.decode()


def test_steps_are_ticked_by_what_was_done(world: World, signed_in: SignedIn) -> None:
    """And by nothing else: a guide that is not a step, a HEAD, somebody else's act."""
    alice = signed_in(world.alice)
    assert not any(steps(alice, "/demandes/").values())
    alice.head("/aide/creer-une-demande/")
    alice.get("/aide/absence/")
    alice.get("/demandes/nouvelle/")
    sent.send(world.amir, world.fs_argenteuil, [world.caf95])
    assert not any(steps(alice, "/demandes/").values())
    assert User.objects.get(pk=world.alice.pk).first_steps == []
    alice.get("/aide/creer-une-demande/")
    alice.get("/aide/creer-une-demande/")
    assert User.objects.get(pk=world.alice.pk).first_steps == ["aide/creer-une-demande"]
    sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    assert steps(alice, "/demandes/") == {
        "Lire le guide « Créer une demande »": True,
        "Envoyer une première demande": True,
        "Lire le guide « Comprendre les états d’une demande »": False,
        "Choisir vos e-mails": False,
    }
    assert "2 étapes sur 4" in alice.get("/demandes/").content.decode()
    assert "2 étapes sur 4" in alice.get(PAGE).content.decode()


def test_once_all_is_done_it_is_said_once(world: World, signed_in: SignedIn) -> None:
    alice = signed_in(world.alice)
    sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    for guide in ("creer-une-demande", "comprendre-les-etats"):
        alice.get(f"/aide/{guide}/")
    browser = Browser(world.alice)
    choices = browser.get(MAILS.url).fields(MAILS.url)
    assert browser.client.post(MAILS.url, choices).status_code == 303
    assert "Vous avez tout fait&nbsp;: 4 étapes sur 4" in alice.get("/demandes/").content.decode()
    assert TITLE not in alice.get("/demandes/").content.decode()
    assert OVER in User.objects.get(pk=world.alice.pk).first_steps


def test_hidden_for_good_and_shown_again(world: World, signed_in: SignedIn) -> None:
    """Each form twice is once; nothing of it is somebody else's."""
    browser = Browser(world.alice)
    for choice, is_there in (("masquer", False), ("montrer", True)):
        address = "/demandes/" if choice == "masquer" else PAGE
        form = filled(browser.get(address).fields(PAGE), choix=choice)
        for _twice in range(2):
            answer = browser.client.post(PAGE, form)
            assert (answer.status_code, answer["Location"]) == (303, "/demandes/")
            assert (TITLE in browser.get("/demandes/").text) == is_there
    assert User.objects.get(pk=world.alice.pk).first_steps == []
    assert TITLE in signed_in(world.amir).get("/demandes/").content.decode()


def test_what_is_opened_once_hidden_is_not_kept(world: World, signed_in: SignedIn) -> None:
    User.objects.filter(pk=world.alice.pk).update(first_steps=[OVER])
    signed_in(world.alice).get("/aide/creer-une-demande/")
    assert User.objects.get(pk=world.alice.pk).first_steps == [OVER]


@pytest.mark.parametrize("choice", [None, "", "x", "\x00", "masquer\x00", "é" * 500])
def test_an_odd_choice_is_refused_and_changes_nothing(world: World, choice: str | None) -> None:
    browser = Browser(world.alice)
    response = browser.send("POST", PAGE, {} if choice is None else {"choix": choice})
    assert response.status_code == 422
    assert_sound(page_of(response))
    assert User.objects.get(pk=world.alice.pk).first_steps == []


def test_it_costs_one_query_and_none_once_it_is_over(world: World, signed_in: SignedIn) -> None:
    for who in FIRST:
        user, spent = world.user(who), []
        client = signed_in(user)
        path = first_path(actor_for(user.pk))
        for marks in ([], [OVER]):
            User.objects.filter(pk=user.pk).update(first_steps=marks)
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            spent.append(len(queries))
        assert spent[0] == spent[1] + 1 <= 10


def test_a_groupe_closed_leads_nowhere(world: World) -> None:
    Groupe.objects.filter(pk=world.caf95.pk).update(closed_at=world.caf95.created_at)
    assert steps_of(actor_for(world.remi.pk)) == []
