"""Raising one's own rights, keeping those one has lost, reaching out of one's scope: by every route at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client

from aplus.access.models import FormKey
from aplus.accounts.models import (
    EmailChange,
    Expertise,
    Membership,
    Observation,
    Session,
    Supervision,
    TotpDevice,
    User,
)
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.rules.addresses import Side
from aplus.accounts.services import addresses, closing, inviting, members
from aplus.annuaire.models import Groupe, Territoire
from aplus.core import clock
from aplus.core.errors import NotAllowed
from aplus.gestion.queries.members import member as load_member
from tests import personas
from tests.accounts.conftest import ask as ask  # noqa: PLC0414  a fixture
from tests.accounts.factors import APPLICATION, PAGE, Ask, half_in
from tests.accounts.members import BOTH, INSTRUCTEUR, flags_in, put_out
from tests.accounts.test_joining import invite, path
from tests.architecture.test_access_matrix import EXPECTED, Scene, answer
from tests.architecture.test_access_matrix import scene as scene  # noqa: PLC0414  a fixture
from tests.demandes.one.test_canary import in_clear, tables
from tests.notifications.jobs import run_jobs
from tests.personas import World

pytestmark = pytest.mark.django_db


def differences(client: Client, scene: Scene, column: str, *, but: tuple[str, ...] = ()) -> list[str]:
    """What this browser is answered that somebody of that column is not."""
    cookies, found = client.cookies.copy(), []
    for line in EXPECTED:
        if line.route.startswith(but or ("-",)):
            continue
        client.cookies = cookies.copy()
        said = answer(client, line.method, scene.address(line.route))
        if said != line.answers[column]:
            found.append(f"{line.method} {line.route}: {said} instead of {line.answers[column]}")
    return found


def browser_of(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client(raise_request_exception=False)
    personas.sign_in(client, user)
    return client


# What one may no more, at each route, in a tab that stayed open


def test_half_a_session_is_nobody_s_at_every_route(world: World, scene: Scene, ask: Ask) -> None:
    client = half_in(ask, world.nora)
    assert differences(client, scene, "anonymous", but=("accounts:second_factor",)) == []
    assert client.get(PAGE).status_code == 200
    assert Session.objects.get().user is None


def deactivate(world: World) -> User:
    closing.deactivate(actor_for(world.rachel.pk), world.alice.pk)
    return world.alice


def change_address(world: World) -> User:
    addresses.change_for(actor_for(world.nora.pk), world.alice.pk, "alice.autre@demo.example")
    return world.alice


def send_out(world: World) -> User:
    Session.objects.filter(user=world.alice).delete()
    return world.alice


@pytest.mark.parametrize("act", [deactivate, change_address, send_out])
@pytest.mark.parametrize("is_shared_post", [False, True])
def test_an_ended_session_is_nobody_s_at_every_route(
    world: World, scene: Scene, act: Callable[[World], User], is_shared_post: bool
) -> None:
    client = Client(raise_request_exception=False)
    personas.sign_in(client, world.alice, is_shared_post=is_shared_post)
    act(world)
    assert differences(client, scene, "anonymous") == []


LOSING: dict[str, Callable[[World], object]] = {
    "igor": lambda world: put_out(world.remi, world.igor, world.caf95),
    "remi": lambda world: Groupe.objects.filter(pk=world.caf95.pk).update(closed_at=clock.now()),
    "nora": lambda world: User.objects.filter(pk=world.nora.pk).update(is_administrateur=False),
    "sophie": lambda world: Supervision.objects.filter(user=world.sophie).delete(),
    "oscar": lambda world: Observation.objects.filter(user=world.oscar).delete(),
    "elise": lambda world: Expertise.objects.filter(user=world.elise).delete(),
}


@pytest.mark.parametrize("who", LOSING)
def test_a_role_that_is_lost_is_lost_at_every_route(world: World, scene: Scene, who: str) -> None:
    """Paul is of another groupe: whoever lost all they held is answered as he is, about the CAF."""
    client = browser_of(world.user(who))
    LOSING[who](world)
    # One's own factors stay one's own.
    assert differences(client, scene, "paul", but=("accounts:remove_application", "accounts:recovery")) == []


def test_an_empty_scope_manages_nothing_at_any_route(world: World, scene: Scene) -> None:
    client = browser_of(world.sophie)
    Supervision.objects.get(user=world.sophie).territoires.clear()
    mine = ("gestion:import", "gestion:new_groupe", "pilotage:", "accounts:remove_application", "accounts:recovery")
    assert differences(client, scene, "paul", but=mine) == []
    for route in ("pilotage:person", "pilotage:change_address", "pilotage:deactivate", "pilotage:end_sessions"):
        assert answer(client, "POST", scene.address(route)) == "404", route


def test_an_administrateur_without_factor_reaches_nothing_but_setting_one_up(world: World, scene: Scene) -> None:
    TotpDevice.objects.filter(user=world.nora).delete()
    client = browser_of(world.nora)
    open_to_all = {line.route for line in EXPECTED if line.answers["nadia"] != "welcome"}
    passkeys = ("passkeys", "rename_passkey", "remove_passkey")
    own = {f"accounts:{one}" for one in ("application", "remove_application", *passkeys)}
    cookies = client.cookies.copy()
    for line in EXPECTED:
        if line.route in open_to_all | own:
            continue
        client.cookies = cookies.copy()
        with transaction.atomic():
            response = client.generic(line.method, scene.address(line.route))
            transaction.set_rollback(True)
        assert response.status_code == 303, line
        assert response["Location"].startswith(APPLICATION), line


# Out of scope, partly in it

MANAGING = (
    *("gestion:change_groupe", "gestion:close_groupe", "gestion:add_members", "gestion:member"),
    *("gestion:remove_member", "gestion:deactivate_member", "gestion:reactivate_member"),
    *("gestion:send_invitation_again", "gestion:withdraw_invitation", "gestion:decide"),
    *("pilotage:change_address", "pilotage:deactivate", "pilotage:reactivate", "pilotage:end_sessions"),
)
SEEING = ("gestion:groupe", "gestion:groupe_demandes", "gestion:groupe_csv", "pilotage:person")


def two_territoires(world: World) -> None:
    world.caf95.territoires.add(Territoire.objects.create(code="75", name="Paris", timezone="Europe/Paris"))


def all_of_france(world: World) -> None:
    world.caf95.territoires.clear()
    Groupe.objects.filter(pk=world.caf95.pk).update(is_national=True)


@pytest.mark.parametrize("widen", [two_territoires, all_of_france])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_groupe_partly_in_scope_is_read_and_not_changed(
    world: World, scene: Scene, widen: Callable[[World], None], method: str
) -> None:
    widen(world)
    client = browser_of(world.sophie)
    found = {route: answer(client, method, scene.address(route)) for route in MANAGING}
    assert found == dict.fromkeys(MANAGING, "403")
    assert {answer(client, "GET", scene.address(route)) for route in SEEING} == {"200"}


@pytest.mark.parametrize("role", [User, Supervision, Observation, Expertise])
def test_the_account_of_who_holds_a_wider_role_is_the_team_s(world: World, scene: Scene, role: Any) -> None:
    """By their superviseur and their responsable: neither address, sessions, factor nor closing."""
    if role is User:
        User.objects.filter(pk=world.igor.pk).update(is_administrateur=True)
    else:
        role.objects.create(user=world.igor, created_at=clock.now())
    client = browser_of(world.sophie)
    for route in ("pilotage:change_address", "pilotage:deactivate", "pilotage:end_sessions", "pilotage:reset_factor"):
        assert answer(client, "POST", scene.address(route)) == "403", route
    for who in (world.sophie, world.remi):
        assert answer(browser_of(who), "POST", scene.address("gestion:deactivate_member")) == "403"
    assert User.objects.get(pk=world.igor.pk).is_active


def test_a_groupe_that_left_the_scope_while_the_form_was_open(world: World) -> None:
    """The decision is asked on the groupe as it is, not as the page had found it."""
    opened = load_member(actor_for(world.sophie.pk), world.caf95.pk, world.igor.pk)
    assert opened is not None
    assert opened.place.covered_codes == ["95"]
    two_territoires(world)
    with pytest.raises(NotAllowed):
        members.set_flags(actor_for(world.sophie.pk), opened, BOTH)
    with pytest.raises(NotAllowed):
        members.remove(actor_for(world.sophie.pk), opened)
    assert flags_in(world.igor.pk, world.caf95) == INSTRUCTEUR


# Raising one's own role


def take(who: User, email: str) -> User:
    """This person gets another address of theirs, confirmed from both."""
    addresses.ask(actor_for(who.pk), email, key="", location="/")
    change = EmailChange.objects.get(user=who)
    for side in Side:
        addresses.confirm(actor_for(who.pk), addresses.token_of(change, side))
    who.refresh_from_db()
    assert who.email == email
    User.objects.filter(pk=who.pk).update(cgu_version=personas.CGU)
    who.refresh_from_db()
    return who


@pytest.mark.parametrize("who", ["nora", "sophie", "rachel"])
def test_nobody_enters_a_groupe_by_their_own_invitation(world: World, who: str) -> None:
    """Inviting an address that one takes afterwards, alone or beside a colleague's invitation."""
    groupe = world.fs_argenteuil if who == "rachel" else world.caf95
    invitation = invite(world.user(who), groupe, "seconde@demo.example", BOTH)
    if who == "rachel":
        Membership.objects.filter(user=world.rachel).exclude(groupe=groupe).delete()
        Membership.objects.filter(user=world.rachel, groupe=groupe).delete()
    invited = invite(world.remi if who != "sophie" else world.nora, world.cpam95 if who == "sophie" else world.caf95)
    invited.email = "seconde@demo.example"
    user = take(world.user(who), "seconde@demo.example")
    client = browser_of(user)
    assert client.get(path(invitation)).status_code == 403
    assert client.post(path(invitation)).status_code == 403
    assert flags_in(user.pk, groupe) is None
    if invited.groupe_id == groupe.pk:
        return
    invited.save(update_fields=["email"])
    assert client.post(path(invited)).status_code == 303
    assert flags_in(user.pk, invited.groupe) is not None
    assert flags_in(user.pk, groupe) is None, "a colleague's invitation does not carry one's own along"


