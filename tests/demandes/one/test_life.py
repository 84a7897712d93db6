"""The table of demandes.md §2, row by row, through the services with a clock that stands still."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from aplus.accounts.queries.actors import actor_for
from aplus.core.errors import Overtaken
from aplus.demandes.models import Transition
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import closing, inviting, people
from tests.demandes import sent

PARIS = ZoneInfo("Europe/Paris")
# From Thursday 30 April 2026, without the 1st, the 8th, the 14th and the 25th of May.
TO_TAKE_CHARGE, TO_REPLY = date(2026, 5, 6), date(2026, 5, 27)


def at_midnight(day: date, zone: ZoneInfo = PARIS) -> datetime:
    """The end of this day, over there."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=zone).astimezone(UTC)


class Life:
    """One demande of Alice's, to the CAF and the CPAM, and short words for what happens to it."""

    def __init__(self, world, **options):
        self.world = world
        self.demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95], **options)

    def does(self, who, act, **more):
        text = "Un mot." if act in {"reponse", "precisions"} else ""
        sent.reply(self.world.user(who), self.demande, text, act, **more)

    def opens(self, who):
        actor = actor_for(self.world.user(who).id)
        return people.open_page(actor, load_demande(actor, self.demande.id))

    def gives(self, who, to):
        groupe = self.world.caf95.id
        actor = actor_for(self.world.user(who).id)
        people.give_part(actor, self.demande.id, groupe_id=groupe, user_id=self.world.user(to).id, key=uuid4())

    def invites(self, *groupes):
        invitation = inviting.Invitation(groupe_ids=[groupe.id for groupe in groupes], reason="Il faut leur avis.")
        inviting.invite(actor_for(self.world.alice.id), self.demande.id, invitation, key=uuid4())

    def still_blocked(self):
        closing.say_still_blocked(actor_for(self.world.alice.id), self.demande.id, text="Encore.", key=uuid4())

    def archives(self):
        closing.archive(actor_for(self.world.alice.id), self.demande.id, unblocked="non", remark="", key=uuid4())

    def reopens(self):
        closing.reopen(actor_for(self.world.alice.id), self.demande.id, text="Encore.", key=uuid4())

    def part(self, groupe="caf95"):
        """State, follower, day it is due."""
        part = sent.part(self.demande, getattr(self.world, groupe))
        due = (part.due_at.astimezone(PARIS) - timedelta(seconds=1)).date() if part.due_at else None
        return part.state, part.followed_by.first_name if part.followed_by else None, due

    @property
    def caf(self):
        """The part of the CAF as stored."""
        return sent.part(self.demande, self.world.caf95)

    @property
    def state(self):
        return sent.state(self.demande)


@pytest.fixture
def life(world):
    """Sent on Thursday 30 April 2026, at 10:00."""
    return Life(world)


def test_address(life, world):
    assert life.part() == ("ADDRESSED", None, TO_TAKE_CHARGE)
    assert life.part("cpam95") == ("ADDRESSED", None, TO_TAKE_CHARGE)
    assert life.state == "SENT"
    urgent = Life(world, urgency="expulsion")
    assert urgent.part() == ("ADDRESSED", None, date(2026, 5, 4))


def test_the_delay_of_a_week_end_begins_on_monday(world, clock):
    clock.move_to("2026-05-02T21:30:00+00:00", tick=False)
    assert Life(world).part()[2] == date(2026, 5, 6)
    clock.move_to("2026-05-02T22:30:00+00:00", tick=False)
    assert Life(world).part()[2] == date(2026, 5, 6)
    clock.move_to("2026-05-03T22:30:00+00:00", tick=False)
    assert Life(world).part()[2] == date(2026, 5, 7)


def test_opening_keeps_the_due_date(life, clock):
    clock.shift(24 * 3600)
    assert life.opens("ines")
    assert life.part() == ("OPENED", None, TO_TAKE_CHARGE)
    assert life.part("cpam95") == ("ADDRESSED", None, TO_TAKE_CHARGE)
    assert life.state == "IN_PROGRESS"
    assert not life.opens("igor")
    assert not life.opens("alice")


def test_a_plain_reply_follows_only_when_nobody_does(life):
    life.does("ines", "reponse")
    assert life.part() == ("IN_CHARGE", "Inès", TO_REPLY)
    life.does("igor", "reponse")
    assert life.part() == ("IN_CHARGE", "Inès", TO_REPLY)
    life.does("igor", "prise-en-charge")
    assert life.part() == ("IN_CHARGE", "Igor", TO_REPLY)


