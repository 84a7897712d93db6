"""Ids put where they do not belong, ways back to what is archived, forms without token, pages of other sites."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from aplus.accounts.models import Absence, EmailChange, Proposal, ProposalKind, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.rules.addresses import Side
from aplus.accounts.services import addresses, closing, members
from aplus.accounts.services.people import join
from aplus.annuaire.models import Groupe, ReplyModel
from aplus.core import clock
from tests import personas
from tests.access.test_escalation import browser_of
from tests.accounts.conftest import ask as ask  # noqa: PLC0414  a fixture
from tests.accounts.factors import PAGE, Ask, half_in
from tests.accounts.members import AIDANT, INSTRUCTEUR, give, member, put_out
from tests.accounts.test_joining import invite
from tests.architecture.test_access_matrix import EXPECTED, Scene
from tests.architecture.test_access_matrix import scene as scene  # noqa: PLC0414  a fixture
from tests.demandes import sent
from tests.gestion.scenes import submit
from tests.personas import World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# What a form is answered when its right was decided and its method is good.
READS_THE_FORM = frozenset({"200", "303", "409", "422"})


@pytest.mark.parametrize("who", ["anonymous", "alice", "remi", "sophie", "nora", "nadia"])
def test_every_form_of_every_route_wants_its_token(world: World, scene: Scene, who: str) -> None:
    client = Client(enforce_csrf_checks=True)
    if who != "anonymous":
        personas.sign_in(client, world.user(who))
    cookies, passed = client.cookies.copy(), []
    for line in EXPECTED:
        if line.method != "POST" or line.answers[who] not in READS_THE_FORM:
            continue
        client.cookies = cookies.copy()
        with transaction.atomic():
            status = client.post(scene.address(line.route)).status_code
            transaction.set_rollback(True)
        if status != 403:
            passed.append(f"{line.route}: {status}")
    assert passed == []


def test_half_a_session_wants_its_token_too(world: World, ask: Ask) -> None:
    half = half_in(ask, world.nora)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = half.cookies
    assert strict.post(PAGE, {"code": personas.code_of(world.nora)}).status_code == 403


# Of another groupe, under the address of one's own


def elsewhere(world: World) -> dict[str, UUID]:
    """One of everything of the CPAM, which Rémi manages nothing of."""
    now = clock.now()
    proposal = Proposal.objects.create(
        groupe=world.cpam95, kind=ProposalKind.DEPARTURE, person=world.paul, created_at=now
    )
    absence = Absence.objects.create(
        user=world.paul, set_by=world.nora, from_date=now.date(), until_date=now.date() + DAY, created_at=now
    )
    model = ReplyModel.objects.create(groupe=world.cpam95, title="Pièces", text="Bonjour.", updated_at=now)
    return {
        "membres/{}/": world.paul.pk,
        "membres/{}/retrait/": world.paul.pk,
        "membres/{}/desactivation/": world.paul.pk,
        "membres/{}/reactivation/": world.paul.pk,
        "invitations/{}/renvoi/": invite(world.nora, world.cpam95).pk,
        "invitations/{}/retrait/": invite(world.nora, world.cpam95, "autre@demo.example").pk,
        "propositions/{}/": proposal.pk,
        "absences/{}/fin/": absence.pk,
        "modeles/{}/": model.pk,
        "modeles/{}/retrait/": model.pk,
    }


@pytest.mark.parametrize("who", ["remi", "nora"])
def test_what_is_of_another_groupe_is_not_reached_through_one_s_own(world: World, who: str) -> None:
    client = browser_of(world.user(who))
    for there, thing_id in elsewhere(world).items():
        path = f"/groupes/{world.caf95.pk}/{there.format(thing_id)}"
        # The absences and models of a groupe are not the team's.
        expected = {403, 404} if who == "nora" and there.startswith(("absences", "modeles")) else {404}
        for method in (client.get, client.post):
            assert method(path, {"reponse": "accepter", "roles": "aidant"}).status_code in expected, path
    assert members.active_members(world.cpam95.pk) == {world.paul.pk}
    assert User.objects.get(pk=world.paul.pk).is_active
    assert ReplyModel.objects.exists()
    assert Proposal.objects.get().decided_at is None


# Coming back to the groupe does not open what was archived meanwhile


def out_and_in(world: World, groupe: Groupe) -> None:
    put_out(world.remi, world.igor, groupe)
    join(world.igor, groupe, instructeur=True)


def closed_and_opened(world: World, groupe: Groupe) -> None:
    closing.deactivate(actor_for(world.remi.pk), world.igor.pk)
    closing.reactivate(actor_for(world.remi.pk), world.igor.pk)


def closed_and_taken_back(world: World, groupe: Groupe) -> None:
    """With another groupe, whose responsable takes the person back first."""
    join(world.igor, world.cpam95, instructeur=True)
    closing.deactivate(actor_for(world.nora.pk), world.igor.pk)
    closing.reactivate(actor_for(world.nora.pk), world.igor.pk, through=world.cpam95.pk)
    assert member(world.igor, groupe).membership is not None


def given_back_apart(world: World, groupe: Groupe) -> None:
    """Put aside by the first return, given back by the second one."""
    closing.deactivate(actor_for(world.remi.pk), world.igor.pk)
    join(world.igor, world.cpam95, instructeur=True)
    give(world.nora, world.paul, world.cpam95, INSTRUCTEUR)
    world.cpam95.memberships.filter(user=world.paul).update(is_responsable=True)
    closing.reactivate(actor_for(world.paul.pk), world.igor.pk, through=world.cpam95.pk)
    assert member(world.igor, groupe).membership is None
    closing.reactivate(actor_for(world.remi.pk), world.igor.pk, through=groupe.pk)


def unticked_and_ticked(world: World, groupe: Groupe) -> None:
    give(world.remi, world.igor, groupe, AIDANT)
    give(world.remi, world.igor, groupe, INSTRUCTEUR)


@pytest.mark.parametrize(
    "trick", [out_and_in, closed_and_opened, closed_and_taken_back, given_back_apart, unticked_and_ticked]
)
def test_no_way_back_opens_what_was_archived(
    world: World, time_machine: Any, trick: Callable[[World, Groupe], None]
) -> None:
    time_machine.move_to(clock.now())
    world.caf95.memberships.filter(user=world.igor).update(instructeur_since=clock.now())
    time_machine.shift(DAY)
    archived = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    still_open = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    act = sent.address(archived, "archivage/")
    assert submit(world.alice, sent.address(archived), act, leve="oui").status == 303
    time_machine.shift(DAY)
    assert browser_of(world.igor).get(sent.address(archived)).status_code == 200
    trick(world, world.caf95)
    client = browser_of(world.igor)
    assert client.get(sent.address(archived)).status_code == 404
    assert client.get(sent.address(still_open)).status_code == 200


def test_a_confirmation_that_is_refused_carries_its_link_nowhere(world: World) -> None:
    """403, not the sign-in page with the mailed token as the page to come back to: asking a link would store it."""
    addresses.ask(actor_for(world.alice.pk), "alice.autre@demo.example", key="", location="/")
    token = addresses.token_of(EmailChange.objects.get(), Side.NEW)
    answered = Client(enforce_csrf_checks=True).post(f"/moi/adresse/{token}/")
    assert (answered.status_code, answered.get("Location")) == (403, None)


# The page to come back to is of this site

ELSEWHERE = (
    *("//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "\\\\evil.example"),
    *("javascript:alert(1)", " //evil.example", "/\r\nSet-Cookie: a=b", "/\x85/evil.example", "evil.example"),
)
DOORS = ("/connexion/", "/connexion/mot-de-passe/", "/connexion/cle/", PAGE, "/bienvenue/")


@pytest.mark.parametrize("suite", ELSEWHERE)
def test_no_door_leads_to_another_site(world: World, ask: Ask, suite: str) -> None:
    client = browser_of(world.alice)
    for door in DOORS:
        assert client.get(door, {"suite": suite})["Location"] == "/demandes/", door
    assert Client().post(ask(world.alice.email, suite))["Location"] == "/demandes/"
    welcome = {"prenom": "A", "nom": "M", "fonction": "F", "cgu": "1", "version": personas.CGU, "suite": suite}
    assert client.post("/bienvenue/", welcome)["Location"] == "/demandes/"
    half = half_in(ask, world.nora, suite)
    answered = half.post(PAGE, {"code": personas.code_of(world.nora), "suite": suite})
    assert answered["Location"] == "/pilotage/"


def test_a_path_that_only_begins_here_stays_here(world: World) -> None:
    """What a browser would normalise is still of this origin."""
    client = browser_of(world.alice)
    for suite in ("/.//evil.example", "/@evil.example", "/%2F%2Fevil.example", "/?a=//evil.example"):
        assert client.get("/connexion/", {"suite": suite})["Location"] == suite


def test_a_link_of_each_purpose_opens_its_own_door_only(world: World, ask: Ask) -> None:
    token = ask(world.alice.email).split("/")[-2]
    doors = ("/connexion/mot-de-passe/nouveau/", "/inscription/", "/moi/adresse/")
    for door in doors:
        assert Client().get(f"{door}{token}/").status_code == 404, door
        assert Client().post(f"{door}{token}/", {"mot_de_passe": "x" * 20}).status_code == 404, door
    assert Client().post(f"/connexion/lien/{token}/").status_code == 303
