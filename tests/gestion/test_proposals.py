"""A member proposes a colleague or signals a departure; those who manage the groupe answer; nothing before."""

from uuid import uuid4

import pytest
from django.core import mail

from aplus.accounts.models import Invitation, Membership, Proposal, ProposalKind, User
from aplus.accounts.rules.members import Flags
from aplus.annuaire.models import Groupe
from aplus.core import clock
from tests.demandes.one.browser import Browser
from tests.gestion.scenes import post, submit
from tests.notifications.jobs import run_jobs

NEW = "lea.durand@demo.example"


def page_of(groupe):
    return f"/groupes/{groupe.id}/"


def propose_at(groupe):
    return f"/groupes/{groupe.id}/propositions/"


def answer_at(proposal):
    return f"{propose_at(proposal.groupe)}{proposal.pk}/"


def propose(world, who="alice", groupe="fs_argenteuil", **typed):
    groupe = getattr(world, groupe)
    genre = "depart" if "personne" in typed else "arrivee"
    fields = Browser(world.user(who)).get(propose_at(groupe)).fields(propose_at(groupe), genre=genre)
    return post(world.user(who), propose_at(groupe), fields | {name: [value] for name, value in typed.items()})


def told():
    """Who was mailed since, and what."""
    run_jobs()
    found = sorted((one.to[0], one.extra_headers["X-Aplus-Evenement"]) for one in mail.outbox)
    mail.outbox.clear()
    return found


@pytest.fixture
def arrival(world):
    assert propose(world, email=NEW).status == 303
    mail.outbox.clear()
    run_jobs()
    mail.outbox.clear()
    return Proposal.objects.get()


def test_who_may_propose_and_who_may_answer(world, arrival):
    """Members propose; who manages the groupe answers; each is a 403 for the other, a 404 for strangers."""
    data = {"genre": "arrivee", "email": "x@demo.example"}
    for who, status in {"amir": 303, "sophie": 403, "nora": 403, "chloe": 404, "remi": 404, "oscar": 404}.items():
        assert Browser(world.user(who)).send("POST", propose_at(world.fs_argenteuil), data).status_code == status, who
    before = list(Proposal.objects.values())
    for who, status in {"alice": 403, "amir": 403, "chloe": 404, "remi": 404, "ines": 404, "oscar": 404}.items():
        for method in ("GET", "POST"):
            answer = Browser(world.user(who)).send(method, answer_at(arrival), {"reponse": "refuser"})
            assert answer.status_code == status, who
    for swapped in (f"/groupes/{world.caf95.id}/propositions/{arrival.pk}/", f"{propose_at(arrival.groupe)}{uuid4()}/"):
        assert Browser(world.nora).send("POST", swapped, {"reponse": "refuser"}).status_code == 404
    assert list(Proposal.objects.values()) == before


def test_the_responsables_are_told_and_nothing_happens(world):
    assert propose(world, email="Lea.Durand@DEMO.example").status == 303
    assert told() == [(world.rachel.email, "proposition")]
    assert Proposal.objects.get().email == NEW
    assert not Invitation.objects.exists()


def test_without_responsable_the_superviseurs_in_scope(world):
    Membership.objects.filter(user=world.rachel).update(is_responsable=False)
    propose(world, email=NEW)
    assert told() == [(world.sophie.email, "proposition")]
    proposal = Proposal.objects.get()
    assert "Ajouter lea.durand@demo.example" in Browser(world.sophie).get(answer_at(proposal)).words


def test_the_same_thing_twice_is_put_once(world):
    for who in ("alice", "amir"):
        assert propose(world, who, email=NEW).status == 303
        assert propose(world, who, personne=str(world.nadia.id)).status == 303
    assert sorted(Proposal.objects.values_list("kind", flat=True)) == ["arrivee", "depart"]
    assert told() == [(world.rachel.email, "proposition")] * 2


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"email": ""}, 422),
        ({"email": "léa@demo.example"}, 422),
        ({"email": f"{'a' * 250}@b.fr"}, 422),
        ({"email": "a\x00@b.fr"}, 422),
        ({"email": "amir.benali@demo.example"}, 422),
        ({"personne": ""}, 422),
        ({"personne": "x"}, 404),
        ({"personne": str(uuid4())}, 404),
    ],
)
def test_odd_input(world, typed, status):
    answer = propose(world, **typed)
    assert answer.status == status
    if status == 422:
        assert answer.summary()
    assert not Proposal.objects.exists()


def test_neither_oneself_nor_who_is_not_there(world):
    for person in (world.alice, world.chloe):
        assert propose(world, personne=str(person.id)).status == 404
    assert not Proposal.objects.exists()


def test_an_arrival_is_accepted_in_one_click(world, arrival):
    assert submit(world.rachel, page_of(world.fs_argenteuil), answer_at(arrival), reponse="accepter").status == 303
    invitation = Invitation.objects.get()
    assert (invitation.email, Flags.of(invitation)) == (NEW, Flags(is_aidant=True))
    arrival.refresh_from_db()
    assert (arrival.is_accepted, arrival.decided_by) == (True, world.rachel)
    assert told() == [(world.alice.email, "proposition-acceptee"), (NEW, "inscription")]


def test_a_known_colleague_is_attached(world):
    propose(world, email=world.chloe.email)
    told()
    proposal = Proposal.objects.get()
    assert submit(world.rachel, page_of(world.fs_argenteuil), answer_at(proposal), reponse="accepter").status == 303
    assert Membership.objects.filter(user=world.chloe, groupe=world.fs_argenteuil, is_aidant=True).exists()
    found = told()
    assert (world.alice.email, "proposition-acceptee") in found
    assert (world.chloe.email, "ajout") in found


