"""The summary of the week: to responsables unless they chose otherwise, to who asked; once, with the numbers of now."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from aplus.accounts.models import MailChoice, Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Territoire
from aplus.core import clock
from aplus.demandes.services import closing, weekly
from aplus.notifications.models import Notification
from tests.demandes import sent
from tests.notifications.jobs import run_jobs

# Monday at 8:30 in Paris.
MONDAY = datetime(2026, 5, 4, 6, 30, tzinfo=UTC)


def told(at=MONDAY):
    with clock.at(at):
        weekly.tell_summaries()
        run_jobs()


def summaries(mailoutbox):
    return {mail.to[0]: mail for mail in mailoutbox if mail.extra_headers["X-Aplus-Evenement"] == "resume"}


@pytest.fixture
def demande(world):
    """Alice's demande to the CAF, nobody has taken it in charge, and it is overdue by that Monday."""
    with clock.at(datetime(2026, 4, 1, 8, tzinfo=UTC)):
        return sent.send(world.alice, world.fs_argenteuil, [world.caf95])


def test_responsables_are_told_what_waits_in_their_groupes(world, demande, mailoutbox):
    told()
    mails = summaries(mailoutbox)
    assert mails.keys() == {world.remi.email}
    text = " ".join(mails[world.remi.email].body.split())
    assert "CAF du Val-d'Oise : 1 demande à prendre en charge, 1 demande en souffrance." in text
    assert "Dans vos demandes : 1 demande à traiter, 1 demande en souffrance." in text
    assert f"/groupes/{world.caf95.pk}/demandes/" in text


def test_each_thing_is_counted_once_under_each_name(world, demande, mailoutbox):
    """Beside the one that is overdue: one taken in charge, one processed, one archived, one of another groupe."""
    with clock.at(MONDAY - timedelta(days=1)):
        taken, processed, archived = (sent.send(world.alice, world.fs_argenteuil, [world.caf95]) for _ in range(3))
        sent.send(world.alice, world.fs_argenteuil, [world.cpam95])
        sent.reply(world.ines, taken, act="prise-en-charge")
        for one in (processed, archived):
            sent.reply(world.ines, one, act="traitement")
        closing.archive(actor_for(world.alice.pk), archived.pk, unblocked="oui", remark="", key=uuid4())
        sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    told()
    mails = summaries(mailoutbox)
    of_caf = " ".join(mails[world.remi.email].body.split())
    assert "CAF du Val-d'Oise : 2 demandes à prendre en charge, 1 demande en souffrance." in of_caf
    assert "à archiver" not in of_caf.split("CAF du Val-d'Oise :")[1]
    of_structure = " ".join(mails[world.rachel.email].body.split())
    assert "France services Argenteuil : 1 demande traitée à archiver." in of_structure


def test_an_aidant_who_chose_it_is_told_of_their_own(world, demande, mailoutbox):
    User.objects.filter(pk=world.alice.pk).update(weekly_summary=True)
    User.objects.filter(pk=world.remi.pk).update(weekly_summary=False)
    told()
    assert summaries(mailoutbox).keys() == {world.alice.email}
    assert "groupe" not in summaries(mailoutbox)[world.alice.email].body.split("Choisir")[0]


def test_it_says_nothing_of_any_demande(world, demande, mailoutbox):
    told()
    mail = summaries(mailoutbox)[world.remi.email]
    everything = mail.subject + mail.body + mail.alternatives[0][0] + str(mail.extra_headers)
    for canary in ("Allocation suspendue", "Quartefeuille", "Ondine", str(demande.pk), str(demande.number)):
        assert canary not in everything


def test_once_a_week_however_often_the_job_runs(world, demande, mailoutbox):
    for late in (timedelta(), timedelta(minutes=1), timedelta(hours=9)):
        told(MONDAY + late)
    assert len([mail for mail in mailoutbox if mail.extra_headers["X-Aplus-Evenement"] == "resume"]) == 1
    told(MONDAY + timedelta(days=7))
    assert len([mail for mail in mailoutbox if mail.extra_headers["X-Aplus-Evenement"] == "resume"]) == 2


@pytest.mark.parametrize("hours", [-3, -24, 24, 16], ids=["before eight", "sunday", "tuesday", "the next night"])
def test_not_at_another_time(world, demande, mailoutbox, hours):
    told(MONDAY + timedelta(hours=hours))
    assert not summaries(mailoutbox)


def test_in_the_time_of_the_territoire(world, demande, mailoutbox):
    """In Martinique, Monday at eight is Monday at 12:00 UTC."""
    Territoire.objects.filter(pk="95").update(timezone="America/Martinique")
    told(MONDAY)
    assert not summaries(mailoutbox)
    told(datetime(2026, 5, 4, 12, 5, tzinfo=UTC))
    assert summaries(mailoutbox).keys() == {world.remi.email}


def test_nothing_waits_nothing_is_sent(world, mailoutbox):
    told()
    assert not summaries(mailoutbox)


def test_who_wants_no_mail_or_has_lost_the_role_is_not_told(world, demande, mailoutbox):
    User.objects.filter(pk=world.remi.pk).update(mail_choice=MailChoice.NONE)
    told()
    assert not Notification.objects.filter(event="resume", person=world.remi).exists()
    User.objects.filter(pk=world.remi.pk).update(mail_choice=MailChoice.EACH)
    with clock.at(MONDAY):
        weekly.tell_summaries()
        assert Notification.objects.filter(event="resume", person=world.remi).exists()
        Membership.objects.filter(user=world.remi).delete()
        run_jobs()
    assert not summaries(mailoutbox)


def test_a_closed_account_is_not_told(world, demande, mailoutbox):
    User.objects.filter(pk=world.remi.pk).update(is_active=False, deactivated_at=clock.now())
    told()
    assert not summaries(mailoutbox)


def test_what_is_processed_is_to_archive_for_the_responsable_of_the_structure(world, demande, mailoutbox):
    type(demande).objects.filter(pk=demande.pk).update(state="PROCESSED")
    told()
    text = " ".join(summaries(mailoutbox)[world.rachel.email].body.split())
    assert "France services Argenteuil : 1 demande traitée à archiver." in text
