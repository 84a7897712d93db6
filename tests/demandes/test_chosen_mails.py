"""What each person chose to be told, made real: at once, grouped at 9:00 and 14:00, or in the application only."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from aplus.accounts.models import DigestChoice, MailChoice, Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.queries.choices import mail_plans
from aplus.accounts.rules.choices import next_grouped
from aplus.annuaire.models import Groupe, Territoire
from aplus.core import clock
from aplus.demandes.models import Demande, Following
from aplus.demandes.services import absences, inviting
from aplus.notifications import services as notifications
from aplus.notifications.models import Notification, State
from tests.demandes import sent
from tests.notifications.jobs import run_jobs
from tests.personas import World

pytestmark = pytest.mark.django_db
# A Tuesday, 10:00 in Paris.
TEN = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
TWO = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
ALICE = "alice.martin@demo.example"


def choose(users: Sequence[User], choice: MailChoice, **more: Any) -> None:
    User.objects.filter(pk__in=[user.pk for user in users]).update(mail_choice=choice, **more)


def at(moment: datetime) -> Any:
    return clock.at(moment)


def mailed(event: str = "") -> list[str]:
    """Who got such a mail, and none is left in the box."""
    run_jobs()
    found = [one.to[0] for one in mail.outbox if not event or one.extra_headers["X-Aplus-Evenement"] == event]
    mail.outbox.clear()
    return sorted(found)


def digests(moment: datetime) -> list[Any]:
    """The grouped mails that leave at this moment, by a job that runs twice."""
    with at(moment):
        run_jobs()
        mail.outbox.clear()
        for _ in range(2):
            notifications.send_digests()
            run_jobs()
    return [one for one in mail.outbox if one.extra_headers["X-Aplus-Evenement"] == "recapitulatif"]


def demande_of(world: World, **options: Any) -> Demande:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95], **options)
    mailed()
    return demande


@pytest.mark.parametrize(
    ("now", "hours", "timezone", "expected"),
    [
        (TEN, (9, 14), "Europe/Paris", TWO),
        (TWO, (9, 14), "Europe/Paris", datetime(2026, 3, 4, 8, tzinfo=UTC)),
        (TEN, (9,), "Europe/Paris", datetime(2026, 3, 4, 8, tzinfo=UTC)),
        (TEN, (), "Europe/Paris", TWO),
        (TEN, (9, 14), "Indian/Reunion", datetime(2026, 3, 3, 10, tzinfo=UTC)),
        (TEN, (9, 14), "Pacific/Noumea", datetime(2026, 3, 3, 22, tzinfo=UTC)),
        # Clocks change in the night: 9:00 is an hour earlier, or later, than the day before.
        (datetime(2026, 3, 28, 20, tzinfo=UTC), (9,), "Europe/Paris", datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (datetime(2026, 10, 24, 20, tzinfo=UTC), (9,), "Europe/Paris", datetime(2026, 10, 25, 8, tzinfo=UTC)),
        (datetime(2026, 3, 7, 20, tzinfo=UTC), (9,), "America/Miquelon", datetime(2026, 3, 8, 11, tzinfo=UTC)),
        (datetime(2026, 3, 8, 20, tzinfo=UTC), (9,), "America/Martinique", datetime(2026, 3, 9, 13, tzinfo=UTC)),
        # Already tomorrow there, still today there.
        (datetime(2026, 3, 3, 21, tzinfo=UTC), (14,), "Pacific/Wallis", datetime(2026, 3, 4, 2, tzinfo=UTC)),
        (datetime(2026, 3, 4, 1, tzinfo=UTC), (14,), "Pacific/Tahiti", datetime(2026, 3, 5, 0, tzinfo=UTC)),
    ],
)
def test_the_next_hour_is_that_of_the_territoire(
    now: datetime, hours: Sequence[int], timezone: str, expected: datetime
) -> None:
    assert next_grouped(now, hours, timezone) == expected


def test_whoever_has_no_territoire_lives_in_paris(world: World) -> None:
    with at(TEN):
        plans = mail_plans([world.nora.pk, world.alice.pk])
    assert {plan.next_grouped for plan in plans.values()} == {TWO}


def test_grouped_lists_each_thing_once_at_the_hour(world: World) -> None:
    choose([world.alice], MailChoice.GROUPED)
    with at(TEN):
        demande, other = demande_of(world), demande_of(world)
        sent.reply(world.ines, demande, act="prise-en-charge")
        sent.reply(world.ines, demande)
        sent.reply(world.ines, other)
        assert mailed() == []
    assert digests(TWO - timedelta(seconds=1)) == []
    (one,) = digests(TWO)
    text = str(one.body)

    assert (one.to, one.subject) == ([ALICE], "[A+] 3 nouvelles de vos demandes")
    assert text.count("Inès Caron (CAF du Val-d'Oise)") == 3
    for listed, number in ((demande, 2), (other, 1)):
        address = f"http://testserver/demandes/{listed.pk}/"
        assert text.splitlines().count(address) == number
        assert str(one.alternatives[0][0]).count(f'href="{address}"') == number
    assert "Quartefeuille" not in text
    assert digests(TWO + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("zone", "first", "second"),
    [
        ("Europe/Paris", datetime(2026, 3, 28, 8, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        ("Indian/Reunion", datetime(2026, 3, 28, 5, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),
        ("America/Cayenne", datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC)),
    ],
)
def test_at_nine_over_there_each_day_also_when_clocks_change(
    world: World, zone: str, first: datetime, second: datetime
) -> None:
    Territoire.objects.update(timezone=zone)
    choose([world.alice], MailChoice.GROUPED, mail_hours=[9])
    for hour in (first, second):
        with at(hour - timedelta(hours=2)):
            sent.reply(world.ines, demande_of(world))
        assert digests(hour - timedelta(seconds=1)) == []
        assert len(digests(hour)) == 1


def test_what_happened_on_one_demande_stands_together(world: World) -> None:
    choose([world.alice], MailChoice.GROUPED)
    with at(TEN):
        demande, other = demande_of(world), demande_of(world)
    for minute, listed in enumerate((demande, other, demande, other)):
        with at(TEN + timedelta(minutes=minute)):
            sent.reply(world.ines, listed)
    (one,) = digests(TWO)
    found = [line for line in str(one.body).splitlines() if "/demandes/" in line]
    assert found == [f"http://testserver/demandes/{listed.pk}/" for listed in (demande, demande, other, other)]


def mute(demande: Demande, *people: User) -> None:
    for person in people:
        Following.objects.create(demande=demande, user=person, is_muted=True)


def test_muting_leaves_what_is_always_told_on_both_sides(world: World) -> None:
    with at(TEN):
        demande = demande_of(world)
        mute(demande, world.alice, world.ines)
        for act, told in (("prise-en-charge", []), ("reponse", []), ("precisions", [ALICE]), ("traitement", [ALICE])):
            sent.reply(world.igor, demande, act=act)
            assert [one for one in mailed() if one in {ALICE, world.ines.email}] == told, act


def test_of_an_urgent_demande_who_mutes_is_told_too(world: World) -> None:
    with at(TEN):
        demande = demande_of(world, urgency="expulsion")
        mute(demande, world.alice)
        sent.reply(world.igor, demande)
        assert ALICE in mailed()


def test_a_groupe_that_is_invited_is_told_as_its_members_chose(world: World) -> None:
    """Whoever is invited by name is told at once; being in an invited groupe is being sent a demande."""
    choose([world.paul, world.agent_msa, world.elise], MailChoice.NONE)
    with at(TEN):
        demande = demande_of(world)
        by = inviting.Invitation(groupe_ids=[world.cpam95.pk], expert_ids=[world.elise.pk], reason="Leur avis.")
        inviting.invite(actor_for(world.alice.pk), demande.pk, by, key=uuid4())
        assert mailed("invitation") == ["cpam95@demo.example", world.elise.email]


def test_whoever_stays_in_a_groupe_without_mailbox_is_told_whatever_they_chose(world: World) -> None:
    Groupe.objects.filter(pk=world.caf95.pk).update(is_mailbox_told=False)
    choose([world.ines, world.remi], MailChoice.NONE)
    groupe = Groupe.objects.get(pk=world.caf95.pk)
    with at(TEN):
        sent.send(world.alice, world.fs_argenteuil, [groupe])
        assert mailed("envoi") == [world.igor.email]
        Membership.objects.filter(user=world.igor).delete()
        sent.send(world.alice, world.fs_argenteuil, [groupe])
        assert mailed("envoi") == [world.ines.email, world.remi.email]


@pytest.mark.parametrize(
    ("choice", "at_once", "later"),
    [("chaque", {"igor", "remi"}, set()), ("groupe", {"remi"}, {"igor"}), ("aucun", {"remi"}, set())],
)
def test_absences_are_told_as_people_chose(world: World, choice: str, at_once: set[str], later: set[str]) -> None:
    choose([world.igor, world.amir], MailChoice(choice))
    with at(TEN):
        demande = demande_of(world)
        sent.reply(world.ines, demande, act="prise-en-charge")
        mailed()
        for who, colleagues in ((world.ines, {}), (world.alice, {world.fs_argenteuil.pk: world.amir.pk})):
            days = absences.Days(TEN.date(), TEN.date(), colleagues)
            absences.plan_own(actor_for(who.pk), days, key=uuid4(), location="/moi/")
        # Amir is called to her demandes: told at once in any case.
        expected = {world.user(who).email for who in at_once} | {world.amir.email, "caf95@demo.example"}
        assert set(mailed("absence")) == expected
    assert {one.to[0] for one in digests(TWO)} == {world.user(who).email for who in later}


def test_a_stop_is_made_up_for_and_later_acts_wait_for_their_own_hour(world: World) -> None:
    choose([world.alice], MailChoice.GROUPED, mail_hours=[9])
    with at(TEN):
        demande = demande_of(world)
        sent.reply(world.ines, demande)
    with at(TEN + timedelta(days=1, minutes=30)):
        sent.reply(world.ines, demande)
    (late,) = digests(TEN + timedelta(days=1, minutes=31))
    assert late.subject == "[A+] 1 nouvelle de vos demandes"
    (following,) = digests(TEN + timedelta(days=3))
    assert following.subject == late.subject


def test_none_is_told_in_the_application_but_for_what_is_always_told(world: World) -> None:
    choose([world.alice], MailChoice.NONE)
    with at(TEN):
        demande = demande_of(world)
        for act, told in (("prise-en-charge", []), ("reponse", []), ("precisions", [ALICE]), ("traitement", [ALICE])):
            sent.reply(world.ines, demande, act=act)
            assert mailed() == told, act
    shown = Notification.objects.filter(person=world.alice, is_mail=False).values_list("event", flat=True)

    assert set(shown) == {"prise-en-charge", "reponse"}
    assert digests(TWO) == []


@pytest.mark.parametrize("choice", [MailChoice.GROUPED, MailChoice.NONE])
def test_an_urgent_demande_is_told_at_once_whatever_one_chose(world: World, choice: MailChoice) -> None:
    choose([world.alice, world.ines, world.igor, world.remi], choice)
    Membership.objects.filter(user__in=[world.ines, world.igor]).update(new_demandes=DigestChoice.NONE)
    with at(TEN):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95], urgency="expulsion")
        assert len(mailed("envoi")) == 4
        sent.reply(world.ines, demande, act="prise-en-charge")
        assert mailed() == [ALICE]
    assert digests(TWO) == []


@pytest.mark.parametrize(
    ("own", "of_groupe", "expected"),
    [
        ("chaque", "chaque", "at once"),
        ("chaque", "groupe", "grouped"),
        ("chaque", "aucun", "in app"),
        ("groupe", "chaque", "grouped"),
        ("groupe", "groupe", "grouped"),
        ("groupe", "aucun", "in app"),
        ("aucun", "chaque", "in app"),
        ("aucun", "groupe", "in app"),
    ],
)
def test_of_two_choices_the_quieter_one_holds_for_new_demandes(
    world: World, own: str, of_groupe: str, expected: str
) -> None:
    choose([world.igor], MailChoice(own))
    Membership.objects.filter(user=world.igor).update(new_demandes=of_groupe)
    with at(TEN):
        sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        is_at_once = world.igor.email in mailed("envoi")
    is_grouped = [one.to for one in digests(TWO)] == [[world.igor.email]]

    assert {"at once": (True, False), "grouped": (False, True), "in app": (False, False)}[expected] == (
        is_at_once,
        is_grouped,
    )
    assert Notification.objects.filter(person=world.igor, event="envoi").count() == 1


def test_rights_are_asked_again_when_the_grouped_mail_leaves(world: World) -> None:
    choose([world.alice, world.igor], MailChoice.GROUPED)
    with at(TEN):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        run_jobs()
        sent.reply(world.ines, demande)
    Membership.objects.filter(user=world.igor).delete()
    User.objects.filter(pk=world.alice.pk).update(is_active=False)

    assert digests(TWO) == []
    assert set(Notification.objects.filter(event="recapitulatif").values_list("state", flat=True)) == {State.DROPPED}


def test_choosing_none_leaves_in_the_application_what_was_waiting(world: World) -> None:
    choose([world.alice], MailChoice.GROUPED)
    with at(TEN):
        sent.reply(world.ines, demande_of(world))
        notifications.ungroup(world.alice.pk)

    assert digests(TWO) == []
    assert Notification.objects.filter(person=world.alice, is_mail=False, state=State.SENT).count() == 1


def test_a_hundred_things_fill_a_mail_and_the_others_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "ITEMS_AT_MOST", 2)
    choose([world.alice, world.amir], MailChoice.GROUPED)
    with at(TEN):
        demande = demande_of(world, colleagues=[world.amir])
        for _ in range(3):
            sent.reply(world.ines, demande)
    found = [(one.to[0], one.subject.split()[1]) for one in digests(TWO)]

    # Of the sending Amir was told at once: he was called to it.
    assert sorted(found) == [(ALICE, "1"), (ALICE, "2"), (world.amir.email, "1"), (world.amir.email, "2")]
