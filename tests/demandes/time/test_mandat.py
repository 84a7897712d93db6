"""The end of a mandat: notices 30 and 7 days before, the end, archiving 30 days later; each once (demandes.md §8)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import mail

from aplus.accounts.models import Membership
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Territoire
from aplus.core import clock
from aplus.demandes import tasks
from aplus.demandes.models import Mandat, StepDone, Transition
from aplus.demandes.presenters.page.thread import event_text
from aplus.demandes.rules import mandat as rules
from aplus.demandes.services import closing
from aplus.demandes.services import mandat as service
from tests.demandes import sent
from tests.demandes.time.passing import everyone, lines, local, told
from tests.notifications.jobs import run_jobs

# After the personas of the tests came: what is archived before is not theirs.
ENDS = date(2027, 6, 30)
SENT = local("2027-04-30 10:00")
NOTICE, LAST_NOTICE, END, ARCHIVED = (
    local("2027-05-31 00:00"),
    local("2027-06-23 00:00"),
    local("2027-07-01 00:00"),
    local("2027-07-31 00:00"),
)
CAF = {"caf95@demo.example", "ines.caron@demo.example", "igor.lefevre@demo.example", "remi.garnier@demo.example"}


@pytest.fixture
def demande(world):
    """Alice's with Amir, to the CAF, which answered: its mandat ends on 30 June."""
    with clock.at(SENT):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95], colleagues=[world.amir], until=ENDS)
        run_jobs()
        sent.reply(world.ines, demande, act="precisions")
        run_jobs()
    return demande


@pytest.fixture
def authors(world):
    return [world.alice.email, world.amir.email]


def mandats(moment):
    """The job of this moment, and the mails it leads to."""
    with clock.at(moment):
        tasks.make_mandat_steps.func(0)
        return told()


def stored(demande):
    return Mandat.objects.get(demande=demande)


def ours(demande):
    """What the mandat has left in the history."""
    return [line for line in lines(demande) if line[0] == "END_MANDAT" or line[1] == "mandat"]


def renewed(world, demande, moment):
    with clock.at(moment):
        service.renew(actor_for(world.alice.id), demande.id, service.Renewal("oral", moment), key=uuid4())
        told()


def test_each_step_at_its_moment(demande, authors):
    minute = timedelta(minutes=1)
    assert mandats(NOTICE - minute) == {}
    assert mandats(NOTICE) == everyone("echeance-du-mandat", authors)
    assert mandats(LAST_NOTICE - minute) == {}
    assert mandats(LAST_NOTICE) == everyone("echeance-du-mandat", authors)
    assert mandats(END - minute) == {}
    assert mandats(END) == everyone("fin-du-mandat", authors)
    assert mandats(ARCHIVED - minute) == {}
    assert mandats(ARCHIVED) == everyone("archivage", authors, email_of_follower(demande))
    assert ours(demande) == [
        ("NOTICE", "mandat"),
        ("NOTICE", "mandat"),
        ("END_MANDAT", ""),
        ("ARCHIVE", "mandat"),
    ]
    assert sent.state(demande) == "ARCHIVED"
    assert (stored(demande).next_step, stored(demande).next_step_at) == ("", None)
    assert mandats(ARCHIVED + timedelta(days=200)) == {}


def email_of_follower(demande):
    """Who follows the part is told; else the groupe would be."""
    return demande.parts.get().followed_by.email


def test_again_changes_nothing(demande):
    for moment in (NOTICE, NOTICE, LAST_NOTICE, LAST_NOTICE, END, END):
        mandats(moment)
    assert StepDone.objects.filter(step__startswith="mandat").count() == 3
    assert len(ours(demande)) == 3


def test_the_mail_names_the_day_and_leads_to_the_renewal(demande, world):
    mandats(NOTICE)
    one = next(one for one in mail.outbox if one.to == [world.alice.email] and "mandat" in one.subject)
    assert "se termine le 30 juin 2027" in one.body
    assert f"/demandes/{demande.id}/#mandat" in one.body
    assert "Quartefeuille" not in one.body


def test_a_stopped_worker_catches_up_with_one_mail_and_archives_nobody_untold(demande, authors):
    late = ARCHIVED + timedelta(days=20)
    assert mandats(late) == everyone("fin-du-mandat", authors)
    assert sent.state(demande) != "ARCHIVED"
    assert mandats(late + timedelta(days=7) - timedelta(minutes=1)) == {}
    assert "archivage" in mandats(late + timedelta(days=7)).values()
    assert sent.state(demande) == "ARCHIVED"


