"""Everything the page of one demande shows this reader, made from what was loaded; no query here."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from aplus.annuaire.models import Groupe
from aplus.annuaire.rules import local_day
from aplus.attachments.models import Attachment, Purpose
from aplus.demandes.content import MANDAT_MODES, Answer, Authorisation
from aplus.demandes.models import Demande, Message, Transition
from aplus.demandes.openers import OpenedDemande
from aplus.demandes.presenters.page import content, parts
from aplus.demandes.presenters.page.changing import MayChange, changing
from aplus.demandes.presenters.page.parts import GroupeBox, PartLine, Reader
from aplus.demandes.presenters.page.thread import EventEntry, FileLine, MessageEntry, file_lines, thread
from aplus.demandes.presenters.same_person import SamePerson, same_person
from aplus.demandes.presenters.states import demande_badge, demande_label, number_label, usual_delay
from aplus.demandes.queries.page import EXPERT, MEMBER, ON_IT, PersonRow
from aplus.demandes.queries.search import OtherDemande
from aplus.demandes.rules import mandat as rules
from aplus.demandes.rules.life import DemandeState, PartState
from aplus.demandes.services.mandat import is_over
from aplus.demandes.services.replying import possible_acts
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import AUTHOR_KINDS, Side, Standing
from aplus.vault.keys import Place

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Loaded:
    """What the queries of the page brought."""

    messages: list[Message]
    transitions: list[Transition]
    files: list[Attachment]
    people: list[PersonRow]
    groupes: list[Groupe]
    others: list[OtherDemande] = field(default_factory=list)


@dataclass(frozen=True)
class MandatLine:
    """The mandat in one line of the side column."""

    id: UUID
    mode: str
    authorisation: Authorisation
    proofs: tuple[FileLine, ...]
    is_near_end: bool
    is_over: bool
    is_withdrawn: bool
    erased_on: date | None


@dataclass(frozen=True)
class May:
    """What this reader may do now: the right, and a state that allows it."""

    reply: bool
    note: bool
    move: bool
    invite: bool
    invite_person: bool
    add_co_author: bool
    leave: bool
    archive: bool
    say_still_blocked: bool
    reopen: bool
    bring_news: bool
    withdraw_mandat: bool
    renew_mandat: bool


@dataclass(frozen=True)
class DemandePage:
    """The page, ready for the template."""

    demande: Demande
    number: str
    subject: str
    state: str
    badge: str
    turn: str
    turn_sentence: str
    side: Side
    is_author_side: bool
    is_archived: bool
    parts: list[PartLine]
    urgency: str
    precautions: list[str]
    opened: OpenedDemande
    identifiers: list[content.IdentifierLine]
    missing: list[str]
    answers: tuple[Answer, ...]
    files: tuple[FileLine, ...]
    mandat: MandatLine
    thread: list[MessageEntry | EventEntry]
    groupes: list[GroupeBox]
    readers: list[Reader]
    same_person: SamePerson
    may: May
    last_seen: int
    # The groupes whose delay offers an expert, when this reader may call on one.
    late_groupes: str
    choices: "FormChoices" = field(repr=False)

    def first_unread(self, read_before: datetime | None) -> UUID | None:
        """The first message of somebody else since this reader's last reading; none at the first reading."""
        if read_before is None:
            return None
        for entry in self.thread:
            if isinstance(entry, MessageEntry) and not entry.is_mine and entry.at > read_before:
                return entry.id
        return None

    def may_change(self, message_id: UUID) -> MayChange | None:
        """What this reader may still do to this message of the thread."""
        for entry in self.thread:
            if isinstance(entry, MessageEntry) and entry.id == message_id:
                return entry.may_change
        return None

    @property
    def is_to_invite(self) -> bool:
        """Whether nobody competent is left, and this reader is the one who is asked to invite."""
        parts = self.demande.part_list
        return self.is_author_side and self.may.invite and all(part.state == PartState.NOT_COMPETENT for part in parts)

    @property
    def may_do_more(self) -> bool:
        """Whether a reply may do something beside being read."""
        return len(self.choices.acts) > 1


