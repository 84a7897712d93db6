"""Whatever people do and choose, in whatever order: exactly those entitled are told, once, and none has lost the right.

The acts go through the services; who is to be told is read again from the tables (`entitled`), by other code.
"""

import random
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction

from aplus.accounts.models import Absence, DigestChoice, MailChoice, Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import DomainError
from aplus.demandes.models import Following, Message
from aplus.demandes.queries import managed
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import absences, closing, correcting, inviting, managing, mandat, people
from aplus.notifications import services as notifications
from aplus.notifications.models import Notification, State
from tests.demandes import sent
from tests.demandes.entitled import AT_ONCE, GROUPED, IN_APP, OPEN, ROWS, Facts, Happened
from tests.notifications.jobs import run_jobs

PEOPLE = ("alice", "amir", "rachel", "ines", "igor", "remi", "paul", "agent_msa", "agent_ddfip", "elise", "chloe")
CALLED = ("ines", "ines", "igor", "remi", "paul", "paul", "agent_msa")
# What may happen, drawn as from a pack of cards: acts usually done by one side.
DECK = {
    "auteur": ("replies", "withdraws", "invites", "adds", "says_still_blocked", "archives", "hands_over"),
    "instructeurs": (
        *("replies", "notes", "takes", "promises", "asks", "asks", "processes", "disclaims", "opens"),
        *("gives", "invites", "leaves", "withdraws"),
    ),
}
OUTCOMES = {(True, State.PENDING): AT_ONCE, (True, State.GROUPED): GROUPED, (False, State.SENT): IN_APP}


def outcome_of(lines):
    """How each recipient of these lines is told; nobody has two."""
    found = {}
    for line in lines:
        recipient = line.person_id or line.groupe_id
        assert recipient not in found, f"{line.event} told twice"
        found[recipient] = OUTCOMES[line.is_mail, line.state]
    return found


