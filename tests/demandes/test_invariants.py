"""Whatever happens in whatever order: what the tables know, what is copied down, what only grows."""

import random
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from aplus.accounts.models import Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.core import clock as core_clock
from aplus.core.errors import DomainError
from aplus.demandes import tasks
from aplus.demandes.models import Demande, Mandat, Message, Part, Participant, StepDone, Transition
from aplus.demandes.queries import duty
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import closing, inviting, people
from aplus.journal.models import JournalLine
from aplus.policy.decisions import standing
from tests.demandes import sent

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
OPEN, CLOSED = {"ADDRESSED", "OPENED", "IN_CHARGE"}, {"PROCESSED", "NOT_COMPETENT"}
# demandes.md §2, written down a second time: what may follow what.
PART_MOVES = {
    "ADDRESS": {("", "ADDRESSED"), ("NOT_COMPETENT", "ADDRESSED")},
    "OPEN_PAGE": {("ADDRESSED", "OPENED")},
    "TAKE_CHARGE": {(state, "IN_CHARGE") for state in OPEN | {"PROCESSED"}},
    "PROMISE": {(state, "IN_CHARGE") for state in OPEN | {"PROCESSED"}},
    "REPLY": {(state, "IN_CHARGE") for state in OPEN} | {(state, state) for state in CLOSED},
    "ASK_DETAILS": {(state, "IN_CHARGE") for state in OPEN},
    "GIVE": {(state, state) for state in OPEN | CLOSED},
    "AUTHOR_MESSAGE": {("IN_CHARGE", "IN_CHARGE")},
    "DECLARE_PROCESSED": {(state, "PROCESSED") for state in OPEN},
    "CLOSE_BY_TICK": {(state, "PROCESSED") for state in OPEN},
    "NOT_COMPETENT": {(state, "NOT_COMPETENT") for state in OPEN},
    "STILL_BLOCKED": {("PROCESSED", "IN_CHARGE"), ("PROCESSED", "ADDRESSED")},
    "REOPEN": {(state, state) for state in OPEN} | {("PROCESSED", "IN_CHARGE"), ("PROCESSED", "ADDRESSED")},
    "ESCALATE": {(state, state) for state in OPEN},
    "REMIND": {("IN_CHARGE", "IN_CHARGE")},
}
OVERDUE, REMINDERS = ("echeance", "responsables", "superviseurs", "expert"), ("rappel-1", "rappel-2")
OF_TIME = {"ESCALATE", "REMIND", "NOTICE", "ASK_HAND_OVER", "ARCHIVE"}
PEOPLE = ("alice", "amir", "rachel", "ines", "igor", "remi", "paul", "agent_msa", "agent_ddfip", "elise", "chloe")
# Most of what is tried can be done: these are on the demande from the start.
ON_IT = ("alice", "ines", "igor", "paul")
OF_THE_AUTHOR = {"adds", "archives", "still_blocked", "reopens"}
ACTS = ("reponse", "prise-en-charge", "precisions", "traitement", "incompetence")


