"""Replying: a message, what it does to the part, the parts it closes by tick (demandes.md §2, §3, §5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from aplus.annuaire.queries import calendar_of
from aplus.annuaire.rules import business_day_after, local_day
from aplus.attachments import services as attachments
from aplus.attachments.models import Attachment, Purpose
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.content import Said
from aplus.demandes.models import Audience, Message, Part, ReplyAct
from aplus.demandes.queries import people
from aplus.demandes.rules import delays
from aplus.demandes.rules.life import DemandeEvent, ImpossibleEvent, PartEvent, PartState, next_part_state
from aplus.demandes.services import reply_drafts, telling
from aplus.demandes.services.acting import NOT_ARCHIVED, Act, acting, require_not_done_since, require_state
from aplus.demandes.services.as_chosen import Recipients
from aplus.demandes.services.mandat import require_in_force
from aplus.demandes.services.telling import Role
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import Side, Standing
from aplus.vault.keys import Place

TOO_MUCH = (
    "Un message porte au plus 10 fichiers et 30 Mo en tout\u00a0: décochez-en, vous les enverrez avec un autre message."
)
EVENTS = {
    ReplyAct.REPLY: PartEvent.REPLY,
    ReplyAct.TAKE_CHARGE: PartEvent.TAKE_CHARGE,
    ReplyAct.ASK_DETAILS: PartEvent.ASK_DETAILS,
    ReplyAct.PROCESSED: PartEvent.DECLARE_PROCESSED,
    ReplyAct.NOT_COMPETENT: PartEvent.NOT_COMPETENT,
}
# What the author's side is told at once whatever it chose.
ALWAYS_TOLD = frozenset({ReplyAct.PROCESSED, ReplyAct.ASK_DETAILS})
# No addressed groupe is competent: what superviseurs are told, and what the author's side is asked then.
NOBODY_LEFT = "sans-competent"


def possible_acts(parts: Iterable[Part]) -> tuple[ReplyAct, ...]:
    """What a reply for one of these parts may still do; writing always is."""
    parts = list(parts)
    return tuple(act for act in ReplyAct if act is ReplyAct.REPLY or any(_is_possible(part, act) for part in parts))


def _is_possible(part: Part, act: ReplyAct) -> bool:
    try:
        next_part_state(
            PartState(part.state),
            EVENTS[act],
            is_followed=part.followed_by_id is not None,
            is_closed_by_tick=part.is_closed_by_tick,
        )
    except ImpossibleEvent:
        return False
    return True


@dataclass(frozen=True)
class Reply:
    """What was typed in the box at the end of the thread."""

    said: Said
    file_ids: Sequence[UUID] = ()
    is_note: bool = False
    act: ReplyAct = ReplyAct.REPLY
    promised: date | None = None
    # The groupe whose part is meant, when the reader holds several.
    groupe_id: UUID | None = None
    # The last transition the reader saw, to tell who was faster.
    seen: int | None = None
    closed_groupe_ids: Sequence[UUID] = ()
    is_not_relevant: bool = False
    usual_path: str = ""
    # The version of the reply draft that the page showed; None when the form did not say.
    draft_version: int | None = None
    # Groupes that may be competent instead: shown to the author's side, nobody is invited.
    proposed_groupe_ids: Sequence[UUID] = ()

    @property
    def has_message(self) -> bool:
        """Something to read: text, file, information or a proposal."""
        return bool(self.said.text or self.said.infos or self.proposed_groupe_ids or self.file_ids)


def reply(actor: Actor, demande_id: UUID, reply: Reply, *, key: UUID) -> None:
    """Add a reply; raises Refused (nothing to send, impossible promise), Overtaken, Unknown, NotAllowed."""
    journal_act = "note" if reply.is_note else reply.act.value
    with acting(actor, demande_id, decisions.may_reply, key=key, journal_act=journal_act) as act:
        require_in_force(act)
        require_state(act, *NOT_ARCHIVED)
        if act.side is Side.AUTHOR:
            _from_the_author(act, reply)
        else:
            _from_an_instructeur(act, reply)
        reply_drafts.forget(act, page=key, version=reply.draft_version)


def _from_the_author(act: Act, reply: Reply) -> None:
    _require_something(reply)
    _write(act, reply, None)
    for part in act.parts:
        if part.awaited_since is not None:
            act.move(part, PartEvent.AUTHOR_MESSAGE)
    telling.tell(act, "reponse", telling.of_message(act, Audience.ALL))


def _from_an_instructeur(act: Act, reply: Reply) -> None:
    if reply.act is ReplyAct.REPLY:
        _require_something(reply)
    capacity = decisions.standing(act.actor, act.demande)
    if capacity is not Standing.INSTRUCTEUR and (reply.act is not ReplyAct.REPLY or reply.closed_groupe_ids):
        raise NotAllowed
    part = _part(act, reply) if capacity is Standing.INSTRUCTEUR else None
    if reply.has_message:
        _write(act, reply, part)
    if reply.is_note:
        telling.tell(act, "note", telling.of_message(act, Audience.INSTRUCTEURS), part=part)
        return
    if part is not None:
        _move(act, part, reply)
    _tell_of_act(act, reply, part, _close_by_tick(act, reply, part))


def _move(act: Act, part: Part, reply: Reply) -> None:
    _require_not_overtaken(act, part, reply)
    if reply.act is ReplyAct.TAKE_CHARGE and reply.promised is not None:
        _require_possible_promise(act, part, reply.promised)
        act.move(part, PartEvent.PROMISE, promised=reply.promised)
        return
    act.move(part, EVENTS[reply.act])
    if reply.act in {ReplyAct.PROCESSED, ReplyAct.NOT_COMPETENT}:
        part.is_not_relevant = reply.is_not_relevant
        part.demarche_sealed = (
            act.key.seal(Place("part", "demarche", part.id), reply.usual_path) if reply.usual_path else None
        )


def _close_by_tick(act: Act, reply: Reply, own: Part | None) -> list[Part]:
    """Close the open parts that nobody follows and that the ticks name."""
    closed = []
    for groupe_id in dict.fromkeys(reply.closed_groupe_ids):
        part = act.part_of(groupe_id)
        if part is None or part is own:
            raise Unknown
        if not part.is_open or part.followed_by_id is not None:
            raise Overtaken(f"{part.groupe.name} s'occupe entre-temps de cette demande : sa part n'a pas été close.")
        act.move(part, PartEvent.CLOSE_BY_TICK)
        closed.append(part)
    return closed


def _tell_of_act(act: Act, reply: Reply, part: Part | None, closed: list[Part]) -> None:
    if reply.act is ReplyAct.REPLY:
        telling.tell(act, "reponse", telling.of_message(act, Audience.ALL), part=part)
        return
    event = "promesse" if reply.promised is not None and reply.act is ReplyAct.TAKE_CHARGE else reply.act.value
    is_nobody_left = all(each.state == PartState.NOT_COMPETENT for each in act.parts)
    author_side = telling.author_side(act, always=reply.act in ALWAYS_TOLD)
    recipients = author_side | telling.groupes_as_sent(act, closed)
    telling.tell(act, event, recipients, part=part, why=NOBODY_LEFT if is_nobody_left else "")
    if is_nobody_left:
        _tell_nobody_is_competent(act)


def _tell_nobody_is_competent(act: Act) -> None:
    """The superviseurs of the structure and of each addressed groupe; the last resort, the administrateurs."""
    told = False
    for part in (None, *act.parts):
        groupe = part.groupe if part else act.demande.structure
        people = telling.of_role(act.demande, groupe, Role.SUPERVISEUR)
        telling.tell(act, NOBODY_LEFT, Recipients(people=people), part=part, role=Role.SUPERVISEUR)
        told = told or bool(people)
    if not told:
        last = Recipients(people=telling.of_role(act.demande, act.demande.structure, Role.ADMINISTRATEUR))
        telling.tell(act, NOBODY_LEFT, last, role=Role.ADMINISTRATEUR)
    act.record(DemandeEvent.NOBODY_COMPETENT, code="superviseurs" if told else "administrateurs")


def _part(act: Act, reply: Reply) -> Part:
    """The part this reply is about: the one named, else an open one of the reader's groupes, else any of them."""
    mine = act.my_parts()
    if reply.groupe_id is not None:
        named = next((part for part in mine if part.groupe_id == reply.groupe_id), None)
        if named is None:
            raise Unknown
        return named
    return next((part for part in mine if part.is_open), mine[0])


