"""Days away: a colleague takes one's place, is told, and leaves what they did not touch (demandes.md §6)."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from procrastinate.contrib.django import app

from aplus.accounts.models import Absence, Membership
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Territoire
from aplus.core import clock as core_clock
from aplus.core.errors import AlreadyDone, Overtaken, Refused, Unknown
from aplus.demandes.models import Participant, Transition
from aplus.demandes.services import absences, inviting, standing_in
from aplus.demandes.services.absences import Days
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.demandes.one.cast import written
from tests.notifications.jobs import run_jobs

# The clock of these tests stands at Thursday 30 April 2026.
FIRST, LAST = date(2026, 4, 30), date(2026, 5, 8)
SUMMER = (date(2026, 7, 1), date(2026, 7, 14))


@pytest.fixture
def demande(world):
    """Alice's, to the CAF and the CPAM."""
    return sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])


def away(world, who="alice", first=FIRST, last=LAST, colleague="amir", key=None):
    """This person says that they are away; the colleague is for France services Argenteuil."""
    named = {world.fs_argenteuil.id: world.user(colleague).id} if colleague else {}
    days = Days(first, last, named)
    absences.plan_own(actor_for(world.user(who).id), days, key=key or uuid4(), location="/moi/")
    return Absence.objects.order_by("-created_at", "-from_date").first()


def on_it(demande):
    """Who is on the author's side."""
    rows = Participant.objects.filter(demande=demande, until=None).select_related("user")
    return sorted(row.user.first_name for row in rows)


def told(event, what=None):
    """Whom this event told: (first name or "mailbox", by mail)."""
    rows = Notification.objects.filter(event=event).select_related("person")
    if what is not None:
        rows = rows.filter(codes__quoi=what)
    return {(row.person.first_name if row.person else "mailbox", row.is_mail) for row in rows}


def authors(found):
    """Those of the author's side."""
    return {(name, is_mailed) for name, is_mailed in found if name in {"Alice", "Amir", "Nadia"}}


def back(world, absence, who="alice", key=None):
    absences.finish_early(actor_for(world.user(who).id), absence, key=key or uuid4(), location="/moi/")


@pytest.fixture
def day(clock):
    """day(month, day, hour) moves the clock there, in UTC, and runs the job twice: the second time is nothing."""

    def go(month, number, hour=12, minute=0):
        clock.move_to(datetime(2026, month, number, hour, minute, tzinfo=UTC), tick=False)
        standing_in.make_due()
        before = written()
        standing_in.make_due()
        assert written() == before

    return go


class TestAtOnce:
    """An absence whose first day has come."""

    def test_the_colleague_is_on_the_open_demandes_of_the_structure(self, world, demande):
        away(world)
        assert on_it(demande) == ["Alice", "Amir"]
        line = "Amir Benali remplace Alice Martin, en absence jusqu’au 8 mai 2026."
        assert "Amir Benali (remplace Alice Martin)" in Browser(world.alice).read(demande).words
        for who in (world.alice, world.amir, world.ines):
            assert line in Browser(who).read(demande).words
        assert JournalLine.objects.filter(act="remplacement", demande_id=demande.id, actor_id=None).count() == 1

    def test_not_on_those_of_others_nor_archived_nor_of_another_structure(self, world, demande):
        Membership.objects.create(
            user=world.alice, groupe=world.ccas_cergy, is_aidant=True, created_at=core_clock.now()
        )
        others = sent.send(world.rachel, world.fs_argenteuil, [world.caf95])
        elsewhere = sent.send(world.alice, world.ccas_cergy, [world.caf95])
        Browser(world.alice).submit(demande, "archivage", leve="oui")
        away(world)
        assert [on_it(one) for one in (demande, others, elsewhere)] == [["Alice"], ["Rachel"], ["Alice"]]

    def test_a_co_author_s_too_and_not_twice(self, world, demande):
        inviting.add_co_authors(actor_for(world.alice.id), demande.id, [world.amir.id], key=uuid4())
        before = Transition.objects.count()
        away(world)
        assert Transition.objects.count() == before
        away(world, "amir", colleague="nadia")
        assert on_it(demande) == ["Alice", "Amir", "Nadia"]

    def test_the_colleague_is_told_once_with_the_numbers(self, world, demande):
        away(world)
        assert told("absence", standing_in.REPLACES) == {("Amir", True)}
        run_jobs()
        line = Notification.objects.get(codes__quoi=standing_in.REPLACES)
        assert line.state == "envoye"

    def test_the_colleague_gets_her_mails_she_gets_the_line(self, world, demande):
        away(world)
        sent.reply(world.ines, demande)
        assert authors(told("reponse")) == {("Amir", True), ("Alice", False)}
        sent.reply(world.amir, demande, "Voici.")
        assert ("Alice", True) not in told("reponse")

    def test_without_a_colleague(self, world, demande):
        away(world, colleague=None)
        assert on_it(demande) == ["Alice"]
        sent.reply(world.ines, demande)
        assert authors(told("reponse")) == {("Alice", True)}