def test_each_reply_starts_fifteen_days(life, clock):
    life.does("ines", "reponse")
    clock.move_to("2026-05-04T08:00:00+00:00", tick=False)
    life.does("igor", "reponse")
    assert life.part() == ("IN_CHARGE", "Inès", date(2026, 5, 28))


def test_a_promised_date_is_kept_by_a_plain_reply_until_it_passes(life, clock):
    life.does("ines", "prise-en-charge", promised=date(2026, 5, 12))
    life.does("igor", "reponse")
    assert life.part() == ("IN_CHARGE", "Inès", date(2026, 5, 12))
    assert life.caf.promised_date == date(2026, 5, 12)
    life.does("igor", "prise-en-charge")
    assert life.part() == ("IN_CHARGE", "Igor", date(2026, 5, 12))
    clock.move_to("2026-05-12T21:59:00+00:00", tick=False)
    life.does("ines", "reponse")
    assert life.part() == ("IN_CHARGE", "Igor", date(2026, 5, 12))
    clock.move_to("2026-05-12T22:01:00+00:00", tick=False)
    life.does("ines", "reponse")
    assert life.part() == ("IN_CHARGE", "Igor", date(2026, 6, 5))
    assert life.caf.promised_date is None


def test_a_new_promise_replaces_the_first(life):
    life.does("ines", "prise-en-charge", promised=date(2026, 5, 12))
    life.does("ines", "prise-en-charge", promised=date(2026, 5, 20))
    assert life.part() == ("IN_CHARGE", "Inès", date(2026, 5, 20))
    days = Transition.objects.filter(event="PROMISE").order_by("id").values_list("day", flat=True)
    assert list(days) == [date(2026, 5, 12), date(2026, 5, 20)]


def test_details_end_the_promise_and_the_delay(life, clock):
    life.does("ines", "prise-en-charge", promised=date(2026, 5, 12))
    life.does("igor", "precisions")
    assert life.part() == ("IN_CHARGE", "Inès", None)
    assert life.caf.promised_date is None
    clock.shift(60)
    life.does("alice", "reponse")
    assert life.part() == ("IN_CHARGE", "Inès", TO_REPLY)


def test_a_reply_of_a_colleague_ends_the_wait_for_details(life):
    life.does("ines", "precisions")
    life.does("igor", "reponse")
    assert life.caf.awaited_since is None
    assert life.part() == ("IN_CHARGE", "Inès", TO_REPLY)


def test_a_note_changes_nothing(life, clock):
    life.does("ines", "precisions")
    before = (life.part(), life.caf.awaited_since, life.state)
    clock.shift(24 * 3600)
    life.does("igor", "reponse", is_note=True)
    life.does("paul", "reponse", is_note=True)
    assert (life.part(), life.caf.awaited_since, life.state) == before
    assert life.part("cpam95") == ("ADDRESSED", None, TO_TAKE_CHARGE)


def test_giving_keeps_state_and_due(life):
    life.gives("ines", "remi")
    assert life.part() == ("ADDRESSED", "Rémi", TO_TAKE_CHARGE)
    life.does("ines", "precisions")
    life.gives("ines", "igor")
    assert life.part() == ("IN_CHARGE", "Igor", None)
    assert life.caf.awaited_since is not None


def test_an_author_s_message_that_nobody_awaits_keeps_the_due_date(life, clock):
    clock.shift(24 * 3600)
    life.does("alice", "reponse")
    assert life.part() == ("ADDRESSED", None, TO_TAKE_CHARGE)


def test_processed(life):
    life.does("ines", "traitement")
    assert life.part() == ("PROCESSED", "Inès", None)
    assert life.state == "IN_PROGRESS"
    life.does("paul", "traitement")
    assert life.state == "PROCESSED"
    with pytest.raises(Overtaken):
        life.does("igor", "traitement")
    with pytest.raises(Overtaken):
        life.does("ines", "prise-en-charge")


def test_processed_by_who_does_not_follow_keeps_the_follower(life):
    life.does("ines", "prise-en-charge")
    life.does("igor", "traitement")
    assert life.part() == ("PROCESSED", "Inès", None)


def test_a_reply_on_a_closed_part_moves_nothing(life):
    life.does("ines", "traitement")
    life.does("igor", "reponse")
    assert life.part() == ("PROCESSED", "Inès", None)
    life.does("paul", "incompetence")
    life.does("paul", "reponse")
    assert life.part("cpam95") == ("NOT_COMPETENT", None, None)


