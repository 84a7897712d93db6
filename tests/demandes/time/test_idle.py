"""Archiving by itself: after thirty days processed or six months of silence, never before its notices."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail

from aplus.accounts.models import Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.core import clock
from aplus.demandes import tasks
from aplus.demandes.models import Demande, Part, StepDone
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import closing, inviting, people
from aplus.notifications.models import Notification
from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.demandes.time.passing import everyone, keep_time, lines, local, pass_to, told

ALICE, RACHEL, SOPHIE, NORA = (
    "alice.martin@demo.example",
    "rachel.moreau@demo.example",
    "sophie.laurent@demo.example",
    "nora.petit@demo.example",
)


@pytest.fixture
def processed(world):
    """Processed by Inès on Monday 4 May 2026 at 9:00: its thirty days end with Wednesday 3 June."""
    with clock.at(local("2026-05-02 09:00")):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    with clock.at(local("2026-05-04 09:00")):
        sent.reply(world.ines, demande, "C’est réglé.", "traitement")
        told()
    return demande


@pytest.fixture
def silent(world):
    """Details asked on 31 August 2026: the six months end with 28 February 2027."""
    with clock.at(local("2026-08-31 09:00")):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        sent.reply(world.ines, demande, "Quel numéro ?", "precisions")
    with clock.at(local("2026-10-31 00:00")):
        keep_time()  # the reminders
    Notification.objects.all().delete()
    return demande


def stored(demande):
    return Demande.objects.get(pk=demande.pk)


class TestProcessed:
    def test_a_notice_then_archived_a_week_later(self, world, processed):
        assert stored(processed).next_step_at == local("2026-05-28 00:00")
        assert pass_to(local("2026-05-27 23:59")) == {}
        assert pass_to(local("2026-05-28 00:00")) == {ALICE: "preavis"}
        assert "s’archivera d’elle-même après le 3 juin 2026" in mail.outbox[0].body
        assert stored(processed).next_step_at == local("2026-06-04 00:00")
        assert pass_to(local("2026-06-03 23:59")) == {}
        assert sent.state(processed) == "PROCESSED"
        # The follower of the part, else its groupe, and the author's side.
        assert pass_to(local("2026-06-04 00:00")) == everyone("archivage", ALICE, "ines.caron@demo.example")
        assert (
            "d’elle-même\u00a0: elle était traitée, et personne n’y a agi pendant trente jours" in mail.outbox[0].body
        )
        demande = stored(processed)
        assert (demande.state, demande.next_step, demande.next_step_at, demande.noticed_at) == (
            "ARCHIVED",
            "",
            None,
            None,
        )
        assert lines(processed) == [("NOTICE", "traitee"), ("ARCHIVE", "traitee")]
        assert pass_to(local("2027-01-01 00:00")) == {}

    def test_both_sides_read_that_nobody_did_it(self, world, processed):
        pass_to(local("2026-05-28 00:00"))
        pass_to(local("2026-06-04 00:00"))
        with clock.at(local("2026-06-04 09:00")):
            for who in (world.alice, world.ines):
                words = Browser(who).read(processed).words
                assert "La demande est traitée, et sans nouvelle depuis trente jours" in words
                assert "La demande s’est archivée d’elle-même : traitée, et sans nouvelle" in words

    @pytest.mark.parametrize("who", ["alice", "ines"])
    def test_an_act_of_a_person_begins_the_delay_anew(self, world, processed, who):
        pass_to(local("2026-05-28 00:00"))
        with clock.at(local("2026-06-03 18:00")):
            sent.reply(world.user(who), processed, "Merci !")
            told()
        demande = stored(processed)
        assert (demande.next_step, demande.noticed_at) == ("traitee-preavis", None)
        assert demande.next_step_at == local("2026-06-27 00:00")
        assert pass_to(local("2026-06-04 00:00")) == {}

    def test_what_is_not_an_act_of_a_person_leaves_it(self, world, processed):
        """Reading, opening the page, and time itself."""
        with clock.at(local("2026-05-20 09:00")):
            people.open_page(actor_for(world.igor.id), load_demande(actor_for(world.igor.id), processed.id))
            Browser(world.alice).read(processed)
        assert pass_to(local("2026-05-28 00:00")) == {ALICE: "preavis"}

    def test_a_job_that_was_stopped_gives_the_notice_first(self, world, processed):
        late = local("2026-09-01 12:00")
        assert pass_to(late) == {ALICE: "preavis"}
        assert "après le 8 septembre 2026" in mail.outbox[0].body
        assert stored(processed).next_step_at == late + timedelta(days=7)
        assert pass_to(late + timedelta(days=7) - timedelta(seconds=1)) == {}
        assert pass_to(late + timedelta(days=7)) == everyone("archivage", ALICE, "ines.caron@demo.example")

    def test_the_hour_of_the_clock_change_does_not_shorten_the_week(self, world):
        """The notice of 25 March 2027 comes a week of 167 hours before the end of 31 March."""
        with clock.at(local("2027-03-01 09:00")):
            demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
            sent.reply(world.ines, demande, "Fait.", "traitement")
        with clock.at(local("2027-03-25 00:00")):
            keep_time()
        assert stored(demande).noticed_at == local("2027-03-25 00:00")
        assert stored(demande).next_step_at == local("2027-04-01 01:00")

    def test_reopened_it_lives_again(self, world, processed):
        pass_to(local("2026-05-28 00:00"))
        pass_to(local("2026-06-04 00:00"))
        with clock.at(local("2026-06-05 09:00")):
            closing.reopen(actor_for(world.alice.id), processed.id, text="Encore.", key=uuid4())
            told()
        demande, part = stored(processed), Part.objects.get(demande=processed)
        assert (demande.next_step, demande.next_step_at) == ("inactive-preavis-1", local("2026-11-06 00:00"))
        assert (part.next_step, part.next_step_at) == ("echeance", part.due_at)


class TestSilent:
    def test_two_notices_to_both_sides_then_archived(self, world, silent):
        both = (ALICE, "ines.caron@demo.example")
        assert stored(silent).next_step_at == local("2027-01-30 00:00")
        assert pass_to(local("2027-01-30 00:00")) == everyone("preavis", *both)
        assert all("après le 28 février 2027" in one.body for one in mail.outbox)
        assert pass_to(local("2027-02-21 23:59")) == {}
        assert pass_to(local("2027-02-22 00:00")) == everyone("preavis", *both)
        assert pass_to(local("2027-02-28 23:59")) == {}
        assert pass_to(local("2027-03-01 00:00")) == everyone("archivage", *both)
        assert sent.state(silent) == "ARCHIVED"
        assert lines(silent)[-3:] == [("NOTICE", "inactive"), ("NOTICE", "inactive"), ("ARCHIVE", "inactive")]
        part = Part.objects.get(demande=silent)
        assert (part.next_step, part.next_step_at, part.due_at) == ("", None, None)

    def test_after_a_stop_one_notice_and_a_week(self, world, silent):
        late = local("2027-04-10 09:00")
        assert pass_to(late)[ALICE] == "preavis"
        assert lines(silent)[-1:] == [("NOTICE", "inactive")]
        assert [step.step for step in StepDone.objects.filter(part=None)] == [
            "inactive-preavis-1",
            "inactive-preavis-2",
        ]
        assert pass_to(late + timedelta(days=6, hours=23)) == {}
        pass_to(late + timedelta(days=7))
        assert sent.state(silent) == "ARCHIVED"

    def test_not_while_no_addressed_groupe_has_an_active_instructeur(self, world, silent):
        User.objects.filter(pk__in=[world.ines.pk, world.igor.pk, world.remi.pk]).update(is_active=False)
        for day in range(40):
            assert pass_to(local("2027-03-01 00:00") + timedelta(days=day)) == {}
        assert sent.state(silent) == "IN_PROGRESS"
        assert stored(silent).next_step == "inactive-preavis-1"
        # Somebody is back: the notice comes first, the week after it.
        User.objects.filter(pk=world.igor.pk).update(is_active=True)
        back = local("2027-05-01 09:00")
        assert pass_to(back)[ALICE] == "preavis"
        pass_to(back + timedelta(days=6))
        assert sent.state(silent) == "IN_PROGRESS"
        pass_to(back + timedelta(days=7))
        assert sent.state(silent) == "ARCHIVED"


@pytest.mark.parametrize(
    ("acted", "archived"),
    [
        ("2027-08-29", "2028-02-29"),  # a leap year
        ("2027-08-31", "2028-02-29"),
        ("2026-08-29", "2027-02-28"),
        ("2028-02-29", "2028-08-29"),
        ("2026-12-31", "2027-06-30"),
        ("2026-07-01", "2027-01-01"),
    ],
)
def test_six_months(world, acted, archived):
    with clock.at(local(f"{acted} 12:00")):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    Part.objects.update(next_step="", next_step_at=None)
    end = local(f"{archived} 00:00") + timedelta(days=1)
    with clock.at(end - timedelta(days=31, hours=2)):
        keep_time()
    assert lines(demande) == []
    for days in (30, 7):
        with clock.at(end - timedelta(days=days) + timedelta(hours=1)):
            keep_time()
    assert lines(demande) == [("NOTICE", "inactive")] * 2
    with clock.at(end - timedelta(minutes=1)):
        keep_time()
    assert sent.state(demande) == "SENT"
    with clock.at(end + timedelta(hours=2)):
        keep_time()
    assert sent.state(demande) == "ARCHIVED"


class TestLeftAlone:
    """A demande is never closed because somebody left."""

    @pytest.fixture
    def alone(self, world, processed):
        Membership.objects.filter(user=world.alice).delete()
        return processed

    def night(self, moment):
        """The nightly search, then the minute that follows it."""
        with clock.at(moment):
            tasks.find_left_alone.func(0)
        return pass_to(moment)

    def test_the_responsables_then_the_superviseurs_are_asked_to_hand_over(self, world, alone):
        assert self.night(local("2026-05-11 03:41")) == {RACHEL: "passation-demandee"}
        (one,) = mail.outbox
        assert f"/groupes/{world.fs_argenteuil.id}/demandes/" in one.body
        for word in (sent.address(alone), "Quartefeuille", "CAF", "Allocation"):
            assert word not in one.body
        assert self.night(local("2026-05-12 03:41")) == {}
        assert pass_to(local("2026-05-19 23:59")) == {}
        # Five business days after Monday 11: Ascension day is one of the days between.
        assert pass_to(local("2026-05-20 00:00")) == {SOPHIE: "passation-demandee"}
        for day in range(200):
            assert self.night(local("2026-05-20 03:41") + timedelta(days=day)) == {}
        assert sent.state(alone) == "PROCESSED"
        assert lines(alone) == [("ASK_HAND_OVER", "responsables"), ("ASK_HAND_OVER", "superviseurs")]

    def test_nobody_to_ask(self, world, alone):
        Membership.objects.filter(user=world.rachel).delete()
        User.objects.filter(pk=world.sophie.pk).update(is_active=False)
        assert self.night(local("2026-05-11 03:41")) == {NORA: "passation-demandee"}
        assert lines(alone) == [
            ("ASK_HAND_OVER", "responsables-aucun"),
            ("ASK_HAND_OVER", "superviseurs-aucun"),
            ("ASK_HAND_OVER", "administrateurs"),
        ]
        assert self.night(local("2026-05-31 03:41")) == {}

    def test_emptied_just_before_the_moment(self, world, processed):
        """The step itself looks, whatever the night found."""
        pass_to(local("2026-05-28 00:00"))
        User.objects.filter(pk=world.alice.pk).update(is_active=False)
        assert pass_to(local("2026-06-04 00:00")) == {RACHEL: "passation-demandee"}
        assert sent.state(processed) == "PROCESSED"

    def test_a_word_of_the_other_side_does_not_end_the_asking(self, world, alone):
        self.night(local("2026-05-11 03:41"))
        with clock.at(local("2026-05-13 09:00")):
            sent.reply(world.ines, alone, "Toujours là ?")
            told()
        assert stored(alone).next_step == "passation-superv"
        assert pass_to(local("2026-05-20 00:00")) == {SOPHIE: "passation-demandee"}

    def test_somebody_came_back(self, world, alone):
        self.night(local("2026-05-11 03:41"))
        now = local("2026-07-01 09:00")
        Membership.objects.create(user=world.alice, groupe=world.fs_argenteuil, is_aidant=True, created_at=now)
        # The notice first: whoever came back was told of none.
        assert pass_to(now) == {ALICE: "preavis"}
        assert pass_to(now + timedelta(days=6)) == {}
        assert sent.state(alone) == "PROCESSED"
        pass_to(now + timedelta(days=7))
        assert sent.state(alone) == "ARCHIVED"

    def test_a_co_author_is_somebody(self, world, processed):
        with clock.at(local("2026-05-05 09:00")):
            inviting.add_co_authors(actor_for(world.alice.id), processed.id, [world.amir.id], key=uuid4())
            told()
        Membership.objects.filter(user=world.alice).delete()
        assert self.night(local("2026-05-11 03:41")) == {}
        Membership.objects.filter(user=world.amir).update(is_aidant=False)
        assert self.night(local("2026-05-12 03:41")) == {RACHEL: "passation-demandee"}

    def test_asked_only_who_may_still_hand_over_when_the_mail_leaves(self, world, alone):
        with clock.at(local("2026-05-11 03:41")):
            tasks.find_left_alone.func(0)
            keep_time()
        Membership.objects.filter(user=world.rachel).update(is_responsable=False)
        assert told() == {}

    def test_who_is_deactivated_before_the_mail_leaves_is_told_nothing(self, world, processed):
        with clock.at(local("2026-05-28 00:00")):
            keep_time()
        User.objects.filter(pk=world.alice.pk).update(is_active=False)
        assert told() == {}

    def test_an_archived_one_asks_nobody(self, world, processed):
        with clock.at(local("2026-05-05 09:00")):
            closing.archive(actor_for(world.alice.id), processed.id, unblocked="oui", remark="", key=uuid4())
            told()
        Membership.objects.filter(user=world.alice).delete()
        assert self.night(local("2026-05-11 03:41")) == {}
