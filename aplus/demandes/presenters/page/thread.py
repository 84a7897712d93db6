"""The thread: messages and, as thin lines, what happened; oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aplus.attachments.models import Attachment, FileState
from aplus.attachments.services import file_name
from aplus.demandes.content import Said
from aplus.demandes.models import Audience, Demande, Message, ReplyAct, Transition
from aplus.demandes.presenters.page.changing import Changing, MayChange
from aplus.demandes.presenters.page.times import NOBODY_COMPETENT, is_of_time, time_text
from aplus.demandes.rules.life import DemandeEvent, PartEvent
from aplus.policy.decisions import Side
from aplus.ui.dates import day_label
from aplus.vault.keys import DossierKey, Place

STOOD_IN = {"reste": "reste sur la demande après y avoir agi", "part": "ne fait plus de remplacement"}
UNBLOCKED = {"oui": "oui", "en_partie": "en partie", "non": "non"}
# What a message beside it says already. REOPEN is a word of both tables: of a part it is silent, the demande's is said.
SILENT_OF_PARTS = frozenset({PartEvent.REPLY, PartEvent.AUTHOR_MESSAGE, PartEvent.REOPEN})
SILENT_OF_DEMANDE = frozenset({DemandeEvent.FOLLOW_PARTS, DemandeEvent.NEWS})


@dataclass(frozen=True)
class FileLine:
    """One attachment as a link."""

    id: UUID
    name: str
    size: int
    state: FileState

    @property
    def is_available(self) -> bool:
        """Whether it is shown as a link."""
        return self.state is FileState.AVAILABLE

    @property
    def words(self) -> str:
        """Its name, with what keeps it from being read."""
        return self.state.words(self.name)


@dataclass(frozen=True)
class MessageEntry:
    """One message."""

    id: UUID
    at: datetime
    who: str
    side: str
    groupe: str
    text: str
    infos: tuple[tuple[str, str], ...]
    proposed: tuple[tuple[str, str], ...]
    files: tuple[FileLine, ...]
    is_note: bool
    is_mine: bool
    act: str
    corrected_at: datetime | None
    withdrawal: "Withdrawal | None"
    may_change: MayChange | None
    is_message: bool = True


@dataclass(frozen=True)
class Withdrawal:
    """What is left of a withdrawn message: « message retiré par …, le …, motif »."""

    who: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class EventEntry:
    """One thin line."""

    at: datetime
    text: str
    reason: str
    is_message: bool = False


def file_lines(key: DossierKey, files: Sequence[Attachment]) -> tuple[FileLine, ...]:
    """The files as links, their names opened."""
    return tuple(FileLine(file.id, file_name(key, file), file.size, FileState(file.state)) for file in files)


def thread(
    demande: Demande,
    key: DossierKey,
    messages: Sequence[Message],
    transitions: Sequence[Transition],
    files: Sequence[Attachment],
    changing: Changing,
) -> list[MessageEntry | EventEntry]:
    """Messages and events in the order they came."""
    groupes = {part.id: part.groupe.name for part in demande.part_list}
    by_message: dict[UUID, list[Attachment]] = {}
    for file in files:
        if file.message_id is not None:
            by_message.setdefault(file.message_id, []).append(file)
    entries: list[MessageEntry | EventEntry] = [
        _message(demande, key, message, by_message.get(message.id, []), groupes, changing) for message in messages
    ]
    entries += _events(demande, key, transitions, groupes)
    return sorted(entries, key=lambda entry: (entry.at, entry.is_message))


def _message(
    demande: Demande,
    key: DossierKey,
    message: Message,
    files: Sequence[Attachment],
    groupes: dict[UUID, str],
    changing: Changing,
) -> MessageEntry:
    withdrawal = _withdrawal(key, message)
    if withdrawal is None:
        said = Said.from_json(key.open_json(Place("message", "sealed", message.id), message.sealed))
    else:
        said = Said("")
    is_author = message.side == Side.AUTHOR
    act = "" if message.act in {"", ReplyAct.REPLY} else ReplyAct(message.act).label
    return MessageEntry(
        id=message.id,
        at=message.created_at,
        who=message.author.full_name,
        side=message.side,
        groupe=demande.structure.name if is_author else groupes.get(message.part_id, "") if message.part_id else "",
        text=said.text,
        infos=said.infos,
        proposed=said.proposed if message.audience == Audience.ALL else (),
        files=file_lines(key, files),
        is_note=message.audience == Audience.INSTRUCTEURS,
        is_mine=message.author_id == changing.reader_id,
        act=act,
        corrected_at=message.corrected_at,
        withdrawal=withdrawal,
        may_change=changing.of(message),
    )


def _withdrawal(key: DossierKey, message: Message) -> Withdrawal | None:
    if message.withdrawn_at is None or message.withdrawn_by is None:
        return None
    reason = ""
    if message.reason_sealed is not None:
        reason = key.open(Place("message", "reason", message.id), message.reason_sealed)
    return Withdrawal(message.withdrawn_by.full_name, message.withdrawn_at, reason)


def _events(
    demande: Demande, key: DossierKey, transitions: Sequence[Transition], groupes: dict[UUID, str]
) -> list[EventEntry]:
    sending = next((line.act_id for line in transitions if line.event == DemandeEvent.SEND), None)
    lines = []
    for line in transitions:
        is_part_of_sending = line.act_id == sending and line.event == PartEvent.ADDRESS
        is_silent = line.event in (SILENT_OF_PARTS if line.part_id else SILENT_OF_DEMANDE)
        if is_silent or is_part_of_sending:
            continue
        reason = ""
        if line.reason_sealed is not None:
            reason = key.open(Place("transition", "reason", demande.id), line.reason_sealed)
        lines.append(
            EventEntry(line.at, event_text(line, groupes.get(line.part_id, "") if line.part_id else ""), reason)
        )
    return lines


def event_text(line: Transition, groupe: str) -> str:
    """One sentence for one transition; `groupe` is the name of the part's groupe."""
    who = line.actor.full_name if line.actor else "Administration+"
    target = line.target.full_name if line.target else ""
    here = f" ({groupe})" if groupe else ""
    day = day_label(line.day) if line.day else ""
    if line.event == PartEvent.GIVE:
        return (
            f"{who}{here} suit désormais cette part."
            if line.actor_id == line.target_id
            else f"{who} a confié la part de {groupe} à {target}."
        )
    if is_of_time(line):
        return time_text(line, groupe)
    sentences: dict[Any, str] = {
        DemandeEvent.SEND: f"{who} a envoyé la demande.",
        PartEvent.ADDRESS: f"{who} a saisi {groupe}.",
        PartEvent.OPEN_PAGE: f"{who}{here} a ouvert la demande.",
        PartEvent.TAKE_CHARGE: f"{who}{here} a pris la demande en charge.",
        PartEvent.PROMISE: f"{who}{here} a pris la demande en charge et s’engage à répondre le {day}.",
        PartEvent.ASK_DETAILS: f"{who}{here} demande des précisions.",
        PartEvent.DECLARE_PROCESSED: f"{who}{here} a déclaré le blocage levé.",
        PartEvent.CLOSE_BY_TICK: f"{who} a aussi clos la part de {groupe}, que personne ne suivait.",
        PartEvent.NOT_COMPETENT: f"{who}{here} : ce n’est pas de notre compétence.",
        PartEvent.CHANGE_GROUPE: f"{groupe} prend la suite d’un groupe qui a fermé.",
        PartEvent.MERGE: f"Le groupe {groupe} a fermé\u00a0: sa part est close.",
        PartEvent.STILL_BLOCKED: f"{who} signale que le blocage persiste : {groupe} est de nouveau saisi.",
        DemandeEvent.ARCHIVE: f"{who} a archivé la demande. Blocage levé : {UNBLOCKED.get(line.code, 'non précisé')}.",
        DemandeEvent.REOPEN: f"{who} a rouvert la demande.",
        DemandeEvent.INVITE_PERSON: f"{who} a invité {target} (agent).",
        DemandeEvent.INVITE_EXPERT: f"{who} a fait appel à {target} (expert).",
        DemandeEvent.ADD_CO_AUTHOR: f"{who} a ajouté {target} du côté de la structure.",
        DemandeEvent.WITHDRAW_MANDAT: f"{who} a retiré le mandat de la personne : plus personne n’écrit ici, "
        "le contenu est effacé 30 jours plus tard.",
        DemandeEvent.RENEW_MANDAT: f"{who} a renouvelé le mandat.",
        DemandeEvent.HAND_OVER: f"{who} a confié la demande à {target}.",
        DemandeEvent.STAND_IN: f"{target} remplace {who}, en absence jusqu’au {day}.",
        DemandeEvent.END_STAND_IN: f"{who} n’est plus en absence\u00a0: {target} {STOOD_IN.get(line.code, '')}.",
        DemandeEvent.CHANGE_STRUCTURE: "La structure demandeuse a fermé\u00a0: une autre prend sa suite.",
        DemandeEvent.LEAVE: f"{target} a quitté la demande.",
        DemandeEvent.NOBODY_COMPETENT: NOBODY_COMPETENT.get(line.code, ""),
    }
    return sentences[line.event]