class Story:
    """One demande to which anything happens, drawn from a seed."""

    def __init__(self, world, seed):
        self.world, self.dice = world, random.Random(seed)
        self.groupes = [world.caf95, world.cpam95, world.msa95, world.ddfip95]
        urgency = self.dice.choice(["", "expulsion"])
        self.demande = sent.send(
            world.alice, world.fs_argenteuil, self.groupes[: self.dice.choice([1, 2])], urgency=urgency
        )
        self.done = 0

    def step(self):
        """Something happens, or is refused; was it done."""
        happening = self.dice.choice(
            [self.replies] * 8
            + [self.opens] * 2
            + [self.gives, self.invites, self.invites, self.adds, self.leaves]
            + [self.archives, self.still_blocked, self.still_blocked, self.news, self.joins_groupe]
        )
        if sent.state(self.demande) == "ARCHIVED" and self.dice.random() < 0.8:
            happening = self.reopens
        usual = ("alice",) if happening.__name__ in OF_THE_AUTHOR else ON_IT
        who = self.dice.choice(PEOPLE if self.dice.random() < 0.2 else usual)
        actor = actor_for(self.world.user(who).id)
        try:
            happening(actor, who)
        except DomainError:
            return False
        self.done += 1
        return True

    def replies(self, actor, who):
        act, is_note = "reponse", False
        if who not in {"alice", "amir", "rachel"}:
            act = self.dice.choice(ACTS)
            is_note = act == "reponse" and self.dice.random() < 0.4
        more = {}
        if act == "prise-en-charge" and self.dice.random() < 0.5:
            more["promised"] = core_clock.now().date()
        if act == "traitement" and self.dice.random() < 0.5:
            own = {held.groupe_id for held in actor.memberships}
            rows = Part.objects.filter(demande=self.demande, state__in=OPEN, followed_by=None).exclude(groupe__in=own)
            more["closed_groupe_ids"] = list(rows.values_list("groupe_id", flat=True))
        sent.reply(self.world.user(who), self.demande, "Un mot.", act, is_note=is_note, **more)

    def opens(self, actor, _who):
        found = load_demande(actor, self.demande.id)
        if found is None or not people.open_page(actor, found):
            raise DomainError

    def gives(self, actor, _who):
        groupe, user = self.dice.choice(self.groupes), self.world.user(self.dice.choice(PEOPLE))
        people.give_part(actor, self.demande.id, groupe_id=groupe.id, user_id=user.id, key=uuid4())

    def invites(self, actor, _who):
        kind = self.dice.choice(["groupe_ids", "person_ids", "expert_ids"])
        chosen = {
            "groupe_ids": self.dice.choice(self.groupes),
            "person_ids": self.world.user(self.dice.choice(PEOPLE)),
            "expert_ids": self.world.elise,
        }[kind]
        note = {"text": "Entre nous.", "is_note": True} if self.dice.random() < 0.3 else {}
        if side_of(actor, self.demande) == "auteur":
            note = {}
        by = inviting.Invitation(**{kind: [chosen.id]}, reason="Leur avis.", **note)
        inviting.invite(actor, self.demande.id, by, key=uuid4())

    def adds(self, actor, _who):
        person = self.world.user(self.dice.choice(["amir", "rachel"]))
        inviting.add_co_authors(actor, self.demande.id, [person.id], key=uuid4())

    def leaves(self, actor, _who):
        people.leave(actor, self.demande.id, key=uuid4())

    def archives(self, actor, _who):
        closing.archive(actor, self.demande.id, unblocked="non", remark="", key=uuid4())

    def reopens(self, actor, _who):
        closing.reopen(actor, self.demande.id, text="Encore.", key=uuid4())

    def still_blocked(self, actor, _who):
        closing.say_still_blocked(actor, self.demande.id, text="Encore.", key=uuid4())

    def news(self, actor, _who):
        closing.bring_news(actor, self.demande.id, text="Du nouveau.", key=uuid4())

    def joins_groupe(self, _actor, who):
        """Somebody joins or leaves a groupe: nothing of the demande is written."""
        groupe = self.dice.choice(self.groupes)
        if who in {"alice", "amir", "rachel", "chloe", "elise"}:
            raise DomainError
        held = Membership.objects.filter(user=self.world.user(who), groupe=groupe)
        if held.exists() and Membership.objects.filter(groupe=groupe, is_instructeur=True).count() > 1:
            held.delete()
        elif not held.exists():
            now = core_clock.now()
            Membership.objects.create(
                user=self.world.user(who), groupe=groupe, is_instructeur=True, instructeur_since=now, created_at=now
            )
        raise DomainError


def side_of(actor, demande):
    """The side of this person, now."""
    found = load_demande(actor, demande.id)
    capacity = standing(actor, found) if found else None
    return capacity.side if capacity else None


def assert_states(demande, parts):
    """What is stored is where the last transition led, through moves that the tables know."""
    for part in parts:
        state = ""
        moves = Transition.objects.filter(part=part).order_by("id")
        for move in moves:
            assert (move.from_state, move.to_state) in PART_MOVES[move.event], (
                move.event,
                move.from_state,
                move.to_state,
            )
            assert move.from_state == state
            state = move.to_state
        assert part.state == state
        assert bool(part.closed_at) == (state in CLOSED)
        assert not (part.is_closed_by_tick and (state != "PROCESSED" or part.followed_by_id))
        assert not (part.awaited_since and state != "IN_CHARGE")
    state = ""
    for move in Transition.objects.filter(demande=demande, part=None).order_by("id"):
        assert move.from_state == state, move.event
        state = move.to_state
    assert demande.state == state
    states = {part.state for part in parts}
    if demande.state != "ARCHIVED":
        expected = "IN_PROGRESS"
        if states == {"ADDRESSED"}:
            expected = "SENT"
        elif not states & OPEN and "PROCESSED" in states:
            expected = "PROCESSED"
        assert demande.state == expected
    assert (demande.archived_at is not None) == (demande.state == "ARCHIVED")