def test_renewed_the_chain_begins_again(demande, world, authors):
    mandats(NOTICE)
    renewed(world, demande, LAST_NOTICE)
    for moment in (END, ARCHIVED):
        assert mandats(moment) == {}
    assert stored(demande).ends_on == date(2028, 6, 23)
    assert sent.state(demande) != "ARCHIVED"
    sent_again = local("2028-05-24 00:00")
    with clock.at(sent_again - timedelta(days=1)):
        sent.reply(world.alice, demande)
        run_jobs()
    assert mandats(sent_again) == everyone("echeance-du-mandat", authors)


def test_renewed_after_the_end_it_is_not_archived(demande, world):
    mandats(END)
    renewed(world, demande, END + timedelta(days=5))
    assert mandats(ARCHIVED) == {}
    assert sent.state(demande) != "ARCHIVED"


def test_an_archived_demande_has_no_notice_and_a_reopened_one_has(demande, world, authors):
    alice = actor_for(world.alice.id)
    with clock.at(SENT + timedelta(days=1)):
        closing.archive(alice, demande.id, unblocked="non", remark="", key=uuid4())
        told()
    assert mandats(NOTICE) == {}
    assert stored(demande).next_step == ""
    with clock.at(NOTICE + timedelta(days=1)):
        closing.reopen(alice, demande.id, text="Encore.", key=uuid4())
        told()
    assert stored(demande).next_step_at == LAST_NOTICE
    assert mandats(LAST_NOTICE) == everyone("echeance-du-mandat", authors)


def test_a_side_left_empty_is_not_archived(demande, world):
    mandats(END)
    Membership.objects.filter(user__in=[world.alice, world.amir], groupe=world.fs_argenteuil).update(is_aidant=False)
    assert mandats(ARCHIVED) == {}
    assert sent.state(demande) != "ARCHIVED"
    Membership.objects.filter(user=world.amir, groupe=world.fs_argenteuil).update(is_aidant=True)
    assert "archivage" in mandats(ARCHIVED + timedelta(days=7)).values()


def test_a_withdrawn_mandat_has_no_more_steps_here(demande, world):
    with clock.at(SENT + timedelta(days=1)):
        service.withdraw(actor_for(world.alice.id), demande.id, key=uuid4())
        told()
    before = stored(demande)
    assert mandats(ARCHIVED) == {}
    assert stored(demande).next_step_at == before.next_step_at


def test_midnights_are_those_of_the_territoire(world):
    Territoire.objects.filter(pk=world.fs_argenteuil.territoires.get().pk).update(timezone="Indian/Reunion")
    with clock.at(SENT):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95], until=ENDS)
    assert stored(demande).next_step_at == local("2027-05-31 00:00", "Indian/Reunion")


@pytest.mark.parametrize(
    ("sent_at", "step", "at"),
    [
        ("2027-05-30 23:59", "mandat-avis-30", NOTICE),
        ("2027-05-31 00:00", "mandat-avis-7", LAST_NOTICE),
        ("2027-06-23 00:00", "mandat-fin", END),
        ("2027-06-30 23:59", "mandat-fin", END),
    ],
)
def test_a_short_mandat_begins_further_on(world, sent_at, step, at):
    with clock.at(local(sent_at)):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95], until=ENDS)
    assert (stored(demande).next_step, stored(demande).next_step_at) == (step, at)


def test_a_clock_change_keeps_midnight():
    calendar = Territoire(code="95", timezone="Europe/Paris", local_holidays=[]).calendar
    at = dict(rules.steps(date(2026, 3, 29), calendar))
    assert at[rules.MandatStep.END] == local("2026-03-30 00:00")
    assert at[rules.MandatStep.NOTICE] == local("2026-02-27 00:00")


def test_the_thread_says_each_step(demande, world):
    for moment in (NOTICE, END, ARCHIVED):
        mandats(moment)
    said = [event_text(line, "") for line in Transition.objects.filter(demande=demande, actor=None, part=None)]
    assert "Le mandat se termine le 30 juin 2027 : la structure peut le renouveler." in said
    assert "Le mandat est terminé : plus aucun message tant qu’il n’est pas renouvelé." in said
    assert "La demande s’est archivée d’elle-même : le mandat est terminé depuis trente jours." in said
