"""The one writer: lock the demande, ask the policy again, move its parts, copy the list columns, leave the trail.

Every act on a demande goes through `acting` (data-shape.md, demandes.md §2): either all of it is written, with its
transitions, its journal line and who is to be told, or nothing is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import cast
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from aplus.access.keys import use_key
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Unknown
from aplus.demandes.content import Said
from aplus.demandes.models import Audience, Demande, Message, Part, Participant, ParticipantKind, Transition
from aplus.demandes.openers import key_for
from aplus.demandes.queries.demande import locked_demande
from aplus.demandes.rules.life import (
    CLOSED_PARTS,
    OPEN_PARTS,
    DemandeEvent,
    DemandeState,
    ImpossibleEvent,
    PartEvent,
    PartState,
    demande_state,
    next_part_state,
)
from aplus.demandes.services import copies, search, timing
from aplus.journal import services as journal
from aplus.policy.actor import Actor
from aplus.policy.decisions import Side, may_read, side
from aplus.vault.keys import DossierKey, Place

FOLLOWS = frozenset({PartEvent.TAKE_CHARGE, PartEvent.PROMISE})
FOLLOWS_IF_NOBODY = frozenset({PartEvent.REPLY, PartEvent.ASK_DETAILS, PartEvent.DECLARE_PROCESSED})
KEEPS_AWAITED = frozenset({PartEvent.OPEN_PAGE, PartEvent.GIVE, PartEvent.CHANGE_GROUPE})
ENDS_PROMISE = frozenset(
    {
        PartEvent.ASK_DETAILS,
        PartEvent.DECLARE_PROCESSED,
        PartEvent.CLOSE_BY_TICK,
        PartEvent.NOT_COMPETENT,
        PartEvent.MERGE,
        PartEvent.STILL_BLOCKED,
        PartEvent.REOPEN,
    }
)


class Act:
    """One act of one person on one demande, inside its transaction."""

    def __init__(self, actor: Actor, demande: Demande, at: datetime, key: DossierKey | None = None) -> None:
        self.id = uuid4()
        self.actor = actor
        self.demande = demande
        self.at = at
        self.parts: list[Part] = list(demande.part_list)
        # The writer's loader brings whole rows, not only the facts.
        self.participants = cast("list[Participant]", list(demande.participant_list))
        self._key = key
        self._transitions: list[Transition] = []
        self._new_seq: int | None = None
        # What each side gets to see of this act; a note is nothing to the author's side.
        self.is_seen_by_author = False
        self._is_word = False
        self._is_word_to_author = False

    @property
    def key(self) -> DossierKey:
        """The demande's key, opened when the act seals something."""
        if self._key is None:
            self._key = key_for(self.demande)
        return self._key

    @property
    def side(self) -> Side | None:
        """The side the actor is on."""
        return side(self.actor, self.demande)

    def my_parts(self) -> list[Part]:
        """The parts of the actor's groupes."""
        return [part for part in self.parts if part.groupe_id in self.actor.instructeur_groupe_ids]

    def part_of(self, groupe_id: UUID) -> Part | None:
        """The part of this groupe, if it was addressed."""
        return next((part for part in self.parts if part.groupe_id == groupe_id), None)

    # Parts

    def address(self, groupe: Groupe, *, reason: str = "") -> Part:
        """Address a groupe for the first time, or again after it said it is not competent."""
        part = self.part_of(groupe.id)
        if part is None:
            part = Part(
                demande=self.demande,
                groupe=groupe,
                state="",
                addressed_at=self.at,
                is_urgent=self.demande.is_urgent,
                demande_created_at=self.demande.created_at,
            )
            self._move(part, PartEvent.ADDRESS, None, reason=reason)
            copies.refresh_part(part, self.demande, self.at)
            part.save(force_insert=True)
            self.parts.append(part)
        else:
            part.addressed_at = self.at
            self.move(part, PartEvent.ADDRESS, reason=reason)
        return part

    def move(
        self,
        part: Part,
        event: PartEvent,
        *,
        promised: date | None = None,
        target_id: UUID | None = None,
        code: str = "",
        reason: str = "",
    ) -> None:
        """Apply one event to a part; raises Overtaken when the table of `rules.life` has no such move."""
        self._move(part, event, PartState(part.state), promised, target_id, code, reason)

    def _move(
        self,
        part: Part,
        event: PartEvent,
        before: PartState | None,
        promised: date | None = None,
        target_id: UUID | None = None,
        code: str = "",
        reason: str = "",
    ) -> None:
        try:
            after = next_part_state(
                before, event, is_followed=part.followed_by_id is not None, is_closed_by_tick=part.is_closed_by_tick
            )
        except ImpossibleEvent:
            raise Overtaken(self._who_was_faster(part)) from None
        delay = (part.due_at, part.awaited_since)
        if event is PartEvent.PROMISE:
            part.promised_date = promised
        elif event in ENDS_PROMISE or timing.is_promise_over(part, self.demande, event, self.at):
            part.promised_date = None
        was_awaited = part.awaited_since is not None
        timing.set_due(part, self.demande, event, was_awaited=was_awaited, after=after, at=self.at)
        self._set_followed(part, event, before, target_id)
        if event is PartEvent.ASK_DETAILS:
            part.awaited_since = self.at
        elif event not in KEEPS_AWAITED:
            part.awaited_since = None
        if after in CLOSED_PARTS and before in OPEN_PARTS:
            part.closed_at = self.at
            part.is_closed_by_tick = event is PartEvent.CLOSE_BY_TICK
        elif after in OPEN_PARTS:
            part.closed_at = None
            part.is_closed_by_tick = False
        part.state = after
        if (part.due_at, part.awaited_since) != delay:
            timing.begin_round(part, self.demande)
        self._transition(
            event,
            part=part,
            from_state=before or "",
            to_state=after,
            target_id=target_id,
            day=promised,
            code=code,
            reason=reason,
        )

    def mark(self, part: Part, event: PartEvent, *, code: str = "") -> None:
        """A line about a part that moves nothing: state, due date and what is awaited stay."""
        state = next_part_state(PartState(part.state), event, is_followed=part.followed_by_id is not None)
        self._transition(event, part=part, from_state=part.state, to_state=state, code=code)

    def _set_followed(self, part: Part, event: PartEvent, before: PartState | None, target_id: UUID | None) -> None:
        if event is PartEvent.GIVE:
            part.followed_by_id = target_id
        elif event in FOLLOWS or (event in FOLLOWS_IF_NOBODY and part.followed_by_id is None and before in OPEN_PARTS):
            part.followed_by_id = self.actor.user_id

    def _who_was_faster(self, part: Part) -> str:
        last = Transition.objects.filter(part=part).select_related("actor").order_by("-id").first()
        if last is None or last.actor is None or last.actor_id == self.actor.user_id:
            return "Cette part de la demande a changé entre-temps : relisez son état avant d'agir."
        return (
            f"{last.actor.full_name} vient d'agir sur la part de {part.groupe.name} : relisez la demande avant d'agir."
        )

    # The demande

    def record(
        self,
        event: DemandeEvent,
        *,
        target_id: UUID | None = None,
        for_id: UUID | None = None,
        day: date | None = None,
        code: str = "",
        reason: str = "",
    ) -> None:
        """An event of the demande that moves no part; its state stays (or, when it is sent, begins)."""
        to_state = self.demande.state
        state = "" if event is DemandeEvent.SEND else to_state
        self._transition(
            event,
            from_state=state,
            to_state=to_state,
            target_id=target_id,
            for_id=for_id,
            day=day,
            code=code,
            reason=reason,
        )

    def set_state(self, event: DemandeEvent, state: DemandeState, *, code: str = "", reason: str = "") -> None:
        """Archive or reopen: the only two moves of the demande that are not a function of its parts."""
        before = self.demande.state
        self.demande.state = state
        self.demande.archived_at = self.at if state is DemandeState.ARCHIVED else None
        self._transition(event, from_state=before, to_state=state, code=code, reason=reason)

    def write(
        self, said: Said, *, audience: Audience = Audience.ALL, act: str = "", part: Part | None = None
    ) -> Message:
        """Add a message to the thread."""
        if self._new_seq is None:
            last = Message.objects.filter(demande=self.demande).aggregate(last=Max("seq"))["last"]
            self._new_seq = last or 0
        self._new_seq += 1
        message_id = uuid4()
        message = Message.objects.create(
            id=message_id,
            demande=self.demande,
            seq=self._new_seq,
            author_id=self.actor.person_id,
            side=self.side or "",
            audience=audience,
            act=act,
            part=part,
            sealed=self.key.seal_json(Place("message", "sealed", message_id), said.to_json()),
            created_at=self.at,
        )
        self._is_word = True
        if audience is Audience.ALL:
            self.is_seen_by_author = self._is_word_to_author = True
        return message

    def join(self, user_id: UUID, kind: ParticipantKind, via_groupe_id: UUID | None) -> Participant | None:
        """Put a person on the demande by name; None when they are on it by name already."""
        if any(person.user_id == user_id for person in self.participants):
            return None
        person = Participant(
            demande=self.demande,
            user_id=user_id,
            kind=kind,
            via_groupe_id=via_groupe_id,
            since=self.at,
            demande_created_at=self.demande.created_at,
            is_urgent=self.demande.is_urgent,
        )
        copies.refresh_participant(person, self.demande, self.parts, self.at)
        person.save(force_insert=True)
        self.participants.append(person)
        return person

    def finish(self, journal_act: str, *, codes: dict[str, str | int | bool] | None = None) -> None:
        """Derive the state, write transitions, copies, versions and the journal line."""
        self._follow_parts()
        Transition.objects.bulk_create(self._transitions)
        search.follow(self._transitions, self.demande, self.parts, self.participants, lambda: self.key)
        copies.write(
            self.demande,
            self.parts,
            self.participants,
            copies.Change(
                at=self.at,
                by_id=self.actor.user_id,
                is_seen_by_author=self.is_seen_by_author,
                is_word=self._is_word,
                is_word_to_author=self._is_word_to_author,
                is_of_a_person=not self.actor.is_system and journal_act != "ouverture",
                side=self.side,
            ),
        )
        journal.write(self.actor, journal_act, kind="demande", demande_id=self.demande.id, codes=codes)

    def _follow_parts(self) -> None:
        if self.demande.state == DemandeState.ARCHIVED:
            return
        derived = demande_state(PartState(part.state) for part in self.parts)
        if derived != self.demande.state:
            self._transition(DemandeEvent.FOLLOW_PARTS, from_state=self.demande.state, to_state=derived)
            self.demande.state = derived

    def _transition(
        self,
        event: PartEvent | DemandeEvent,
        *,
        to_state: str,
        from_state: str = "",
        part: Part | None = None,
        target_id: UUID | None = None,
        for_id: UUID | None = None,
        day: date | None = None,
        code: str = "",
        reason: str = "",
    ) -> None:
        """`for_id` is whom the system acts for: who is absent."""
        self.is_seen_by_author = True
        # A reason is bound to the demande, for the transition has no id yet.
        sealed = self.key.seal(Place("transition", "reason", self.demande.id), reason) if reason else None
        self._transitions.append(
            Transition(
                act_id=self.id,
                demande=self.demande,
                part=part,
                event=event,
                from_state=from_state,
                to_state=to_state,
                actor_id=for_id or self.actor.user_id,
                at=self.at,
                target_id=target_id,
                day=day,
                code=code,
                reason_sealed=sealed,
            )
        )