def assert_due_dates(demande, parts):
    """None on a closed part, nor while details are awaited, nor on an archived demande; else there is one."""
    for part in parts:
        expected = demande.state != "ARCHIVED" and part.state in OPEN and part.awaited_since is None
        assert (part.due_at is not None) == expected, (demande.state, part.state, part.awaited_since)
        assert not (part.promised_date and part.state != "IN_CHARGE")


def assert_copies(demande, parts, persons):
    """The columns lists read, from their sources."""
    is_archived = demande.state == "ARCHIVED"
    open_parts = [part for part in parts if part.state in OPEN]
    author_turn = not is_archived and (
        demande.state == "PROCESSED"
        or any(part.awaited_since for part in open_parts)
        or {part.state for part in parts} == {"NOT_COMPETENT"}
    )
    assert (demande.author_turn_since is not None) == author_turn
    for holder in (*parts, *persons):
        assert holder.demande_state == demande.state
        assert holder.is_urgent == demande.is_urgent
        assert holder.demande_created_at == demande.created_at
        assert holder.archived_at == demande.archived_at
        assert holder.erased_at is None
    for part in parts:
        turn = not is_archived and part.state in OPEN and part.awaited_since is None
        assert part.rank == (2 if not turn else 0 if demande.is_urgent else 1)
        assert part.activity_at == demande.instructeur_activity_at
        assert part.sort_at == (part.due_at or NEVER)
    first_due = min((part.due_at for part in open_parts if part.due_at), default=None)
    for person in persons:
        is_author = person.kind in {"auteur", "co-auteur"}
        turn = is_author and author_turn
        assert person.rank == (2 if not turn else 0 if demande.is_urgent else 1)
        assert person.due_at == first_due
        assert person.sort_at == (first_due or (demande.author_turn_since if turn else NEVER))
        expected = demande.author_activity_at if is_author else demande.instructeur_activity_at
        assert person.activity_at == expected


def assert_sides(demande):
    """What each side may see last: the author's knows of no note."""
    words = list(Message.objects.filter(demande=demande).order_by("seq"))
    assert [word.seq for word in words] == list(range(1, len(words) + 1))
    everything, for_all = words, [word for word in words if word.audience == "tous"]
    for side, known in (("instructeur", everything), ("author", for_all)):
        last = known[-1] if known else None
        expected = (last.created_at, last.author_id) if last else (demande.created_at, demande.author_id)
        assert (getattr(demande, f"{side}_word_at"), getattr(demande, f"{side}_word_by_id")) == expected, side


def assert_visible(world, demande):
    """What the queryset lets through is what the policy says of the loaded demande."""
    everything = Demande.objects.get(pk=demande.pk)
    everything.part_list = list(Part.objects.filter(demande=demande).select_related("groupe__organisme"))
    everything.participant_list = list(Participant.objects.filter(demande=demande, until=None))
    for who in (*PEOPLE, "sophie", "oscar", "nora"):
        actor = actor_for(world.user(who).id)
        seen = Demande.objects.visible_to(actor).filter(pk=demande.pk).exists()
        assert seen == (standing(actor, everything) is not None), who


def assert_next_steps(demande, parts):
    """Planned where something is expected, and nowhere else; an open part without any has made them all."""
    is_archived = demande.state == "ARCHIVED"
    for part in (demande, *parts):
        assert bool(part.next_step) == (part.next_step_at is not None)
    assert bool(demande.next_step) != is_archived
    assert not (is_archived and demande.noticed_at)
    for part in parts:
        if is_archived or part.state in CLOSED:
            assert part.next_step == ""
        elif part.next_step:
            assert part.next_step in (REMINDERS if part.awaited_since else OVERDUE)
        else:
            last = REMINDERS[-1] if part.awaited_since else OVERDUE[-1]
            assert StepDone.objects.filter(part=part, round=part.step_round, step=last).exists()