@pytest.mark.parametrize("who", ["rachel", "remi", "ines", "sophie", "nora"])
def test_fields_added_to_one_s_own_forms_raise_nothing(world: World, who: str) -> None:
    user = world.user(who)
    client = browser_of(user)
    before = actor_for(user.pk)
    more = {
        **dict.fromkeys(("is_administrateur", "administrateur", "est_administrateur", "instructeur", "aidant"), "1"),
        "roles": ["aidant", "instructeur", "responsable"],
        "email": "autre@demo.example",
        "is_active": "1",
        "groupe": str(world.cpam95.pk),
        "tous_territoires": "1",
        "tous_organismes": "1",
        "tenu": "1",
    }
    said = {"prenom": "Camille", "nom": "Autre", "fonction": "Agent", "cgu": "1", "choix": "chaque"}
    for address in ("/moi/informations/", "/moi/notifications/", "/bienvenue/", "/moi/absences/"):
        client.post(address, {**said, **more})
    after = actor_for(user.pk)
    assert User.objects.get(pk=user.pk).first_name == "Camille", "the form was really sent"
    assert (after.memberships, after.supervision, after.is_administrateur) == (
        before.memberships,
        before.supervision,
        before.is_administrateur,
    )
    assert User.objects.get(pk=user.pk).email == user.email


