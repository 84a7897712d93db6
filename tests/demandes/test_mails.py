"""Who is told of what by which mail, and what a mail of a demande says and never says."""

from datetime import timedelta
from email import message_from_string
from uuid import uuid4

import pytest
from django.core import mail

from aplus.accounts.models import DigestChoice, Membership
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import DomainError
from aplus.demandes.models import Following
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import closing, inviting, people
from aplus.notifications.models import Notification
from tests.demandes import sent
from tests.notifications.jobs import run_jobs

CAF_BOX, CPAM_BOX = "caf95@demo.example", "cpam95@demo.example"
CAF = {CAF_BOX, "ines.caron@demo.example", "igor.lefevre@demo.example", "remi.garnier@demo.example"}
CPAM = {CPAM_BOX, "paul.nguyen@demo.example"}
AUTHORS = {"alice.martin@demo.example", "amir.benali@demo.example"}
INES, IGOR, ALICE, AMIR = (
    "ines.caron@demo.example",
    "igor.lefevre@demo.example",
    "alice.martin@demo.example",
    "amir.benali@demo.example",
)


@pytest.fixture
def demande(world):
    """Alice's with Amir, to the CAF and the CPAM; its own mails are gone."""
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95], colleagues=[world.amir])
    run_jobs()
    mail.outbox.clear()
    return demande


def told():
    """Send what waits: the event of each mail and whom it went to."""
    mail.outbox.clear()
    run_jobs()
    found = {}
    for one in mail.outbox:
        (address,) = one.to
        assert address not in found, f"{address} is told twice"
        found[address] = one.extra_headers["X-Aplus-Evenement"]
    return found


def everyone(event, *groups):
    """The same event for all of these."""
    return dict.fromkeys(set().union(*groups), event)


def does(world, demande, who, act, **more):
    """An act of the box at the end of the thread."""
    text = "Un mot." if act in {"reponse", "precisions"} else ""
    sent.reply(world.user(who), demande, text, act, **more)


def in_app(demande, event):
    """Who is told in the application only."""
    lines = Notification.objects.filter(demande_id=demande.id, event=event, is_mail=False)
    return set(lines.values_list("person__email", flat=True))