def keep_time(story):
    """The jobs of this minute, the nightly one too: what they may do, and that they left nothing to do."""
    before = Demande.objects.get(pk=story.demande.pk)
    aidants = duty.active_aidants(before)
    seen = Transition.objects.count()
    tasks.find_left_alone.func(0)
    for _ in range(2):
        tasks.make_part_steps.func(0)
        tasks.make_demande_steps.func(0)
    now = core_clock.now()
    after = Demande.objects.get(pk=story.demande.pk)
    assert after.acted_at == before.acted_at
    assert not Part.objects.filter(next_step_at__lte=now).exists()
    assert not Demande.objects.filter(next_step_at__lte=now).exists()
    if after.state != before.state:
        assert after.state == "ARCHIVED"
        assert aidants, "archived by itself with nobody on the author's side"
        notice = Transition.objects.filter(demande=after, event="NOTICE", at__gt=after.acted_at).last()
        assert now - notice.at >= timedelta(days=7)
        assert now - after.acted_at >= timedelta(days=30 if before.state == "PROCESSED" else 181)
    new = Transition.objects.filter(demande=after).order_by("id")[seen:]
    assert {line.event for line in new} <= OF_TIME
    assert not any(line.actor_id for line in new)
    tasks.make_part_steps.func(0)
    tasks.make_demande_steps.func(0)
    assert Transition.objects.count() == seen + len(new)


def versions_of(demande):
    """The validators of both sides, as stored."""
    return Demande.objects.values_list("author_version", "instructeur_version").get(pk=demande.pk)


def live(world, time_machine, seed, steps, *, with_jobs=False):
    """A whole story, looked at after each step; how much was done."""
    story = Story(world, seed)
    versions = versions_of(story.demande)
    for _ in range(steps):
        time_machine.shift(story.dice.choice([1, 3600, 26 * 3600]))
        if with_jobs:
            versions = let_time_pass(story, time_machine)
        lines, transitions = JournalLine.objects.count(), Transition.objects.count()
        done = story.step()
        demande = Demande.objects.get(pk=story.demande.pk)
        parts = list(Part.objects.filter(demande=demande))
        assert_states(demande, parts)
        assert_due_dates(demande, parts)
        assert_copies(demande, parts, list(Participant.objects.filter(demande=demande, until=None)))
        assert_sides(demande)
        assert_next_steps(demande, parts)
        now = versions_of(demande)
        assert now[0] - versions[0] in ({0, 1} if done else {0})
        assert now[1] == versions[1] + done
        versions = now
        assert JournalLine.objects.count() == lines + done
        assert done or Transition.objects.count() == transitions
    assert_visible(world, story.demande)
    return story.done


@pytest.mark.parametrize("seed", range(8))
def test_anything_in_any_order(world, time_machine, seed):
    time_machine.move_to("2026-04-30T08:00:00+00:00", tick=False)
    assert live(world, time_machine, seed, steps=40) > 7


def let_time_pass(story, time_machine):
    """Sometimes days or months without anybody, with the jobs of that moment or after a stop; the versions then."""
    if story.dice.random() < 0.15:
        somebody = story.world.user(story.dice.choice(ON_IT))
        User.objects.filter(pk=somebody.pk).update(is_active=not User.objects.get(pk=somebody.pk).is_active)
    for _ in range(story.dice.choice([0, 0, 1, 4])):
        time_machine.shift(story.dice.choice([3, 8, 8, 25, 100]) * 24 * 3600)
        Mandat.objects.update(ends_on=core_clock.now().date() + timedelta(days=300))
        if story.dice.random() < 0.8:
            keep_time(story)
            demande = Demande.objects.get(pk=story.demande.pk)
            parts = list(Part.objects.filter(demande=demande))
            for check in (assert_states, assert_due_dates, assert_next_steps):
                check(demande, parts)
            assert_copies(demande, parts, list(Participant.objects.filter(demande=demande, until=None)))
    return versions_of(story.demande)


@pytest.mark.parametrize("seed", range(8))
def test_anything_while_time_passes(world, time_machine, seed):
    time_machine.move_to("2026-04-30T08:00:00+00:00", tick=False)
    live(world, time_machine, seed, steps=40, with_jobs=True)
    assert Transition.objects.filter(event__in=OF_TIME, actor=None).count() > 3


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2000, 2100))
def test_anything_while_time_passes_for_long(world, time_machine, seed):
    time_machine.move_to("2026-04-30T08:00:00+00:00", tick=False)
    live(world, time_machine, seed, steps=120, with_jobs=True)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_anything_in_any_order_for_long(world, time_machine, seed):
    time_machine.move_to("2026-04-30T08:00:00+00:00", tick=False)
    assert live(world, time_machine, seed, steps=120) > 20