def test_closed_by_tick_is_followed_by_nobody_and_can_be_taken_again(life, world):
    life.does("ines", "traitement", closed_groupe_ids=[world.cpam95.id])
    assert life.part("cpam95") == ("PROCESSED", None, None)
    assert life.state == "PROCESSED"
    life.does("paul", "prise-en-charge")
    assert life.part("cpam95") == ("IN_CHARGE", "Paul", TO_REPLY)
    assert life.state == "IN_PROGRESS"


def test_not_competent_and_addressed_again(life, world):
    life.does("ines", "incompetence")
    assert life.part() == ("NOT_COMPETENT", None, None)
    life.invites(world.caf95)
    assert life.part() == ("ADDRESSED", None, TO_TAKE_CHARGE)
    with pytest.raises(Overtaken):
        life.invites(world.caf95)


def test_the_last_not_competent_after_a_processed_makes_it_processed(life):
    life.does("ines", "traitement")
    life.does("paul", "incompetence")
    assert life.state == "PROCESSED"


def test_nobody_competent_stays_in_progress(life):
    life.does("ines", "incompetence")
    life.does("paul", "incompetence")
    assert life.state == "IN_PROGRESS"


def test_an_invitation_on_a_processed_demande_puts_it_back(life, world):
    life.does("ines", "traitement")
    life.does("paul", "traitement")
    life.invites(world.msa95)
    assert life.state == "IN_PROGRESS"
    assert life.part("msa95") == ("ADDRESSED", None, TO_TAKE_CHARGE)
    assert life.part() == ("PROCESSED", "Inès", None)


def test_still_blocked(life, world):
    life.does("ines", "traitement", closed_groupe_ids=[world.cpam95.id])
    life.still_blocked()
    assert life.part() == ("IN_CHARGE", "Inès", TO_TAKE_CHARGE)
    assert life.part("cpam95") == ("ADDRESSED", None, TO_TAKE_CHARGE)
    assert life.state == "IN_PROGRESS"
    with pytest.raises(Overtaken):
        life.still_blocked()


def test_still_blocked_leaves_who_is_not_competent_alone(life):
    life.does("ines", "traitement")
    life.does("paul", "incompetence")
    life.still_blocked()
    assert life.part("cpam95") == ("NOT_COMPETENT", None, None)


def test_archived_and_reopened(life, clock):
    life.does("ines", "precisions")
    life.archives()
    assert life.state == "ARCHIVED"
    assert life.part() == ("IN_CHARGE", "Inès", None)
    assert life.part("cpam95") == ("ADDRESSED", None, None)
    for act in ("reponse", "prise-en-charge", "traitement"):
        with pytest.raises(Overtaken):
            life.does("ines", act)
    with pytest.raises(Overtaken):
        life.does("alice", "reponse")
    with pytest.raises(Overtaken):
        life.archives()
    assert not life.opens("paul")
    clock.move_to("2026-05-04T08:00:00+00:00", tick=False)
    life.reopens()
    assert life.part() == ("IN_CHARGE", "Inès", date(2026, 5, 7))
    assert life.part("cpam95") == ("ADDRESSED", None, date(2026, 5, 7))
    assert life.caf.awaited_since is None
    assert life.state == "IN_PROGRESS"
    with pytest.raises(Overtaken):
        life.reopens()


def test_a_processed_part_comes_back_with_its_follower(life, world):
    life.does("ines", "traitement", closed_groupe_ids=[world.cpam95.id])
    life.archives()
    life.reopens()
    assert life.part() == ("IN_CHARGE", "Inès", TO_TAKE_CHARGE)
    assert life.part("cpam95") == ("ADDRESSED", None, TO_TAKE_CHARGE)


def test_reopened_with_nobody_competent(life):
    life.does("ines", "incompetence")
    life.does("paul", "incompetence")
    life.archives()
    life.reopens()
    assert life.state == "IN_PROGRESS"
    assert life.part() == ("NOT_COMPETENT", None, None)


def test_a_demande_archived_as_sent_is_reopened_as_sent(life):
    life.archives()
    life.reopens()
    assert life.state == "SENT"


def test_urgent_comes_back_within_one_day(world):
    life = Life(world, urgency="expulsion")
    life.does("ines", "traitement")
    life.does("paul", "traitement")
    life.still_blocked()
    assert life.part() == ("IN_CHARGE", "Inès", date(2026, 5, 4))
