"""The usager, the block and the mandat as this reader may see them."""

from dataclasses import dataclass

from aplus.demandes.content import IDENTIFIERS, PRECAUTIONS, URGENCIES, Block, Usager
from aplus.demandes.models import Demande
from aplus.demandes.rules.identifiers import display, mask
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import Side
from aplus.ui.dates import day_label


@dataclass(frozen=True)
class IdentifierLine:
    """One identifier; `value` is in clear, masked, or empty when the usager does not know it.

    `to_copy` is what other software takes: without the spaces of reading; empty unless in clear.
    """

    field: str
    label: str
    value: str
    to_copy: str
    is_masked: bool
    is_unknown: bool


def identifier_lines(actor: Actor, demande: Demande, usager: Usager, shown: str) -> list[IdentifierLine]:
    """In clear for instructeurs whose organisme needs it; masked on the author's side, but for `shown`; else absent."""
    needed = decisions.needed_identifiers(actor, demande)
    is_author = decisions.side(actor, demande) is Side.AUTHOR
    lines = []
    for field, label in IDENTIFIERS.items():
        if not (is_author or field in needed):
            continue
        value = usager.identifiers.get(field, "")
        is_masked = bool(value) and is_author and shown != field
        if value or field in usager.unknown:
            text = mask(value) if is_masked else display(field, value)
            to_copy = "" if is_masked else value
            lines.append(IdentifierLine(field, label, text, to_copy, is_masked, is_unknown=not value))
    return lines


def missing_identifiers(demande: Demande, usager: Usager) -> list[str]:
    """What an addressed groupe needs, that was neither given nor said to be unknown: "CPAM … : Numéro de …"."""
    return [
        f"{part.groupe.name} : {IDENTIFIERS[field].lower()}"
        for part in demande.part_list
        if part.is_open
        for field in part.needed_identifiers
        if not usager.identifiers.get(field) and field not in usager.unknown
    ]


def urgency_text(block: Block) -> str:
    """« Expulsion, le 9 mars 2026 », « Sans ressources depuis le … »."""
    if not block.urgency:
        return ""
    label = URGENCIES[block.urgency]
    if block.urgency_on is None:
        return label
    link = " depuis le " if block.urgency == "ressources" else ", le "
    return f"{label}{link}{day_label(block.urgency_on)}"


def precaution_texts(block: Block) -> list[str]:
    """The precautions, in full."""
    return [PRECAUTIONS[code] for code in block.precautions if code in PRECAUTIONS]
