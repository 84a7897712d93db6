"""The actor of a request: what each persona holds, and what ends a right at once."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from aplus.accounts.models import DigestChoice, Membership, Session, Supervision, User
from aplus.accounts.queries import actors as queries
from aplus.accounts.services import people as services
from aplus.accounts.sessions import key_hash
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.policy.actor import NOBODY, Actor, HeldMembership, Scope
from tests import personas
from tests.personas import World

pytestmark = pytest.mark.django_db


def actor(user: User) -> Actor:
    """The actor of a session of this person, which is also the one a job would see."""
    store = personas.sign_in(Client(), user)
    session = queries.live_session(key_hash(store.session_key or ""))
    assert session is not None
    asking = queries.actor_of(session)
    assert asking.session_id == session.id
    outside = queries.actor_for(user.pk)
    assert (asking.user_id, asking.name, asking.memberships) == (outside.user_id, outside.name, outside.memberships)
    assert (asking.supervision, asking.observation, asking.expertise) == (
        outside.supervision,
        outside.observation,
        outside.expertise,
    )
    return asking


@pytest.mark.parametrize(
    ("key", "flags", "groupe", "first_path"),
    [
        ("alice", "aidant", "fs_argenteuil", "/demandes/"),
        ("chloe", "aidant", "ccas_cergy", "/demandes/"),
        ("ines", "instructeur", "caf95", "/demandes/"),
        ("paul", "instructeur", "cpam95", "/demandes/"),
        ("rachel", "aidant responsable", "fs_argenteuil", "/demandes/"),
        ("remi", "instructeur responsable", "caf95", "/demandes/"),
        ("agent_msa", "instructeur", "msa95", "/demandes/"),
        ("agent_ddfip", "instructeur", "ddfip95", "/demandes/"),
    ],
)
def test_members(world: World, key: str, flags: str, groupe: str, first_path: str) -> None:
    asking, held_in = actor(world.user(key)), getattr(world, groupe)
    membership = Membership.objects.get(user=world.user(key))

    assert asking.memberships == (
        HeldMembership(
            groupe_id=held_in.pk,
            organisme_id=held_in.organisme_id,
            is_aidant="aidant" in flags,
            is_instructeur="instructeur" in flags,
            is_responsable="responsable" in flags,
            instructeur_since=membership.instructeur_since,
        ),
    )
    assert (membership.instructeur_since is not None) == ("instructeur" in flags)
    assert not asking.has_pilotage
    assert queries.first_path(asking) == first_path


def test_scopes(world: World) -> None:
    network = frozenset({"france-services", "caf", "cpam", "msa", "ddfip"})

    assert actor(world.sophie).supervision == Scope(territoires=frozenset({"95"}), organismes=network)
    assert actor(world.oscar).observation == Scope(territoires=None, organismes=frozenset({"caf"}))
    assert actor(world.elise).expertise == Scope(territoires=frozenset({"95"}), organismes=None)
    assert actor(world.nora).is_administrateur
    assert [queries.first_path(actor(world.user(key))) for key in ("sophie", "oscar", "nora", "elise")] == [
        "/pilotage/",
        "/pilotage/",
        "/pilotage/",
        "/demandes/",
    ]


def test_an_empty_set_is_nothing_and_all_is_said(world: World) -> None:
    role = Supervision.objects.get(user=world.sophie)
    role.territoires.clear()
    role.all_organismes = True
    role.save()

    assert actor(world.sophie).supervision == Scope(territoires=frozenset(), organismes=None)


def test_who_only_manages_begins_with_groupes(world: World) -> None:
    services.join(world.nora, world.caf95, responsable=True)

    assert queries.first_path(actor(world.nora)) == "/groupes/"


def test_who_holds_nothing_begins_with_demandes(world: World) -> None:
    nobody_yet = services.create_user(" New.Comer@Demo.example ", first_name="New", last_name="Comer", is_welcomed=True)

    assert nobody_yet.email == "new.comer@demo.example"
    assert nobody_yet.cgu_version == personas.CGU
    assert not nobody_yet.has_usable_password()
    assert actor(nobody_yet).memberships == ()
    assert queries.first_path(actor(nobody_yet)) == "/demandes/"


def test_a_closed_groupe_gives_nothing(world: World) -> None:
    Groupe.objects.filter(pk=world.caf95.pk).update(closed_at=clock.now())

    assert actor(world.ines).memberships == ()


def test_several_groupes(world: World) -> None:
    services.join(world.alice, world.ccas_cergy, aidant=True, instructeur=True)
    asking = actor(world.alice)

    assert asking.aidant_groupe_ids == {world.fs_argenteuil.pk, world.ccas_cergy.pk}
    assert asking.instructeur_groupe_ids == {world.ccas_cergy.pk}


def test_what_a_new_member_hears_depends_on_the_mailbox(world: World) -> None:
    with_mailbox = services.join(world.nora, world.caf95, instructeur=True)
    Groupe.objects.filter(pk=world.msa95.pk).update(mailbox="")
    world.msa95.refresh_from_db()
    without = services.join(world.nora, world.msa95, instructeur=True)
    chosen = services.join(world.nora, world.cpam95, instructeur=True, new_demandes=DigestChoice.NONE)

    assert [row.new_demandes for row in (with_mailbox, without, chosen)] == ["groupe", "chaque", "aucun"]


def test_leaving_takes_the_rights_the_same_second(world: World, signed_in: Callable[..., Client]) -> None:
    client = signed_in(world.ines)
    Membership.objects.filter(user=world.ines).delete()
    session = queries.live_session(bytes(Session.objects.get().key_hash))
    assert session is not None

    assert queries.actor_of(session).memberships == ()
    assert client.get("/connexion/").status_code == 303


def test_a_deactivated_or_unknown_account_is_nobody(world: World) -> None:
    User.objects.filter(pk=world.alice.pk).update(is_active=False)

    assert queries.actor_for(world.alice.pk) == NOBODY
    assert queries.actor_for(uuid4()) == NOBODY


def test_the_personas_are_those_of_the_product(world: World) -> None:
    assert len(personas.PERSONAS) == 13
    assert {persona.key: world.user(persona.key).email for persona in personas.PERSONAS} == {
        "alice": "alice.martin@demo.example",
        "amir": "amir.benali@demo.example",
        "chloe": "chloe.dubois@demo.example",
        "ines": "ines.caron@demo.example",
        "igor": "igor.lefevre@demo.example",
        "paul": "paul.nguyen@demo.example",
        "rachel": "rachel.moreau@demo.example",
        "remi": "remi.garnier@demo.example",
        "sophie": "sophie.laurent@demo.example",
        "oscar": "oscar.roux@demo.example",
        "nora": "nora.petit@demo.example",
        "elise": "elise.faure@demo.example",
        "nadia": "nadia.roche@demo.example",
    }
