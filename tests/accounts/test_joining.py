"""/inscription/: the account an invitation makes, the groupes it joins, what it is worth once over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from aplus.accounts.models import (
    Attempt,
    CguVersion,
    Invitation,
    Membership,
    MembershipChange,
    Session,
    SignInLink,
    User,
)
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.rules.inviting import Wanted
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import inviting as services
from aplus.accounts.services.entering import token_of as token_of_link
from aplus.accounts.services.people import create_user
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests import personas
from tests.demandes.one.browser import Browser
from tests.notifications.jobs import run_jobs
from tests.personas import World

NEW = "lea.durand@demo.example"
GIVEN = {"prenom": "Léa", "nom": "Durand", "fonction": "Conseillère", "cgu": "1"}


@transaction.atomic
def invite(who: User, groupe: Groupe, email: str = NEW, flags: Flags | None = None) -> Invitation:
    """Invite as a service does."""
    actor = actor_for(who.pk)
    wanted = [Wanted(email, flags or Flags(is_aidant=True), "Léa", "Durand")]
    return services.invite_all(actor, services.hold(actor, [groupe.pk])[groupe.pk], wanted)[0]


def path(invitation: Invitation) -> str:
    """The address that its mail holds."""
    return f"/inscription/{services.token_of(invitation)}/"


@pytest.fixture
def invitation(world: World) -> Invitation:
    """Rachel invites Léa to Argenteuil."""
    return invite(world.rachel, world.fs_argenteuil)


def test_the_page_says_who_invites_where_and_what_is_known(invitation: Invitation) -> None:
    page = Browser(None).get(path(invitation))
    assert page.status == 200
    assert "Rachel Moreau vous invite" in page.words
    assert "France services Argenteuil, avec le rôle : aidant" in page.words.replace("\u00a0", " ")
    assert NEW in page.words
    assert "Recueillez l’accord de l’usager" in page.words
    fields = page.fields(path(invitation))
    assert (fields["prenom"], fields["nom"], fields["fonction"]) == (["Léa"], ["Durand"], [""])
    assert not User.objects.filter(email=NEW).exists()


def test_the_account_joins_every_groupe_that_invited_its_address(world: World, invitation: Invitation) -> None:
    second = invite(world.remi, world.caf95, flags=Flags(is_instructeur=True))
    over = invite(world.nora, world.cpam95)
    Invitation.objects.filter(pk=over.pk).update(expires_at=clock.now())
    withdrawn = invite(world.nora, world.msa95)
    Invitation.objects.filter(pk=withdrawn.pk).update(withdrawn_at=clock.now())
    run_jobs()
    mail.outbox.clear()
    browser = Browser(None)
    answer = browser.client.post(path(invitation), {**browser.get(path(invitation)).fields(path(invitation)), **GIVEN})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/demandes/")
    user = User.objects.get(email=NEW)
    assert (user.first_name, user.last_name, user.function) == ("Léa", "Durand", "Conseillère")
    assert (user.cgu_version, user.is_active, user.is_administrateur) == (personas.CGU, True, False)
    assert not user.has_usable_password()
    actor = actor_for(user.pk)
    assert actor.groupe_ids == {world.fs_argenteuil.pk, world.caf95.pk}
    assert (actor.aidant_groupe_ids, actor.instructeur_groupe_ids) == ({world.fs_argenteuil.pk}, {world.caf95.pk})
    session = Session.objects.get()
    assert (session.user, session.means) == (user, "inscription")
    assert Browser(None).client.get("/demandes/").status_code == 303
    assert browser.get("/demandes/").status == 200
    second.refresh_from_db()
    assert second.accepted_at is not None
    assert [one.by for one in MembershipChange.objects.order_by("groupe__sort_key")] == [world.remi, world.rachel]
    acts = list(JournalLine.objects.filter(actor_id=user.pk).order_by("id").values_list("act", flat=True))
    assert (acts[:2], acts[-1]) == (["compte-cree", "cgu"], "entree")
    assert sorted(acts[2:-1]) == ["invitation-acceptee"] * 2 + ["membre-ajoute"] * 2
    run_jobs()
    told = {one.to[0] for one in mail.outbox}
    there = (world.rachel, world.alice, world.amir, world.nadia, world.remi, world.ines, world.igor)
    assert told == {one.email for one in there}
    assert {one.extra_headers["X-Aplus-Evenement"] for one in mail.outbox} == {"arrivee"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"cgu": ""}, "cgu"),
        ({"prenom": " "}, "prenom"),
        ({"nom": "x" * 101}, "nom"),
        ({"fonction": ""}, "fonction"),
        ({"prenom": "L\x00éa"}, "prenom"),
    ],
)
def test_refused_with_all_that_was_typed(invitation: Invitation, changed: dict[str, str], field: str) -> None:
    browser = Browser(None)
    answer = browser.send("POST", path(invitation), {**GIVEN, **changed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'href="#id_{field}"' in page
    assert 'value="Durand"' in page or field == "nom"
    assert not User.objects.filter(email=NEW).exists()


def test_posted_fields_change_neither_address_nor_role(world: World, invitation: Invitation) -> None:
    forged = {
        **GIVEN,
        "email": "autre@demo.example",
        "roles": ["responsable", "instructeur"],
        "groupe": str(world.caf95.pk),
        "is_administrateur": "1",
    }
    assert Browser(None).send("POST", path(invitation), forged).status_code == 303
    membership = Membership.objects.get(user__email=NEW)
    assert (membership.groupe, Flags.of(membership)) == (world.fs_argenteuil, Flags(is_aidant=True))
    assert not User.objects.filter(email="autre@demo.example").exists()


def _later(field: str, value: Any = None) -> Callable[[Invitation], None]:
    def change(invitation: Invitation) -> None:
        Invitation.objects.filter(pk=invitation.pk).update(**{field: value or clock.now()})

    return change


def _close(invitation: Invitation) -> None:
    Groupe.objects.filter(pk=invitation.groupe_id).update(closed_at=clock.now())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_later("expires_at"), "Demandez à Rachel Moreau"),
        (_later("withdrawn_at"), "annulée"),
        (_later("accepted_at"), "déjà servi"),
        (_close, "est fermé"),
    ],
)
def test_an_invitation_that_is_over_says_why(
    invitation: Invitation, change: Callable[[Invitation], None], words: str
) -> None:
    change(invitation)
    for method in ("GET", "POST"):
        answer = Browser(None).send(method, path(invitation), GIVEN)
        assert answer.status_code == 410
        assert words in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_seven_days_and_not_a_second_more(invitation: Invitation) -> None:
    with clock.at(invitation.expires_at - timedelta(seconds=1)):
        assert Browser(None).get(path(invitation)).status == 200
    with clock.at(invitation.expires_at):
        assert Browser(None).get(path(invitation)).status == 410


def test_sent_again_the_former_link_is_unknown(world: World, invitation: Invitation) -> None:
    former = path(invitation)
    again = invite(world.rachel, world.fs_argenteuil)
    assert Browser(None).get(former).status == 404
    assert Browser(None).get(path(again)).status == 200


def test_a_token_of_another_kind_or_of_nobody_is_unknown_and_counted(world: World, invitation: Invitation) -> None:
    Client().post("/connexion/", {"email": world.alice.email})
    link = token_of_link(SignInLink.objects.get())
    before = Attempt.objects.filter(kind="reseau").count()
    for token in (link, "x", "é" * 300, services.token_of(invitation)[:-1], str(invitation.pk)):
        for method in ("GET", "POST"):
            assert Browser(None).send(method, f"/inscription/{token}/", GIVEN).status_code == 404
    assert Attempt.objects.filter(kind="reseau").count() == before + 10
    assert Browser(None).get(f"/connexion/lien/{services.token_of(invitation)}/").status == 404
    assert User.objects.filter(email=NEW).count() == 0


def test_the_right_of_who_invited_is_not_asked_again(world: World, invitation: Invitation) -> None:
    """Withdrawing is what takes an invitation back: who left the groupe since does not."""
    Membership.objects.filter(user=world.rachel).delete()
    User.objects.filter(pk=world.rachel.pk).update(is_active=False)
    assert Browser(None).send("POST", path(invitation), GIVEN).status_code == 303
    assert Membership.objects.filter(user__email=NEW, groupe=world.fs_argenteuil).exists()


def test_sent_twice_by_one_browser_it_is_one_account(invitation: Invitation) -> None:
    browser = Browser(None)
    fields = {**browser.get(path(invitation)).fields(path(invitation)), **GIVEN}
    first = browser.client.post(path(invitation), fields)
    second = browser.send("POST", path(invitation), fields)
    assert (first.status_code, second.status_code) == (303, 410)
    assert browser.client.get(path(invitation)).status_code == 303
    assert User.objects.filter(email=NEW).count() == 1


def test_the_address_has_an_account_by_now(world: World, invitation: Invitation) -> None:
    """Its holder signs in and joins by one button; nobody else can, and no second account is made."""
    lea = create_user(NEW, first_name="Léa", last_name="Durand", is_welcomed=True)
    page = Browser(None).get(path(invitation))
    assert page.status == 200
    assert f"/connexion/?suite=%2Finscription%2F{services.token_of(invitation)}%2F" in page.text
    assert Browser(None).send("POST", path(invitation), GIVEN).status_code == 409
    assert Browser(world.chloe).send("POST", path(invitation), GIVEN).status_code == 409
    assert not Membership.objects.filter(user__in=[lea, world.chloe], groupe=world.fs_argenteuil).exists()
    answer = Browser(lea).send("POST", path(invitation), {})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/groupes/{world.fs_argenteuil.pk}/"
    assert Membership.objects.get(user=lea).groupe == world.fs_argenteuil
    assert Browser(lea).get(path(invitation)).status == 303


def test_a_closed_account_does_not_come_back_by_an_invitation(invitation: Invitation) -> None:
    user = create_user(NEW)
    User.objects.filter(pk=user.pk).update(is_active=False)
    for method in ("GET", "POST"):
        answer = Browser(None).send(method, path(invitation), GIVEN)
        assert answer.status_code == 410
        assert "désactivé" in answer.content.decode()
    assert not Membership.objects.filter(user=user).exists()


def test_somebody_else_s_session_ends(world: World, invitation: Invitation) -> None:
    browser = Browser(world.alice)
    page = browser.get(path(invitation))
    assert "Alice Martin" in page.words
    browser.client.post(path(invitation), {**page.fields(path(invitation)), **GIVEN})
    assert [one.user.email for one in Session.objects.select_related("user") if one.user] == [NEW]


def test_new_cgu_are_those_accepted(invitation: Invitation) -> None:
    CguVersion.objects.create(version="2", in_force_at=clock.now())
    Browser(None).send("POST", path(invitation), GIVEN)
    assert User.objects.get(email=NEW).cgu_version == "2"