@dataclass(frozen=True)
class FormChoices:
    """What the forms of the page offer."""

    parts: Choices
    colleagues_by_part: dict[UUID, Choices]
    closable: Choices
    groupes: list[tuple[str, list[tuple[str, str]]]]
    groupe_hints: dict[str, str]
    persons: Choices
    experts: Choices
    co_authors: Choices
    waiting: Choices
    acts: Choices


def demande_page(actor: Actor, opened: OpenedDemande, loaded: Loaded, *, now: datetime, shown: str) -> DemandePage:
    """Assemble the page; `shown` is the identifier asked for in clear just before, if any."""
    demande = opened.demande
    side = decisions.side(actor, demande) or Side.AUTHOR
    change = changing(demande, loaded.people, actor.user_id, now)
    own_files = [file for file in loaded.files if file.message_id is None and file.purpose == Purpose.PIECE]
    may = may_now(actor, demande, now)
    return DemandePage(
        demande=demande,
        number=number_label(demande.number),
        subject=opened.subject,
        state=demande_label(demande.state, side),
        badge=demande_badge(demande.state),
        turn=parts.turn_of(demande),
        turn_sentence=parts.turn_sentence(demande, side),
        side=side,
        is_author_side=side is Side.AUTHOR,
        is_archived=demande.state == DemandeState.ARCHIVED,
        parts=parts.part_lines(demande, actor, now),
        urgency=content.urgency_text(opened.block),
        precautions=content.precaution_texts(opened.block),
        opened=opened,
        identifiers=content.identifier_lines(actor, demande, opened.usager, shown),
        missing=content.missing_identifiers(demande, opened.usager) if side is Side.AUTHOR else [],
        answers=tuple(answer for answer in opened.block.answers if answer.text),
        files=file_lines(opened.key, own_files),
        mandat=_mandat(opened, loaded.files, now),
        thread=thread(demande, opened.key, loaded.messages, loaded.transitions, loaded.files, change),
        groupes=parts.groupe_boxes(demande, loaded.people, loaded.transitions),
        readers=parts.readers(loaded.people, actor.user_id),
        same_person=same_person(loaded.others, opened.usager),
        may=may,
        late_groupes=parts.late_groupes(demande, now) if may.invite else "",
        last_seen=loaded.transitions[-1].id if loaded.transitions else 0,
        choices=_choices(actor, opened, loaded),
    )


def may_now(actor: Actor, demande: Demande, now: datetime) -> May:
    """The acts to offer: those the policy allows and neither the state nor the mandat makes pointless."""
    is_open = demande.state != DemandeState.ARCHIVED
    is_kept = demande.erased_at is None and demande.mandat.withdrawn_at is None
    is_authorised = is_kept and not is_over(demande, now)
    is_processed = demande.state == DemandeState.PROCESSED
    return May(
        reply=is_open and is_authorised and decisions.may_reply(actor, demande),
        note=is_open and is_authorised and decisions.may_write_note(actor, demande),
        move=is_open and decisions.may_move_part(actor, demande),
        invite=is_open and is_authorised and decisions.may_invite(actor, demande),
        invite_person=is_open and is_authorised and decisions.may_invite_person(actor, demande),
        add_co_author=is_open and decisions.may_add_co_author(actor, demande),
        leave=is_open and decisions.may_leave(actor, demande),
        archive=is_open and decisions.may_archive(actor, demande),
        say_still_blocked=is_processed and is_authorised and decisions.may_say_still_blocked(actor, demande),
        reopen=not is_open and is_authorised and decisions.may_reopen(actor, demande),
        bring_news=not is_open and is_authorised and decisions.may_bring_news(actor, demande),
        withdraw_mandat=is_kept and decisions.may_withdraw_mandat(actor, demande),
        renew_mandat=is_kept and decisions.may_renew_mandat(actor, demande),
    )