class Story:
    """One demande to which anything happens, drawn from a seed."""

    def __init__(self, world, time, seed, done):
        self.time = time
        self.world, self.dice, self.done, self.deck = world, random.Random(seed), done, []
        self.groupes = [world.caf95, world.cpam95, world.msa95, world.ddfip95]
        for _ in range(6):
            self.chooses()
        urgency = self.dice.choice(["", "", "expulsion"])
        self.demande = sent.send(world.alice, world.fs_argenteuil, self.groupes[:2], urgency=urgency)
        self.known = set(Notification.objects.values_list("pk", flat=True))
        self.lines_of = {}
        self.given_to, self.was_told = None, {}

    def one(self, *names):
        return self.world.user(self.dice.choice(names))

    # What people choose and become: nobody is told of it here.

    def chooses(self):
        person = self.one(*PEOPLE)
        User.objects.filter(pk=person.pk).update(mail_choice=self.dice.choice(MailChoice.values))
        self.dice.choice([self.sets_membership, self.sets_mailbox])(person)

    def sets_membership(self, person):
        Membership.objects.filter(user=person).update(new_demandes=self.dice.choice(DigestChoice.values))

    def sets_mailbox(self, _person):
        groupe = self.dice.choice(self.groupes)
        Groupe.objects.filter(pk=groupe.pk).update(is_mailbox_told=self.dice.random() < 0.5)

    def follows(self):
        person = self.one(*PEOPLE)
        is_muted = self.dice.random() < 0.5
        Following.objects.update_or_create(demande=self.demande, user=person, defaults={"is_muted": is_muted})

    def moves_about(self):
        """Somebody joins or leaves a groupe or the structure, or an account is closed or opened."""
        person, groupe = self.one(*PEOPLE), self.dice.choice([*self.groupes, self.world.fs_argenteuil])
        flag = "is_aidant" if groupe == self.world.fs_argenteuil else "is_instructeur"
        if self.dice.random() < 0.2:
            User.objects.filter(pk=person.pk).update(is_active=not User.objects.get(pk=person.pk).is_active)
        elif not Membership.objects.filter(user=person, groupe=groupe).delete()[0]:
            since = {"instructeur_since": clock.now()} if flag == "is_instructeur" else {}
            Membership.objects.create(user=person, groupe=groupe, created_at=clock.now(), **{flag: True}, **since)

    def goes_away(self):
        """Somebody of the author's side is away, and a colleague in their place; or is back."""
        running = Absence.objects.filter(ended_at=None, user__is_active=True).first()
        if running is not None:
            absences.finish_early(actor_for(running.user_id), running, key=uuid4(), location="/moi/")
        elif actor_for(self.world.alice.id).is_signed_in:
            today = clock.now().date()
            days = absences.Days(today, today, {self.world.fs_argenteuil.id: self.one("amir", "rachel").id})
            absences.plan_own(actor_for(self.world.alice.id), days, key=uuid4(), location="/moi/")

    # Acts, each returns its event.

    def replies(self, actor, act="reponse", **more):
        """Of the author's side a reply is a reply, whatever was chosen: the page offers it no other act."""
        is_author = Facts(self.demande.pk).side(actor.user_id) == "auteur"
        sent.reply(User.objects.get(pk=actor.user_id), self.demande, "Un mot.", act, **more)
        if is_author:
            return "reponse"
        return "note" if "is_note" in more else "promesse" if "promised" in more else act

    def notes(self, actor):
        return self.replies(actor, is_note=True)

    def takes(self, actor):
        return self.replies(actor, "prise-en-charge")

    def promises(self, actor):
        return self.replies(actor, "prise-en-charge", promised=clock.now().date())

    def asks(self, actor):
        return self.replies(actor, "precisions")

    def disclaims(self, actor):
        return self.replies(actor, "incompetence")

    def processes(self, actor):
        own = {held.groupe_id for held in actor.memberships}
        parts = [
            part for part in Facts(self.demande.pk).parts.values() if part.state in OPEN and not part.followed_by_id
        ]
        others = [part.groupe_id for part in parts if part.groupe_id not in own]
        return self.replies(actor, "traitement", closed_groupe_ids=others)

    def opens(self, actor):
        found = load_demande(actor, self.demande.id)
        if found is None or not people.open_page(actor, found):
            raise DomainError
        return "ouverture"

    def gives(self, actor):
        groupe, person = self.dice.choice(self.groupes), self.one(*CALLED)
        self.given_to = person.pk
        people.give_part(actor, self.demande.id, groupe_id=groupe.id, user_id=person.id, key=uuid4())
        return "attribution"

    def invites(self, actor):
        chosen = {
            "groupe_ids": self.dice.choice(self.groupes),
            "person_ids": self.one(*CALLED),
            "expert_ids": self.world.elise,
        }
        kinds = self.dice.sample(sorted(chosen), self.dice.choice([1, 1, 2]))
        note = (
            {"text": "Entre nous.", "is_note": True} if Facts(self.demande.pk).side(actor.user_id) != "auteur" else {}
        )
        by = inviting.Invitation(**{kind: [chosen[kind].id] for kind in kinds}, reason="Leur avis.", **note)
        inviting.invite(actor, self.demande.id, by, key=uuid4())
        return "invitation"

    def adds(self, actor):
        inviting.add_co_authors(actor, self.demande.id, [self.one("amir", "rachel", "igor").id], key=uuid4())
        return "co-auteur"

    def leaves(self, actor):
        people.leave(actor, self.demande.id, key=uuid4())
        return "depart"

    def hands_over(self, actor):
        structure = self.world.fs_argenteuil
        about = managed.Managed(structure, managed.managed(structure, self.demande.id))
        author = Facts(self.demande.pk).demande.author_id
        person = self.one("alice", "amir", "rachel").id
        managing.hand_over(actor, about, person, seen=author, key=uuid4(), location="/groupes/")
        return "passation"

    def archives(self, actor):
        closing.archive(actor, self.demande.id, unblocked="non", remark="", key=uuid4())
        return "archivage"

    def reopens(self, actor):
        closing.reopen(actor, self.demande.id, text="Encore.", key=uuid4())
        return "reouverture"

    def says_still_blocked(self, actor):
        closing.say_still_blocked(actor, self.demande.id, text="Encore.", key=uuid4())
        return "toujours-bloque"

    def brings_news(self, actor):
        closing.bring_news(actor, self.demande.id, text="Du nouveau.", key=uuid4())
        return "nouveau"

    def withdraws(self, actor):
        rows = Message.objects.filter(demande=self.demande, author=actor.user_id, withdrawn_at=None)
        own = [message for message in rows.order_by("seq") if message.created_at in self.lines_of]
        message = self.dice.choice(own) if own else None
        if message is None:
            raise DomainError
        correcting.withdraw(actor, self.demande.id, message.id, "Erreur.", key=uuid4())
        self.was_told = self.lines_of[message.created_at]
        return "retrait-message" if message.audience == "tous" else "retrait-note"

    def takes_the_mandat_back(self, actor):
        mandat.withdraw(actor, self.demande.id, key=uuid4())
        return "retrait-du-mandat"

    def step(self):
        """Choices, then an act by somebody, looked at; then its mails, after somebody may have lost the right."""
        around = {self.chooses: 0.3, self.follows: 0.25, self.moves_about: 0.2, self.goes_away: 0.1}
        for happening, odds in around.items():
            if self.dice.random() < odds:
                self.quietly(happening)
        if not self.deck:
            self.deck = [(act, side) for side, acts in DECK.items() for act in acts]
            self.dice.shuffle(self.deck)
        act, side = self.deck.pop()
        if sent.state(self.demande) == "ARCHIVED":
            self.by_somebody("brings_news", "instructeurs")
            act, side = "reopens", "auteur"
        if act == "says_still_blocked":
            for groupe_id in Facts(self.demande.pk).parts:
                self.by_somebody("processes", "instructeurs", through=groupe_id)
        self.by_somebody(act, side)

    def by_somebody(self, act, side, through=None):
        """Somebody of this side, most of the time; `through` wants an instructeur of that groupe."""
        facts = Facts(self.demande.pk)
        there = [name for name in PEOPLE if facts.side(self.world.user(name).pk) == side]
        if through is not None:
            there = [name for name in there if facts.flag(self.world.user(name).pk, through, "is_instructeur")]
        name = self.dice.choice(there if there and self.dice.random() < 0.95 else PEOPLE)
        name = "rachel" if act == "hands_over" else name
        if act == "leaves" and (named := [one for one in facts.named.values() if one.kind != "auteur"]):
            name = next(name for name in PEOPLE if self.world.user(name).pk == named[-1].user_id)
        self.acts(getattr(self, act), actor_for(self.world.user(name).pk))

    def quietly(self, happening):
        """Not an act on the demande: who is told of an absence has a test of its own."""
        with suppress(DomainError):
            happening()
        self.time.shift(1)
        self.new_lines()
        run_jobs()

    def acts(self, act, actor):
        self.time.shift(1)
        if not actor.is_signed_in:
            return
        before = Facts(self.demande.pk)
        try:
            event = act(actor)
        except DomainError:
            assert self.new_lines() == []
            return
        after = Facts(self.demande.pk)
        lines = [line for line in self.new_lines() if "role" not in line.codes]
        self.done[event] += 1
        assert {line.event for line in lines} <= {event}
        assert len({line.act_id for line in lines}) <= 1
        happened = Happened(event, before, after, actor.user_id, self.given_to, self.was_told)
        found, expected = outcome_of(lines), happened.told()
        assert found == expected, self.explain(event, actor, found, expected)
        if lines:
            self.lines_of[lines[0].at] = found
        self.mails_leave(lines)

    def mails_leave(self, lines):
        """Who still has the right gets theirs, once; who has lost it nothing."""
        if self.dice.random() < 0.3:
            self.moves_about()
        facts = Facts(self.demande.pk)
        mail.outbox.clear()
        run_jobs()
        leave = [line for line in lines if line.state == State.PENDING and facts.may_read(line)]
        expected = sorted(self.address(facts, line) for line in leave)
        assert sorted(one.to[0] for one in mail.outbox if one.extra_headers["X-Aplus-Evenement"] in ROWS) == expected

    def address(self, facts, line):
        return facts.users[line.person_id].email if line.person_id else facts.groupes[line.groupe_id].mailbox

    def grouped_mails_leave(self):
        """At the hour: each thing of who still has the right, in one mail."""
        facts = Facts(self.demande.pk)
        kept = list(Notification.objects.filter(state=State.GROUPED, digest_id=None, demande_id=self.demande.pk))
        expected = Counter(facts.users[line.person_id].email for line in kept if facts.may_read(line))
        mail.outbox.clear()
        notifications.send_digests()
        run_jobs()
        link = f"http://testserver{sent.address(self.demande)}"
        assert Counter({one.to[0]: one.body.splitlines().count(link) for one in mail.outbox}) == expected
        self.new_lines()

    def new_lines(self):
        rows = list(Notification.objects.exclude(pk__in=self.known))
        self.known |= {line.pk for line in rows}
        return rows

    def explain(self, event, actor, found, expected):
        names = dict(User.objects.values_list("pk", "first_name")) | dict(Groupe.objects.values_list("pk", "name"))
        said = [{names[one]: how for one, how in told.items()} for told in (found, expected)]
        return f"{event} by {names[actor.user_id]}: told {said[0]}, to tell {said[1]}"


