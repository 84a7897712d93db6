"""Adding people to a groupe on screen: typed, reviewed, confirmed; what waits, sent again or withdrawn."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Invitation, Membership, MembershipChange, Supervision, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.rules import inviting as rules
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import inviting as services
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests.demandes import sent
from tests.demandes.one.browser import Answer, Browser
from tests.gestion.scenes import post, submit
from tests.notifications.jobs import run_jobs

NEW = "lea.durand@demo.example"


def of(groupe):
    return f"/groupes/{groupe.id}/membres/ajout/"


def review(person, groupe, text, **typed):
    """The first step, as this person fills it in."""
    return submit(person, of(groupe), of(groupe), adresses=text, **typed)


def confirm(person, groupe, text, **typed):
    """Both steps; `typed` is what is changed in the second."""
    return post(person, of(groupe), review(person, groupe, text).fields(of(groupe)) | {"action": ["confirmer"]} | typed)


def stored():
    return Membership.objects.count(), Invitation.objects.count(), MembershipChange.objects.count()


def test_who_may(world):
    expected = {"rachel": 404, "alice": 404, "chloe": 404, "paul": 404, "elise": 404}
    expected |= {"ines": 403, "igor": 403, "oscar": 403, "remi": 200, "sophie": 200, "nora": 200}
    before = stored()
    forged = {"action": "confirmer", "adresses": NEW, "roles_0": ["responsable"], "groupe": str(world.fs_argenteuil.id)}
    for who, status in expected.items():
        browser = Browser(world.user(who))
        assert browser.send("GET", of(world.caf95)).status_code == status, who
        if status != 200:
            assert browser.send("POST", of(world.caf95), forged).status_code == status, who
    Supervision.objects.get().organismes.set(["cpam"])
    assert Browser(world.sophie).send("POST", of(world.caf95), forged).status_code == 404
    assert Browser(world.nora).send("POST", f"/groupes/{uuid4()}/membres/ajout/", forged).status_code == 404
    assert stored() == before


def test_the_side_of_the_organisme_proposes_the_role(world):
    assert Browser(world.rachel).get(of(world.fs_argenteuil)).fields(of(world.fs_argenteuil))["roles"] == ["aidant"]
    assert Browser(world.remi).get(of(world.caf95)).fields(of(world.caf95))["roles"] == ["instructeur"]
    assert "roles" not in Browser(world.nora).get(of(world.ccas_cergy)).fields(of(world.ccas_cergy))
    refused = review(world.nora, world.ccas_cergy, NEW)
    assert refused.status == 422
    assert "Choisissez au moins un rôle." in refused.summary()[0][1]


def test_each_address_is_shown_with_what_becomes_of_it_and_nothing_is_written(world):
    User.objects.filter(pk=world.paul.pk).update(is_active=False)
    before = stored()
    known = f"Chloé <{world.chloe.email.upper()}>; {world.alice.email} {world.paul.email}"
    text = f"{known}\n{NEW}, {NEW.upper()} léa@b.fr oups"
    answer = review(world.rachel, world.fs_argenteuil, text)
    assert answer.status == 200
    for words in (
        "sera ajoutée au groupe tout de suite",
        "recevra un lien d’inscription",
        "Fait déjà partie de ce groupe",
        "Son compte est désactivé",
        "Ce n’est pas une adresse e-mail complète",
    ):
        assert words in answer.words
    assert answer.words.count(NEW) == 1
    fields = answer.fields(of(world.fs_argenteuil))
    assert [name for name in fields if name.startswith("roles_")] == ["roles_0", "roles_3"]
    assert world.chloe.last_name not in answer.words
    run_jobs()
    assert (stored(), mail.outbox) == (before, [])


def test_confirmed_it_is_done_with_the_flags_of_each(world):
    text = f"{world.chloe.email} {NEW}"
    answer = confirm(world.rachel, world.fs_argenteuil, text, roles_1=["aidant", "responsable"])
    assert (answer.status, answer.location) == (303, f"/groupes/{world.fs_argenteuil.id}/#membres")
    assert Flags.of(Membership.objects.get(user=world.chloe, groupe=world.fs_argenteuil)) == Flags(is_aidant=True)
    assert Flags.of(Invitation.objects.get(email=NEW)) == Flags(is_aidant=True, is_responsable=True)
    page = Browser(world.rachel).get(f"/groupes/{world.fs_argenteuil.id}/")
    assert NEW in page.words
    run_jobs()
    assert {one.extra_headers["X-Aplus-Evenement"] for one in mail.outbox} == {"ajout", "arrivee", "inscription"}


def test_giving_instructeur_says_what_it_opens_and_is_confirmed(world):
    for _ in range(2):
        sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    shown = review(world.remi, world.caf95, world.paul.email)
    assert "ouvre 2 demandes en cours de ce groupe" in shown.words
    refused = confirm(world.remi, world.caf95, world.paul.email)
    assert refused.status == 422
    assert refused.summary()[0][0] == "#verification_ouverture"
    assert not Membership.objects.filter(user=world.paul, groupe=world.caf95).exists()
    later = confirm(world.rachel, world.fs_argenteuil, NEW, roles_0=["instructeur"])
    assert later.status == 422, "ticked in the second step, it is asked there"
    assert confirm(world.remi, world.caf95, world.paul.email, ouverture=["1"]).status == 303
    assert actor_for(world.paul.pk).instructeur_groupe_ids == {world.cpam95.id, world.caf95.id}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Saisissez au moins une adresse"),
        (" ,;\n", "Aucune adresse e-mail n’a été reconnue"),
        ("bonjour léa@b.fr", "Aucune adresse e-mail n’a été reconnue"),
        ("a\x00b@c.fr", "caractère invisible"),
        (" ".join(f"a{rank}@b.fr" for rank in range(51)), "Vous avez saisi 51 adresses. Ajoutez au plus 50"),
        (" ".join(f"a{rank}@b.fr" for rank in range(10_000)), "10000 adresses. Ajoutez au plus 50"),
        ("a@b.fr " * 200_000, "Ajoutez au plus 50"),
    ],
)
def test_refused_with_what_was_typed(world, text, words):
    answer = Answer(Browser(world.rachel).send("POST", of(world.fs_argenteuil), {"adresses": text, "roles": "aidant"}))
    assert answer.status == 422
    assert any(words in line for _, line in answer.summary())
    assert answer.fields(of(world.fs_argenteuil))["adresses"] == [text.replace("\x00", "")]


@pytest.mark.parametrize(
    "forged",
    [
        {"adresses": ["x" * 300]},
        {"adresses": [""]},
        {"adresses": [" ".join(f"a{rank}@b.fr" for rank in range(60))]},
        {"roles_0": ["administrateur"]},
        {"roles_0": []},
        {"roles_0": ["superviseur", "aidant"]},
    ],
)
def test_a_forged_review_writes_nothing(world, forged):
    before = stored()
    assert confirm(world.rachel, world.fs_argenteuil, NEW, **forged).status == 422
    assert stored() == before


def test_forged_addresses_are_shown_before_anything_is_done(world):
    """The second step with addresses that were never reviewed is a review of these."""
    answer = confirm(world.rachel, world.fs_argenteuil, NEW, adresses=[f"{world.chloe.email} autre@demo.example"])
    assert answer.status == 409
    assert "autre@demo.example" in answer.words
    assert not Invitation.objects.exists()
    oneself = post(world.sophie, of(world.caf95), {"action": "confirmer", "adresses": world.sophie.email})
    assert oneself.status == 409
    assert "personne ne s’ajoute soi-même" in oneself.words
    assert not Membership.objects.filter(user=world.sophie).exists()


def test_overtaken_between_the_steps(world):
    typed = review(world.rachel, world.fs_argenteuil, f"{world.chloe.email} {NEW}").fields(of(world.fs_argenteuil))
    User.objects.filter(pk=world.chloe.pk).update(is_active=False)
    answer = post(world.rachel, of(world.fs_argenteuil), typed | {"action": ["confirmer"], "roles_1": ["responsable"]})
    assert answer.status == 409
    assert "La situation a changé" in answer.summary()[0][1]
    kept = answer.fields(of(world.fs_argenteuil))
    assert (kept["roles_1"], "roles_0" in kept) == (["responsable"], False)
    assert not Invitation.objects.exists()
    assert post(world.rachel, of(world.fs_argenteuil), kept | {"action": ["confirmer"]}).status == 303
    Groupe.objects.filter(pk=world.fs_argenteuil.pk).update(closed_at=clock.now())
    assert Browser(world.rachel).get(of(world.fs_argenteuil)).status == 404
    assert Browser(world.nora).get(of(world.fs_argenteuil)).status == 409


def test_twice_is_once_and_back_keeps_the_list(world):
    typed = review(world.rachel, world.fs_argenteuil, f"{NEW} oups").fields(of(world.fs_argenteuil))
    back = post(world.rachel, of(world.fs_argenteuil), typed | {"action": ["modifier"]})
    assert back.fields(of(world.fs_argenteuil))["adresses"][0].split() == [NEW, "oups"]
    typed |= {"action": ["confirmer"]}
    assert [post(world.rachel, of(world.fs_argenteuil), typed).status for _ in range(2)] == [303, 303]
    assert JournalLine.objects.filter(act="invitation-envoyee").count() == 1


def test_the_limit_of_the_day_says_so_and_keeps_all(world, monkeypatch):
    monkeypatch.setattr(rules, "PER_DAY", (rules.Limit(1, timedelta(days=1)),))
    answer = confirm(world.rachel, world.fs_argenteuil, "a@demo.example b@demo.example")
    assert answer.status == 429
    assert int(answer.response.headers["Retry-After"]) > 0
    assert "limite" in answer.summary()[0][1]
    assert answer.fields(of(world.fs_argenteuil))["adresses"] == ["a@demo.example b@demo.example"]
    assert not Invitation.objects.exists()


def waiting(world, act, invitation):
    return f"/groupes/{world.fs_argenteuil.id}/invitations/{invitation.pk}/{act}/"


@pytest.fixture
def invitation(world):
    confirm(world.rachel, world.fs_argenteuil, NEW)
    run_jobs()
    mail.outbox.clear()
    return Invitation.objects.get()


def test_what_waits_is_shown_to_who_manages_only(world, invitation):
    page = f"/groupes/{world.fs_argenteuil.id}/"
    for who, is_shown in (("rachel", True), ("sophie", True), ("nora", True), ("alice", False)):
        answer = Browser(world.user(who)).get(page)
        assert (NEW in answer.text, "Ajouter des personnes" in answer.words) == (is_shown, is_shown), who
    with clock.at(invitation.expires_at):
        assert "Expirée" in Browser(world.rachel).get(page).words


def test_sent_again_after_its_end_it_lives_seven_days(world, invitation):
    former = services.token_of(invitation)
    later = invitation.expires_at + timedelta(days=2)
    with clock.at(later):
        again = waiting(world, "renvoi", invitation)
        assert submit(world.rachel, f"/groupes/{world.fs_argenteuil.id}/", again).status == 303
        invitation.refresh_from_db()
        assert invitation.expires_at == later + timedelta(days=7)
        run_jobs()
        assert Browser(None).get(f"/inscription/{former}/").status == 404
        assert Browser(None).get(f"/inscription/{services.token_of(invitation)}/").status == 200
    assert [one.to for one in mail.outbox] == [[NEW]]


def test_withdrawn_its_link_opens_nothing_and_the_address_may_be_invited_again(world, invitation):
    page, act = f"/groupes/{world.fs_argenteuil.id}/", waiting(world, "retrait", invitation)
    typed = Browser(world.rachel).get(page).fields(act)
    assert [post(world.rachel, act, typed).status for _ in range(2)] == [303, 303]
    assert Browser(None).get(f"/inscription/{services.token_of(invitation)}/").status == 410
    assert post(world.rachel, act, {}).status == 409
    assert post(world.rachel, waiting(world, "renvoi", invitation), {}).status == 409
    assert confirm(world.rachel, world.fs_argenteuil, NEW).status == 303
    assert Invitation.objects.count() == 2


def test_of_another_groupe_it_does_not_exist(world, invitation):
    for act in ("renvoi", "retrait"):
        for who, status in (("alice", 403), ("remi", 404), ("ines", 404), ("oscar", 404)):
            assert Browser(world.user(who)).send("POST", waiting(world, act, invitation)).status_code == status, who
        swapped = f"/groupes/{world.caf95.id}/invitations/{invitation.pk}/{act}/"
        assert Browser(world.remi).send("POST", swapped).status_code == 404
        assert Browser(world.nora).send("POST", swapped).status_code == 404
        assert Browser(world.rachel).get(waiting(world, act, invitation)).status == 303
    invitation.refresh_from_db()
    assert (invitation.withdrawn_at, JournalLine.objects.filter(act="invitation-renvoyee").exists()) == (None, False)


def test_the_page_costs_the_same_with_many(world, invitation):
    costs = []
    # The first visit is a first step, and is noted.
    Browser(world.rachel).get(f"/groupes/{world.fs_argenteuil.id}/")
    for number in (2, 60):
        for rank in range(number):
            Invitation.objects.create(
                email=f"{number}-{rank}@demo.example",
                groupe=world.fs_argenteuil,
                invited_by=world.rachel,
                nonce=b"x",
                token_hash=f"{number} {rank}".encode(),
                created_at=clock.now(),
                sent_at=clock.now(),
                expires_at=clock.now(),
            )
        browser = Browser(world.rachel)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(f"/groupes/{world.fs_argenteuil.id}/").status == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 10