def test_refused_nothing_happens_and_who_proposed_is_told(world, arrival):
    fields = Browser(world.rachel).get(page_of(world.fs_argenteuil)).fields(answer_at(arrival)) | {
        "reponse": ["refuser"]
    }
    assert [post(world.rachel, answer_at(arrival), fields).status for _ in range(2)] == [303, 303]
    assert told() == [(world.alice.email, "proposition-refusee")]
    assert not Invitation.objects.exists()
    assert post(world.nora, answer_at(arrival), {"reponse": "accepter", "roles": "aidant"}).status == 409
    assert propose(world, email=NEW).status == 303, "it may be proposed again"


def test_accepting_an_instructeur_says_what_it_opens(world):
    propose(world, "ines", "caf95", email=NEW)
    proposal = Proposal.objects.get()
    assert "Accepter comme instructeur : ouvre 0 demande" in Browser(world.remi).get(
        page_of(world.caf95)
    ).words.replace("\u00a0", " ")
    forged = {"reponse": "accepter", "roles": ["instructeur", "responsable"]}
    refused = post(world.remi, answer_at(proposal), forged)
    assert refused.status == 422
    assert refused.summary()[0][0] == "#reponse_ouverture"
    assert post(world.remi, answer_at(proposal), {"reponse": "accepter", "roles": "chef"}).status == 422
    assert not Invitation.objects.exists()
    assert submit(world.remi, page_of(world.caf95), answer_at(proposal), reponse="accepter").status == 303
    assert Invitation.objects.get().is_instructeur


def test_an_organisme_of_both_sides_has_its_roles_chosen(world):
    propose(world, "chloe", "ccas_cergy", email=NEW)
    proposal = Proposal.objects.get()
    assert post(world.nora, answer_at(proposal), {"reponse": "accepter"}).status == 422
    fields = Browser(world.nora).get(answer_at(proposal)).fields(answer_at(proposal))
    assert post(world.nora, answer_at(proposal), fields | {"reponse": "accepter", "roles": ["aidant"]}).status == 303
    assert Flags.of(Invitation.objects.get()) == Flags(is_aidant=True)


def test_a_closed_account_is_not_brought_back_this_way(world):
    User.objects.filter(pk=world.chloe.pk).update(is_active=False)
    propose(world, email=world.chloe.email)
    proposal = Proposal.objects.get()
    answer = post(world.rachel, answer_at(proposal), {"reponse": "accepter", "roles": "aidant"})
    assert answer.status == 422
    assert "désactivé" in answer.summary()[0][1]
    proposal.refresh_from_db()
    assert proposal.decided_at is None


def test_adding_without_looking_answers_the_proposal(world, arrival):
    ajout = f"/groupes/{world.fs_argenteuil.id}/membres/ajout/"
    fields = submit(world.rachel, ajout, ajout, adresses=NEW).fields(ajout)
    assert post(world.rachel, ajout, fields | {"action": ["confirmer"]}).status == 303
    arrival.refresh_from_db()
    assert arrival.is_accepted
    assert (world.alice.email, "proposition-acceptee") in told()


def test_a_departure_is_accepted_in_one_click(world):
    propose(world, personne=str(world.amir.id))
    assert told() == [(world.rachel.email, "proposition")]
    proposal = Proposal.objects.get()
    assert Membership.objects.filter(user=world.amir).exists()
    assert submit(world.rachel, page_of(world.fs_argenteuil), answer_at(proposal), reponse="accepter").status == 303
    assert not Membership.objects.filter(user=world.amir).exists()
    found = told()
    assert (world.alice.email, "proposition-acceptee") in found
    assert (world.amir.email, "membre-depart") in found


def test_a_responsable_does_not_put_oneself_out(world):
    propose(world, personne=str(world.rachel.id))
    proposal = Proposal.objects.get()
    assert post(world.rachel, answer_at(proposal), {"reponse": "accepter"}).status == 403
    assert Membership.objects.filter(user=world.rachel).exists()
    proposal.refresh_from_db()
    assert proposal.decided_at is None


def test_who_asks_to_come_back_is_taken_back(world):
    User.objects.filter(pk=world.amir.pk).update(is_active=False, deactivated_at=clock.now())
    proposal = Proposal.objects.create(
        groupe=world.fs_argenteuil, kind=ProposalKind.RETURN, person=world.amir, created_at=clock.now()
    )
    page = Browser(world.rachel).get(page_of(world.fs_argenteuil))
    assert "Amir Benali demande à revenir" in page.words
    fields = page.fields(answer_at(proposal)) | {"reponse": ["accepter"]}
    assert Browser(world.alice).send("POST", answer_at(proposal), {"reponse": "accepter"}).status_code == 403
    assert [post(world.rachel, answer_at(proposal), fields).status for _ in range(2)] == [303, 303]
    world.amir.refresh_from_db()
    assert world.amir.is_active
    assert post(world.nora, answer_at(proposal), {"reponse": "refuser"}).status == 409


def test_a_return_refused_is_told_to_who_asked(world):
    User.objects.filter(pk=world.amir.pk).update(is_active=False)
    proposal = Proposal.objects.create(
        groupe=world.fs_argenteuil, kind=ProposalKind.RETURN, person=world.amir, created_at=clock.now()
    )
    assert post(world.rachel, answer_at(proposal), {"reponse": "refuser"}).status == 303
    assert told() == [(world.amir.email, "proposition-refusee")]


def test_who_decides_no_more_and_what_was_answered_are_not_mailed(world):
    propose(world, email=NEW)
    Membership.objects.filter(user=world.rachel).delete()
    assert told() == []
    propose(world, "amir", email="autre@demo.example")
    Groupe.objects.filter(pk=world.fs_argenteuil.pk).update(closed_at=clock.now())
    assert told() == []