@contextmanager
def acting(
    actor: Actor, demande_id: UUID, decision: Callable[[Actor, Demande], bool], *, key: UUID | None, journal_act: str
) -> Iterator[Act]:
    """Open an act: everything inside the block is one transaction, finished on leaving it.

    `key` is the form's one-time key, None for what no form asked for (opening the page). Raises Unknown (out of
    sight), NotAllowed, AlreadyDone (same one-time key), and whatever the block raises; then nothing is written.
    """
    with transaction.atomic():
        demande = locked_demande(actor, demande_id)
        if demande is None or not (actor.is_system or may_read(actor, demande)):
            raise Unknown
        if not decision(actor, demande):
            raise NotAllowed
        if key is not None:
            use_key(actor, key, reverse("demandes:page", args=[demande_id]))
        if demande.wrapped is None:
            raise Overtaken(ERASED)
        act = Act(actor, demande, clock.now())
        yield act
        act.finish(journal_act)


def require_not_done_since(act: Act, part: Part, seen: int | None, *events: PartEvent) -> None:
    """Refuse (409, with the name) what a colleague did since the reader's page was made.

    `seen` is the last transition that page showed; None when the form did not say.
    """
    if seen is None:
        return
    faster = (
        Transition.objects.filter(part=part, id__gt=seen, event__in=events)
        .exclude(actor_id=act.actor.user_id)
        .select_related("actor")
        .last()
    )
    if faster is not None and faster.actor is not None:
        raise Overtaken(f"{faster.actor.full_name} vient de faire la même chose pour {part.groupe.name}.")


def require_state(act: Act, *states: DemandeState) -> None:
    """Refuse (409) an act that came too late for the demande's state."""
    state = DemandeState(act.demande.state)
    if state not in states:
        raise Overtaken(NO_LONGER_ARCHIVED if states == (DemandeState.ARCHIVED,) else TOO_LATE[state])


TOO_LATE = {
    DemandeState.SENT: "Cette demande n'est pas encore traitée : vous pouvez simplement écrire un message.",
    DemandeState.IN_PROGRESS: "Cette demande est en cours : vous pouvez simplement écrire un message.",
    DemandeState.PROCESSED: "Cette demande a été déclarée traitée entre-temps : relisez-la avant d'agir.",
    DemandeState.ARCHIVED: "Cette demande est archivée : plus personne n'y écrit tant qu'elle n'est pas rouverte.",
}
NO_LONGER_ARCHIVED = "Cette demande n'est plus archivée : vous pouvez y écrire un message."
ERASED = "Le contenu de cette demande est effacé : si le blocage revient, créez une nouvelle demande."
NOT_ARCHIVED = (DemandeState.SENT, DemandeState.IN_PROGRESS, DemandeState.PROCESSED)