class TestWhoIsTold:
    """The table of notifications.md §2."""

    def test_sent(self, world):
        sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95], colleagues=[world.amir])
        assert told() == everyone("envoi", CAF, CPAM, {AMIR})

    def test_sent_with_choices(self, world):
        Membership.objects.filter(user=world.igor).update(new_demandes=DigestChoice.GROUPED)
        Membership.objects.filter(user=world.remi).update(new_demandes=DigestChoice.NONE)
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        assert set(told()) == {CAF_BOX, INES}
        assert in_app(demande, "envoi") == {"remi.garnier@demo.example"}
        assert Notification.objects.get(demande_id=demande.id, state="groupe").person == world.igor
        sent.send(world.alice, world.fs_argenteuil, [world.caf95], urgency="expulsion")
        assert set(told()) == CAF
        assert all(one.subject.startswith("[A+] Urgent - ") for one in mail.outbox)

    def test_sent_to_a_groupe_without_a_mailbox(self, world):
        Groupe.objects.filter(pk=world.cpam95.pk).update(mailbox="")
        sent.send(world.alice, world.fs_argenteuil, [Groupe.objects.get(pk=world.cpam95.pk)])
        assert told() == {"paul.nguyen@demo.example": "envoi"}

    def test_opened_is_in_the_application_only(self, world, demande):
        actor = actor_for(world.ines.id)
        people.open_page(actor, load_demande(actor, demande.id))
        assert told() == {}
        assert in_app(demande, "ouverture") == AUTHORS

    @pytest.mark.parametrize("act", ["prise-en-charge", "precisions", "traitement", "incompetence"])
    def test_an_act_tells_the_author_s_side(self, world, demande, act):
        does(world, demande, "ines", act)
        assert told() == everyone(act, AUTHORS)

    def test_a_promise_has_its_own_word(self, world, demande):
        does(world, demande, "ines", "prise-en-charge", promised=clock.now().date() + timedelta(days=2))
        assert told() == everyone("promesse", AUTHORS)

    def test_closed_by_tick_tells_the_groupe(self, world, demande):
        does(world, demande, "ines", "traitement", closed_groupe_ids=[world.cpam95.id])
        assert told() == everyone("traitement", AUTHORS, CPAM)
        to_paul = next(one for one in mail.outbox if one.to == ["paul.nguyen@demo.example"])
        assert "Vous pouvez toujours prendre la demande en charge." in to_paul.body

    def test_a_reply_tells_who_follows_else_the_groupe(self, world, demande):
        does(world, demande, "alice", "reponse")
        assert told() == everyone("reponse", {AMIR}, CAF, CPAM)
        does(world, demande, "ines", "reponse")
        assert told() == everyone("reponse", AUTHORS, CPAM)
        does(world, demande, "alice", "reponse")
        assert told() == everyone("reponse", {AMIR, INES}, CPAM)

    def test_who_wrote_and_who_follows_the_demande_is_told(self, world, demande):
        does(world, demande, "ines", "prise-en-charge")
        does(world, demande, "igor", "reponse", is_note=True)
        Following.objects.create(demande=demande, user=world.remi, is_muted=False)
        told()
        does(world, demande, "alice", "reponse")
        assert set(told()) == {AMIR, INES, IGOR, "remi.garnier@demo.example"} | CPAM

    def test_who_mutes_is_not(self, world, demande):
        does(world, demande, "ines", "prise-en-charge")
        Following.objects.create(demande=demande, user=world.ines, is_muted=True)
        told()
        does(world, demande, "alice", "reponse")
        assert set(told()) == {AMIR} | CPAM

    def test_who_followed_and_has_left_the_groupe_leaves_the_groupe_told(self, world, demande):
        does(world, demande, "ines", "prise-en-charge")
        told()
        Membership.objects.filter(user=world.ines).delete()
        does(world, demande, "alice", "reponse")
        assert told() == everyone("reponse", {AMIR}, CAF - {INES}, CPAM)

    def test_a_note_tells_instructeurs_only(self, world, demande):
        does(world, demande, "ines", "reponse", is_note=True)
        assert told() == everyone("note", CAF - {INES}, CPAM)

    def test_a_note_is_nothing_to_a_co_author_with_another_hat(self, world, demande):
        """Amir is a co-author and, elsewhere in his life, an instructeur of the CAF: one side only."""
        for choice in (DigestChoice.EVERY, DigestChoice.GROUPED):
            Membership.objects.filter(user=world.amir, groupe=world.caf95).delete()
            Membership.objects.create(
                user=world.amir,
                groupe=world.caf95,
                is_instructeur=True,
                instructeur_since=clock.now(),
                created_at=clock.now(),
                new_demandes=choice,
            )
            does(world, demande, "ines", "reponse", is_note=True)
            assert AMIR not in told()
        assert not Notification.objects.filter(event="note", person=world.amir).exists()

    def test_who_became_a_co_author_meanwhile_is_told_of_no_note(self, world, demande):
        Membership.objects.create(user=world.igor, groupe=world.fs_argenteuil, is_aidant=True, created_at=clock.now())
        does(world, demande, "ines", "reponse", is_note=True)
        inviting.add_co_authors(actor_for(world.alice.id), demande.id, [world.igor.id], key=uuid4())
        found = told()
        assert found[IGOR] == "co-auteur"

    def test_an_invited_groupe(self, world, demande):
        by = inviting.Invitation(groupe_ids=[world.msa95.id], reason="Leur avis.")
        inviting.invite(actor_for(world.ines.id), demande.id, by, key=uuid4())
        assert told() == everyone("invitation", {"msa95@demo.example", world.agent_msa.email})
        assert in_app(demande, "invitation") == AUTHORS

    def test_an_expert(self, world, demande):
        by = inviting.Invitation(expert_ids=[world.elise.id])
        inviting.invite(actor_for(world.alice.id), demande.id, by, key=uuid4())
        assert told() == {world.elise.email: "invitation"}
        assert in_app(demande, "invitation") == set()

    def test_a_part_given(self, world, demande):
        actor = actor_for(world.ines.id)
        for to, expected in ((world.igor, {IGOR: "attribution"}), (world.ines, {})):
            people.give_part(actor, demande.id, groupe_id=world.caf95.id, user_id=to.id, key=uuid4())
            assert told() == expected

    def test_a_co_author(self, world, demande):
        inviting.add_co_authors(actor_for(world.alice.id), demande.id, [world.rachel.id], key=uuid4())
        assert told() == {world.rachel.email: "co-auteur"}

    def test_still_blocked_archived_reopened_tell_who_follows_else_the_groupe(self, world, demande):
        alice = actor_for(world.alice.id)
        does(world, demande, "ines", "traitement", closed_groupe_ids=[world.cpam95.id])
        told()
        closing.say_still_blocked(alice, demande.id, text="Encore.", key=uuid4())
        assert told() == everyone("toujours-bloque", {INES}, CPAM)
        closing.archive(alice, demande.id, unblocked="non", remark="", key=uuid4())
        assert told() == everyone("archivage", {INES}, CPAM)
        closing.bring_news(actor_for(world.paul.id), demande.id, text="Du nouveau.", key=uuid4())
        assert told() == everyone("nouveau", AUTHORS)
        closing.reopen(alice, demande.id, text="Encore.", key=uuid4())
        assert told() == everyone("reouverture", {INES}, CPAM)