class TestDays:
    """Days begin and end at midnight, where the person works."""

    def test_starts_and_ends_by_itself(self, world, demande, day):
        absence = away(world, first=SUMMER[0], last=SUMMER[1])
        day(6, 30, 21, 59)
        assert on_it(demande) == ["Alice"]
        day(6, 30, 22, 1)
        assert on_it(demande) == ["Alice", "Amir"]
        day(7, 14, 21, 59)
        assert on_it(demande) == ["Alice", "Amir"]
        day(7, 14, 22, 1)
        assert on_it(demande) == ["Alice"]
        absence.refresh_from_db()
        assert absence.started_at < absence.ended_at
        assert "Alice Martin n’est plus en absence : Amir Benali ne fait plus de remplacement." in (
            Browser(world.alice).read(demande).words
        )
        assert Browser(world.amir).read(demande).status == 404
        assert told("absence", standing_in.FINISHED) == {("Amir", True)}

    @pytest.mark.parametrize(("zone", "hour"), [("Pacific/Noumea", 13), ("America/Guadeloupe", 4)])
    def test_elsewhere(self, world, demande, day, zone, hour):
        Territoire.objects.update(timezone=zone)
        away(world, first=SUMMER[0], last=SUMMER[1])
        month, number = (6, 30) if zone == "Pacific/Noumea" else (7, 1)
        day(month, number, hour - 1, 59)
        assert on_it(demande) == ["Alice"]
        day(month, number, hour, 1)
        assert on_it(demande) == ["Alice", "Amir"]

    def test_a_job_that_was_stopped_catches_up(self, world, demande, day):
        absence = away(world, first=SUMMER[0], last=SUMMER[1])
        day(8, 1)
        absence.refresh_from_db()
        assert on_it(demande) == ["Alice"]
        assert (absence.started_at, absence.ended_at) == (None, core_clock.now())
        assert not Transition.objects.filter(event="STAND_IN").exists()

    def test_killed_halfway_it_goes_on(self, world, demande, day, monkeypatch):
        others = [sent.send(world.alice, world.fs_argenteuil, [world.caf95]) for _ in range(2)]
        away(world, first=SUMMER[0], last=SUMMER[1])
        put, done = standing_in._put, []

        def dies(absence, named, demande_id):
            if done:
                raise KeyboardInterrupt
            done.append(put(absence, named, demande_id))

        monkeypatch.setattr(standing_in, "_put", dies)
        with pytest.raises(KeyboardInterrupt):
            day(7, 2)
        assert sum(len(on_it(one)) for one in (demande, *others)) == 4
        monkeypatch.setattr(standing_in, "_put", put)
        day(7, 2)
        assert [on_it(one) for one in (demande, *others)] == [["Alice", "Amir"]] * 3
        remove = standing_in._remove
        monkeypatch.setattr(standing_in, "_remove", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            day(7, 20)
        monkeypatch.setattr(standing_in, "_remove", remove)
        day(7, 20)
        assert [on_it(one) for one in (demande, *others)] == [["Alice"]] * 3
        assert Notification.objects.filter(codes__quoi=standing_in.REPLACES).count() == 1

    def test_the_job_is_periodic(self):
        assert "demandes.absences" in {entry.task.name for entry in app.periodic_registry.periodic_tasks.values()}


class TestEnd:
    """What the colleague keeps."""

    def test_where_they_wrote(self, world, demande):
        absence = away(world)
        sent.reply(world.amir, demande, "Je prends le relais.")
        back(world, absence)
        assert on_it(demande) == ["Alice", "Amir"]
        assert Participant.objects.get(user=world.amir).absence is None
        line = "Alice Martin n’est plus en absence : Amir Benali reste sur la demande après y avoir agi."
        assert line in Browser(world.alice).read(demande).words
        sent.reply(world.ines, demande)
        assert {("Alice", True), ("Amir", True)} <= told("reponse")

    def test_where_they_moved_something(self, world, demande):
        absence = away(world)
        inviting.add_co_authors(actor_for(world.amir.id), demande.id, [world.nadia.id], key=uuid4())
        back(world, absence)
        assert on_it(demande) == ["Alice", "Amir", "Nadia"]

    def test_reading_is_not_acting(self, world, demande):
        absence = away(world)
        assert Browser(world.amir).read(demande).status == 200
        back(world, absence)
        assert on_it(demande) == ["Alice"]

    def test_an_archived_demande_too(self, world, demande):
        absence = away(world)
        Browser(world.alice).submit(demande, "archivage", leve="oui")
        back(world, absence)
        assert on_it(demande) == ["Alice"]

    def test_nobody_is_taken_away_from_a_demande_that_nobody_else_holds(self, world, demande):
        absence = away(world)
        Membership.objects.filter(user=world.alice).delete()
        standing_in.end(absence)
        assert on_it(demande) == ["Alice", "Amir"]
        assert Browser(world.amir).read(demande).status == 200

    def test_absent_in_their_turn_is_not_acting(self, world, demande):
        first = away(world)
        away(world, "amir", colleague="nadia")
        assert on_it(demande) == ["Alice", "Amir", "Nadia"]
        back(world, first)
        assert on_it(demande) == ["Alice", "Nadia"]

    def test_cancelled_before_it_starts(self, world, demande, day):
        absence = away(world, first=SUMMER[0], last=SUMMER[1])
        back(world, absence)
        day(7, 2)
        assert on_it(demande) == ["Alice"]

    def test_twice(self, world, demande):
        absence, key = away(world), uuid4()
        back(world, absence, key=key)
        with pytest.raises(AlreadyDone):
            back(world, absence, key=key)
        with pytest.raises(Overtaken):
            back(world, absence)
        assert Transition.objects.filter(event="END_STAND_IN").count() == 1


class TestWhoMayStandIn:
    """Another active aidant of the structure, when it is said and when it starts."""

    @pytest.mark.parametrize("who", ["chloe", "ines", "sophie", "alice"])
    def test_nobody_else(self, world, demande, who):
        with pytest.raises(Unknown):
            away(world, colleague=who)
        assert not Absence.objects.exists()

    @pytest.mark.parametrize("lost", ["account", "flag"])
    def test_lost_before_it_starts_the_responsables_are_told(self, world, demande, day, lost):
        away(world, first=SUMMER[0], last=SUMMER[1])
        if lost == "account":
            world.amir.is_active = False
            world.amir.save()
        else:
            Membership.objects.filter(user=world.amir).update(is_aidant=False)
        day(7, 2)
        assert on_it(demande) == ["Alice"]
        assert told("absence", standing_in.NOBODY) == {("Rachel", True)}
        assert run_jobs()
        assert not told("absence", standing_in.REPLACES)


class TestInstructeur:
    """Names nobody: the page and the groupe say it."""

    def test_what_they_follow_says_it_and_the_groupe_is_told_once(self, world, demande, day):
        sent.reply(world.ines, demande, act="prise-en-charge")
        away(world, "ines", colleague=None)
        for who in (world.alice, world.igor):
            words = Browser(who).read(demande).words
            assert "suivi par Inès Caron, en absence jusqu’au 8 mai 2026" in words
        assert told("absence", standing_in.GROUPE) == {("Igor", True), ("Rémi", True), ("mailbox", True)}
        assert {line.codes["nombre"] for line in Notification.objects.filter(event="absence")} == {1}
        assert run_jobs()
        day(5, 1)
        assert len(told("absence", standing_in.GROUPE)) == 3
        day(5, 9)
        assert "en absence" not in Browser(world.alice).read(demande).words

    def test_who_follows_nothing_tells_nobody(self, world, demande):
        away(world, "ines", colleague=None)
        assert not told("absence")

    def test_the_page_says_it_on_the_very_days_only(self, world, demande):
        sent.reply(world.ines, demande, act="prise-en-charge")
        away(world, "ines", first=SUMMER[0], last=SUMMER[1], colleague=None)
        assert "en absence" not in Browser(world.alice).read(demande).words


class TestSaying:
    """Which days may be said."""

    @pytest.mark.parametrize(
        ("first", "last", "field"),
        [
            (LAST, FIRST, "au"),
            (date(2026, 4, 1), date(2026, 4, 29), "au"),
            (FIRST, date(2027, 5, 2), "au"),
            (date(2027, 6, 1), date(2027, 6, 2), "au"),
        ],
    )
    def test_impossible_days(self, world, first, last, field):
        with pytest.raises(Refused) as refused:
            away(world, first=first, last=last)
        assert set(refused.value.problems) == {field}
        assert not Absence.objects.exists()

    def test_begun_before_today_is_possible(self, world, demande):
        away(world, first=date(2026, 4, 20), last=FIRST)
        assert on_it(demande) == ["Alice", "Amir"]

    def test_never_two_at_once(self, world, demande):
        absence = away(world)
        with pytest.raises(Refused):
            away(world, first=LAST, last=date(2026, 5, 20))
        back(world, absence)
        away(world, first=LAST, last=date(2026, 5, 20))

    def test_once(self, world, demande):
        key = uuid4()
        away(world, key=key)
        with pytest.raises(AlreadyDone):
            away(world, key=key)
        assert Absence.objects.count() == 1