def _mandat(opened: OpenedDemande, files: list[Attachment], now: datetime) -> MandatLine:
    mandat, calendar = opened.demande.mandat, opened.demande.territoire.calendar
    today = local_day(now, calendar)
    authorisation = Authorisation.from_json(opened.key.open_json(Place("mandat", "content", mandat.id), mandat.sealed))
    proofs = [file for file in files if file.purpose == Purpose.PROOF]
    return MandatLine(
        id=mandat.id,
        mode=MANDAT_MODES[authorisation.mode],
        authorisation=authorisation,
        proofs=file_lines(opened.key, proofs),
        is_near_end=rules.is_near_end(mandat.ends_on, today),
        is_over=rules.is_over(mandat.ends_on, today),
        is_withdrawn=mandat.withdrawn_at is not None,
        erased_on=rules.erased_on(mandat.withdrawn_at, calendar) if mandat.withdrawn_at else None,
    )


def _choices(actor: Actor, opened: OpenedDemande, loaded: Loaded) -> FormChoices:
    demande = opened.demande
    mine = [part for part in demande.part_list if part.groupe_id in actor.instructeur_groupe_ids]
    is_handling = decisions.standing(actor, demande) is Standing.INSTRUCTEUR
    open_groupes = {part.groupe_id for part in demande.part_list if part.state != PartState.NOT_COMPETENT}
    offered = [groupe for groupe in loaded.groupes if groupe.id not in open_groupes]
    waiting = [file for file in loaded.files if file.purpose == Purpose.WAITING]
    return FormChoices(
        parts=tuple((str(part.groupe_id), part.groupe.name) for part in mine) if is_handling else (),
        colleagues_by_part={part.groupe_id: _members(loaded.people, part.groupe_id) for part in mine},
        acts=tuple((act.value, str(act.label)) for act in possible_acts(mine)) if is_handling else (),
        closable=tuple(
            (str(part.groupe_id), part.groupe.name)
            for part in demande.part_list
            if part.is_open and part.followed_by_id is None and part not in mine
        ),
        groupes=_by_organisme(offered),
        groupe_hints={str(groupe.id): _hint(groupe) for groupe in offered if _hint(groupe)},
        persons=_persons(actor, demande, loaded.people) if is_handling else (),
        experts=_experts(loaded.people),
        co_authors=_co_authors(actor, demande, loaded.people),
        waiting=tuple((str(line.id), line.words) for line in file_lines(opened.key, waiting)),
    )


def _members(people: list[PersonRow], groupe_id: UUID) -> Choices:
    return tuple(
        (str(person.user_id), person.name)
        for person in people
        if person.role == MEMBER and person.kind == "instructeur" and person.groupe_id == groupe_id
    )


def _persons(actor: Actor, demande: Demande, people: list[PersonRow]) -> Choices:
    """Members of the reader's groupes that are not addressed, who are not on the demande yet."""
    addressed = {part.groupe_id for part in demande.part_list}
    here = {person.user_id for person in people if person.role == ON_IT}
    here |= {person.user_id for person in people if person.groupe_id in addressed and person.kind == "instructeur"}
    found = {
        str(person.user_id): f"{person.name} ({person.groupe_name})"
        for person in people
        if person.role == MEMBER
        and person.kind == "instructeur"
        and person.groupe_id in actor.instructeur_groupe_ids
        and person.user_id not in here
    }
    return tuple(found.items())


def _experts(people: list[PersonRow]) -> Choices:
    here = {person.user_id for person in people if person.role == ON_IT}
    return tuple(
        (str(person.user_id), person.name) for person in people if person.role == EXPERT and person.user_id not in here
    )


def _co_authors(actor: Actor, demande: Demande, people: list[PersonRow]) -> Choices:
    here = {person.user_id for person in people if person.role == ON_IT and person.kind in AUTHOR_KINDS}
    return tuple(
        (str(person.user_id), person.name)
        for person in people
        if person.role == MEMBER
        and person.kind == "aidant"
        and person.groupe_id == demande.structure_id
        and person.user_id not in here | {actor.user_id}
    )


def _by_organisme(groupes: list[Groupe]) -> list[tuple[str, list[tuple[str, str]]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for groupe in groupes:
        found.setdefault(groupe.organisme.name, []).append((str(groupe.id), groupe.name))
    return list(found.items())


def _hint(groupe: Groupe) -> str:
    delay = usual_delay(getattr(groupe, "usual_days", None))
    said = f"{delay[0].upper()}{delay[1:]}." if delay else ""
    return " ".join(text for text in (groupe.public_note, groupe.organisme.consigne, said) if text)