class TestRightsAtTheTimeOfSending:
    """Between the act and the mail, who has lost access is told nothing."""

    def test_who_left_the_groupe(self, world):
        sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        Membership.objects.filter(user=world.igor).delete()
        assert set(told()) == CAF - {IGOR}
        assert Notification.objects.get(person=world.igor).state == "abandonne"

    def test_a_deactivated_account(self, world, demande):
        does(world, demande, "ines", "traitement")
        world.amir.is_active = False
        world.amir.save()
        assert set(told()) == {ALICE}

    def test_a_closed_groupe(self, world):
        sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        Groupe.objects.filter(pk=world.caf95.pk).update(closed_at=clock.now())
        assert told() == {}

    def test_an_expert_of_an_archived_demande(self, world, demande):
        by = inviting.Invitation(expert_ids=[world.elise.id])
        inviting.invite(actor_for(world.alice.id), demande.id, by, key=uuid4())
        closing.archive(actor_for(world.alice.id), demande.id, unblocked="oui", remark="", key=uuid4())
        assert world.elise.email not in told()


class TestWhatItSays:
    """Number, groupes, territoire, what happened, who did it, a link."""

    def test_to_a_person(self, world, demande):
        does(world, demande, "ines", "prise-en-charge")
        told()
        one = next(one for one in mail.outbox if one.to == [ALICE])
        parsed = message_from_string(one.message().as_string())
        assert parsed["Auto-Submitted"] == "auto-generated"
        assert parsed["X-Aplus-Demande"] == str(demande.number)
        assert parsed["Reply-To"] is None
        assert demande.id.hex in parsed["References"]
        label = f"{demande.number:,}".replace(",", " ")
        assert one.subject == f"[A+] Demande n° {label} prise en charge"
        assert "Inès Caron (CAF du Val-d'Oise) a pris la demande en charge." in one.body
        for words in ("France services Argenteuil", "Val-d'Oise (95)", "CAF du Val-d'Oise, CPAM du Val-d'Oise"):
            assert words in one.body
        link = f"http://testserver{sent.address(demande)}"
        assert link in one.body.splitlines()
        assert f'href="{link}"' in str(one.alternatives[0][0])

    def test_to_a_colleague_chosen_when_sending(self, world):
        sent.send(world.alice, world.fs_argenteuil, [world.caf95], colleagues=[world.amir])
        told()
        one = next(one for one in mail.outbox if one.to == [AMIR])
        assert "Alice Martin a envoyé cette demande et vous l’a partagée" in one.body

    def test_to_a_mailbox(self, world):
        sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        told()
        one = next(one for one in mail.outbox if one.to == [CAF_BOX])
        assert "Peuvent l’ouvrir pour CAF du Val-d'Oise\u00a0: Inès Caron, Rémi Garnier, Igor Lefèvre" in one.body

    def test_no_mail_signs_anyone_in(self, world, demande, client):
        does(world, demande, "ines", "traitement")
        told()
        address = mail.outbox[0].body.partition("http://testserver")[2].split()[0]
        assert client.get(address)["Location"].startswith("/connexion/?suite=")

    def test_a_refused_act_tells_nobody(self, world, demande):
        before = Notification.objects.count()
        with pytest.raises(DomainError):
            sent.reply(world.ines, demande, "", "reponse")
        assert Notification.objects.count() == before
        assert told() == {}