def _require_something(reply: Reply) -> None:
    if not reply.has_message:
        raise Refused.because("Écrivez un message ou joignez un fichier avant d'envoyer.", "message")


def _require_not_overtaken(act: Act, part: Part, reply: Reply) -> None:
    if reply.act is ReplyAct.TAKE_CHARGE:
        require_not_done_since(act, part, reply.seen, PartEvent.TAKE_CHARGE, PartEvent.PROMISE)
    elif reply.act is not ReplyAct.REPLY:
        require_not_done_since(act, part, reply.seen, EVENTS[reply.act])


def _require_possible_promise(act: Act, part: Part, promised: date) -> None:
    calendar = calendar_of(act.demande.territoire, part.groupe)
    today = local_day(act.at, calendar)
    if promised < today:
        raise Refused.because("Cette date est passée : choisissez aujourd'hui ou un jour à venir.", "promis_le")
    latest = business_day_after(today, delays.PROMISE_AT_MOST, calendar)
    if promised > latest:
        raise Refused.because(f"Choisissez une date au plus tard le {latest:%d/%m/%Y} (30 jours ouvrés).", "promis_le")


def _write(act: Act, reply: Reply, part: Part | None) -> Message:
    audience = Audience.INSTRUCTEURS if reply.is_note else Audience.ALL
    said = replace(reply.said, proposed=_proposals(act, reply.proposed_groupe_ids))
    message = act.write(said, audience=audience, act=reply.act if part is not None else "", part=part)
    attach(act, message, reply.file_ids)
    return message


def _proposals(act: Act, groupe_ids: Sequence[UUID]) -> tuple[tuple[str, str], ...]:
    if not groupe_ids:
        return ()
    groupes = people.addressable_groupes(act.demande.structure).filter(pk__in=set(groupe_ids))
    if len(groupes) != len(set(groupe_ids)):
        raise Unknown
    return tuple((str(groupe.id), groupe.name) for groupe in groupes)


def attach(act: Act, message: Message, file_ids: Sequence[UUID]) -> None:
    """Give the message the files its author sent beforehand; somebody else's, or another demande's, are unknown."""
    if not file_ids:
        return
    waiting = Attachment.objects.filter(
        pk__in=file_ids,
        dossier_id=act.demande.id,
        uploader_id=act.actor.user_id,
        message_id=None,
        purpose=Purpose.WAITING,
    )
    sizes = list(waiting.values_list("size", flat=True))
    if len(sizes) != len(set(file_ids)):
        raise Unknown
    if len(sizes) > attachments.MAX_FILES or sum(sizes) > attachments.MAX_SEND_BYTES:
        raise Refused.because(TOO_MUCH, "fichiers")
    waiting.update(message_id=message.id, audience=message.audience, purpose=Purpose.PIECE)