def live(world, time_machine, seed, done):
    """A whole story; what was done is added up."""
    story = Story(world, time_machine, seed, done)
    run_jobs()
    for rank in range(40):
        time_machine.shift(story.dice.choice([1, 600, 7200]))
        story.step()
        if rank % 10 == 9:
            time_machine.shift(24 * 3600)
            story.grouped_mails_leave()
    for who in ("alice", "amir", "rachel"):
        story.acts(story.takes_the_mandat_back, actor_for(world.user(who).id))


def everything(world, time_machine, seeds, *, enough):
    """These stories, each from the same world: at least `enough`, then until every row of the table was lived."""
    time_machine.move_to(datetime(2026, 4, 30, 8, tzinfo=UTC), tick=False)
    done = Counter()
    for rank, seed in enumerate(seeds):
        if rank >= enough and ROWS.keys() <= done.keys():
            break
        with transaction.atomic():
            live(world, time_machine, seed, done)
            transaction.set_rollback(True)
    assert ROWS.keys() - done.keys() == set(), done


def test_exactly_those_entitled_are_told_once(world, time_machine):
    everything(world, time_machine, range(20), enough=4)


@pytest.mark.long
def test_exactly_those_entitled_are_told_once_for_long(world, time_machine):
    everything(world, time_machine, range(1000, 1100), enough=100)
