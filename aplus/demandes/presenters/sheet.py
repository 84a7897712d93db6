"""The sheet handed to the usager: who was asked what, who reads it, until when, how to stop; and what is said at once.

No identifier is on it: a sheet may be lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aplus.annuaire.rules import last_day_of, local_day
from aplus.core import clock
from aplus.demandes.content import Authorisation, Block
from aplus.demandes.models import Demande, Part
from aplus.demandes.openers import OpenedDemande
from aplus.demandes.presenters.states import number_label
from aplus.demandes.rules.delays import TO_REPLY
from aplus.demandes.rules.life import DemandeState, PartState
from aplus.ui.dates import day_label
from aplus.vault.keys import Place

# What makes a paper dangerous to keep at home.
RISKY_PRECAUTIONS = frozenset({"ne-pas-contacter", "adresse-secrete"})
RISKY_URGENCY = "violences"


@dataclass(frozen=True)
class GroupeLine:
    """One groupe and what is expected of it, or what it did."""

    name: str
    organisme: str
    what: str


@dataclass(frozen=True)
class Sheet:
    """Everything the two versions of the sheet say."""

    number: str
    usager: str
    subject: str
    sent_on: str
    structure: str
    mailbox: str
    aidant: str
    groupes: Sequence[GroupeLine]
    until: str
    days_to_reply: int
    is_archived: bool
    is_withdrawn: bool
    # The usager may be in danger if somebody else finds it.
    is_risky: bool


def sheet(opened: OpenedDemande) -> Sheet:
    """The sheet of a demande opened for somebody of the author's side."""
    demande = opened.demande
    mandat = demande.mandat
    place = Place("mandat", "content", mandat.id)
    authorisation = Authorisation.from_json(opened.key.open_json(place, bytes(mandat.sealed)))
    return Sheet(
        number=number_label(demande.number),
        usager=opened.usager.full_name,
        subject=opened.subject,
        sent_on=day_label(local_day(demande.created_at, demande.territoire.calendar)),
        structure=demande.structure.name,
        mailbox=demande.structure.mailbox,
        aidant=demande.author.full_name,
        groupes=[_line(demande, part) for part in demande.part_list],
        until=day_label(authorisation.until),
        days_to_reply=TO_REPLY,
        is_archived=demande.state == DemandeState.ARCHIVED,
        is_withdrawn=mandat.withdrawn_at is not None,
        is_risky=is_risky(opened.block),
    )


def is_risky(block: Block) -> bool:
    """Whether a paper about this demande should not be found by anybody at home."""
    return block.urgency == RISKY_URGENCY or bool(RISKY_PRECAUTIONS.intersection(block.precautions))


def _line(demande: Demande, part: Part) -> GroupeLine:
    return GroupeLine(part.groupe.name, part.groupe.organisme.name, _what(demande, part))


def _what(demande: Demande, part: Part) -> str:
    if part.state == PartState.PROCESSED:
        return "a répondu"
    if part.state == PartState.NOT_COMPETENT:
        return "a dit que ce n’est pas à lui de répondre"
    if part.awaited_since is not None:
        return "attend des précisions"
    due = due_day(demande, part)
    if due and part.due_at is not None and part.due_at < clock.now():
        return f"devait répondre au plus tard le {due} et ne l’a pas encore fait"
    return f"doit répondre au plus tard le {due}" if due else "a reçu la demande"


def due_day(demande: Demande, part: Part) -> str:
    """The last day of what is expected of a part, in the demande's own time; empty when nothing is due."""
    if not part.is_open or part.due_at is None:
        return ""
    return day_label(last_day_of(part.due_at, demande.territoire.calendar))


def sent_text(demande: Demande) -> str:
    """Said on the page right after sending: the number, and until when each groupe must answer."""
    by_day: dict[str, list[str]] = {}
    for part in demande.part_list:
        by_day.setdefault(due_day(demande, part), []).append(part.groupe.name)
    expected = [
        f"{_join(names)} {'doit' if len(names) == 1 else 'doivent'} répondre au plus tard le {day}."
        for day, names in by_day.items()
        if day
    ]
    number = number_label(demande.number)
    sent = f"Votre demande {number} est envoyée et les groupes saisis sont prévenus."
    return " ".join([sent, *expected, "Vous recevrez un e-mail à chaque réponse."])


def _join(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"
