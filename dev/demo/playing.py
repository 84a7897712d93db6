"""Playing the stories: each act is done by the product's own services, at its moment, by its person."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from aplus.annuaire.models import Territoire
from aplus.annuaire.rules import Calendar, business_day_after, local_day
from aplus.core import clock
from aplus.demandes.content import Said
from aplus.demandes.models import Demande
from aplus.demandes.openers import open_demande
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import closing, inviting, mandat, people, reading, replying, uploads
from aplus.policy.actor import Actor
from dev.demo import papers, script
from dev.demo.days import dated, moment
from dev.demo.script import Begun, Paper, Step, Story
from dev.demo.settling import Cast
from dev.demo.writing import Desk

READS_BEFORE = timedelta(minutes=4)


@dataclass(frozen=True)
class Event:
    """Something that happens at a moment."""

    at: datetime
    play: Callable[[], object]


class Stage:
    """The stories being played, and the demande each one became."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.cast = cast
        self.now = now
        self.calendars = {one.code: one.calendar for one in Territoire.objects.all()}
        self.demande_ids: dict[int, UUID] = {}

    def events(self, stories: Sequence[Story], drafts: Sequence[Begun]) -> Iterator[Event]:
        """Everything that happens, story by story; sorted by moment it is the world's history."""
        for rank, story in enumerate(stories):
            at = self._moment(story.at, story)
            yield Event(at, partial(self._send, rank, story, at))
            for step in story.then:
                yield from self._step_events(rank, story, step, at)
                at = self._moment(step.at, story)
        for number, begun in enumerate(drafts, len(stories)):
            at = self._moment(begun.story.at, begun.story)
            yield Event(at, partial(self._desk(number, begun.story, at).begin, begun.steps))

    def _step_events(self, rank: int, story: Story, step: Step, after: datetime) -> Iterator[Event]:
        at = self._moment(step.at, story)
        if at - READS_BEFORE <= after:
            raise ValueError(f"{story.subject}: {step.at} comes too soon")
        yield Event(at - READS_BEFORE, partial(self._read, rank, step.by, at - READS_BEFORE))
        if not isinstance(step, script.Read):
            yield Event(at, partial(self._play, rank, story, step, at))

    def _moment(self, text: str, story: Story) -> datetime:
        return moment(text, self.now, self.calendars[story.territoire])

    def _desk(self, rank: int, story: Story, at: datetime) -> Desk:
        return Desk(self.cast, story, rank, at, self.calendars[story.territoire])

    def _send(self, rank: int, story: Story, at: datetime) -> None:
        self.demande_ids[rank] = self._desk(rank, story, at).send()
        self._read(rank, story.by, at)

    def _read(self, rank: int, who: str, at: datetime) -> None:
        """What asking for the page does: opens the part, marks it read, leaves the line of a reading."""
        actor = self.cast.actors[who]
        with clock.at(at):
            demande = self.demande(actor, rank)
            if people.open_page(actor, demande):
                demande = self.demande(actor, rank)
            open_demande(actor, demande)
            reading.mark_read(actor, demande)

    def demande(self, actor: Actor, rank: int) -> Demande:
        """The demande of a story, as this person sees it."""
        demande = load_demande(actor, self.demande_ids[rank])
        if demande is None:
            raise LookupError(f"{actor.name} is not on story {rank}")
        return demande

    def _play(self, rank: int, story: Story, step: Step, at: datetime) -> None:
        with clock.at(at):
            Turn(self, rank, at, self.calendars[story.territoire]).play(step)


class Turn:
    """One act of one person on a demande."""

    def __init__(self, stage: Stage, rank: int, at: datetime, calendar: Calendar) -> None:
        self.stage = stage
        self.rank = rank
        self.cast = stage.cast
        self.at = at
        self.calendar = calendar

    def play(self, step: Step) -> None:
        """Call the service of the act."""
        actor, demande_id, key = self.cast.actors[step.by], self.stage.demande_ids[self.rank], uuid4()
        match step:
            case script.Say():
                replying.reply(actor, demande_id, self._reply(actor, step), key=key)
            case script.Invite():
                inviting.invite(actor, demande_id, self._invitation(step), key=key)
            case script.CoAuthor():
                inviting.add_co_authors(actor, demande_id, self._user_ids(step.colleagues), key=key)
            case script.Give():
                [groupe_id], [user_id] = self._groupe_ids((step.groupe,)), self._user_ids((step.to,))
                people.give_part(actor, demande_id, groupe_id=groupe_id, user_id=user_id, key=key)
            case script.Archive():
                remark = self._dated(step.remark)
                closing.archive(actor, demande_id, unblocked=step.unblocked, remark=remark, key=key)
            case script.StillBlocked():
                closing.say_still_blocked(actor, demande_id, text=self._dated(step.text), key=key)
            case script.Reopen():
                closing.reopen(actor, demande_id, text=self._dated(step.text), key=key)
            case script.News():
                closing.bring_news(actor, demande_id, text=self._dated(step.text), key=key)
            case script.Withdraw():
                mandat.withdraw(actor, demande_id, key=key)

    def _reply(self, actor: Actor, step: script.Say) -> replying.Reply:
        return replying.Reply(
            said=Said(self._dated(step.text)),
            file_ids=self._kept(actor, step.files),
            is_note=step.is_note,
            act=step.act,
            promised=self._day(step.promised),
            closed_groupe_ids=self._groupe_ids(step.closes),
            is_not_relevant=bool(step.usual_path),
            usual_path=step.usual_path,
            proposed_groupe_ids=self._groupe_ids(step.proposed),
        )

    def _kept(self, actor: Actor, files: Sequence[Paper]) -> list[UUID]:
        if not files:
            return []
        made = [papers.upload(dated_paper(paper, self.at, self.calendar)) for paper in files]
        kept, refusals = uploads.keep(actor, self.stage.demande(actor, self.rank), made)
        if refusals:
            raise ValueError(refusals)
        return kept

    def _invitation(self, step: script.Invite) -> inviting.Invitation:
        return inviting.Invitation(
            groupe_ids=self._groupe_ids(step.groupes),
            person_ids=self._user_ids(step.persons),
            expert_ids=self._user_ids(step.experts),
            reason=self._dated(step.reason),
            text=self._dated(step.text),
            is_note=step.is_note,
        )

    def _dated(self, text: str) -> str:
        return dated(text, self.at, self.calendar)

    def _day(self, business_days: int | None) -> date | None:
        if business_days is None:
            return None
        return business_day_after(local_day(self.at, self.calendar), business_days, self.calendar)

    def _groupe_ids(self, keys: Sequence[str]) -> list[UUID]:
        return [self.cast.groupes[key].id for key in keys]

    def _user_ids(self, keys: Sequence[str]) -> list[UUID]:
        return [self.cast.users[key].pk for key in keys]


def dated_paper(paper: Paper, at: datetime, calendar: Calendar) -> Paper:
    """The paper with the dates of this moment."""
    return Paper(paper.name, paper.title, tuple(dated(line, at, calendar) for line in paper.lines))