# Tokens stay in their mail


def test_the_link_of_a_change_of_address_is_stored_nowhere(world: World) -> None:
    """Opened by who has something to do first, it is not kept as the page to come back to."""
    TotpDevice.objects.filter(user=world.nora).delete()
    addresses.ask(actor_for(world.nora.pk), "nora.autre@demo.example", key="", location="/")
    token = addresses.token_of(EmailChange.objects.get(), Side.NEW)
    client = browser_of(world.nora)
    answered = client.get(f"/moi/adresse/{token}/")
    following = answered.get("Location", "")
    if following:
        client.post(following, {"action": "commencer", "suite": f"/moi/adresse/{token}/"})
    assert answered.status_code == 200
    assert not FormKey.objects.filter(location__contains=token).exists()


def test_what_is_typed_about_people_is_in_no_line_key_or_job(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Addresses and names typed to invite, propose, look for, move: in their own row and mail, nowhere else."""
    canaries = ("zibeline.invitee", "palombe.proposee", "cormoran.cherche", "hibou.nouvelle", "girafe.importee")
    remi, ines, nora = browser_of(world.remi), browser_of(world.ines), browser_of(world.nora)
    here = f"/groupes/{world.caf95.pk}/"
    typed = [f"{one}@demo.example" for one in canaries]
    led = []
    with caplog.at_level(0):
        with transaction.atomic():
            actor = actor_for(world.remi.pk)
            held = inviting.hold(actor, [world.caf95.pk])[world.caf95.pk]
            inviting.invite(actor, held, typed[0], INSTRUCTEUR)
        led.append(remi.post(f"{here}membres/ajout/", {"adresses": typed[0], "roles": "aidant"}))
        led.append(ines.post(f"{here}propositions/", {"genre": "arrivee", "email": typed[1]}))
        led.append(nora.post("/pilotage/personnes/", {"q": typed[2]}))
        led.append(ines.post("/moi/adresse/", {"adresse": typed[3]}))
        led.append(remi.post("/groupes/import/", {"contenu": f"email\n{typed[4]}\n", "action": "confirmer"}))
        run_jobs()
    found = [str(record.__dict__) for record in caplog.records if record.name != "django.db.backends"]
    found += [str(one.headers) for one in led]
    found += [one.subject for one in mail.outbox]
    own = {"public.accounts_invitation", "public.accounts_proposal", "public.accounts_emailchange"}
    with connection.cursor() as cursor:
        for table in sorted(set(tables()) - own):
            cursor.execute(f"SELECT t::text, t.* FROM {table} t")
            found += [f"{table} " + " ".join(in_clear(value) for value in row) for row in cursor.fetchall()]
    assert EmailChange.objects.filter(new_email=typed[3]).exists()
    for canary in canaries:
        assert not [text[:200] for text in found if canary in text], canary
