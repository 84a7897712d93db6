"""The words for states, in one place: of a demande for each side, of a part for everybody (demandes.md §2)."""

from dataclasses import dataclass

from aplus.demandes.rules.life import DemandeState, PartState
from aplus.policy.decisions import Side

# Of business days: up to nine are said in days, then in weeks, rounded up.
WEEK = 5
IN_WEEKS_FROM = 10


@dataclass(frozen=True, slots=True)
class Badge:
    """A word and the kind of its badge."""

    label: str
    kind: str


# None: who reads metadata only.
_DEMANDE: dict[Side | None, dict[DemandeState, str]] = {
    Side.AUTHOR: {
        DemandeState.SENT: "Envoyée",
        DemandeState.IN_PROGRESS: "En cours",
        DemandeState.PROCESSED: "À archiver",
        DemandeState.ARCHIVED: "Archivée",
    },
    Side.INSTRUCTEURS: {
        DemandeState.SENT: "Nouvelle",
        DemandeState.IN_PROGRESS: "En cours",
        DemandeState.PROCESSED: "Traitée",
        DemandeState.ARCHIVED: "Archivée",
    },
    None: {
        DemandeState.SENT: "Envoyée",
        DemandeState.IN_PROGRESS: "En cours",
        DemandeState.PROCESSED: "Traitée",
        DemandeState.ARCHIVED: "Archivée",
    },
}
# The kinds of `{% badge %}`; '' is the plain grey one.
_DEMANDE_KINDS = {
    DemandeState.SENT: "new",
    DemandeState.IN_PROGRESS: "info",
    DemandeState.PROCESSED: "success",
    DemandeState.ARCHIVED: "",
}
_PART = {
    PartState.ADDRESSED: "saisi",
    PartState.OPENED: "ouvert",
    PartState.IN_CHARGE: "pris en charge",
    PartState.PROCESSED: "traité",
    PartState.NOT_COMPETENT: "pas compétent",
}
_PART_KINDS = {
    PartState.ADDRESSED: "new",
    PartState.OPENED: "new",
    PartState.IN_CHARGE: "info",
    PartState.PROCESSED: "success",
    PartState.NOT_COMPETENT: "",
}


def demande_label(state: str, side: Side | None) -> str:
    """The state of a demande as this side reads it; a side of None reads metadata only."""
    return _DEMANDE[side][DemandeState(state)]


def demande_badge(state: str) -> str:
    """The kind of badge of a demande's state."""
    return _DEMANDE_KINDS[DemandeState(state)]


def part_label(state: str) -> str:
    """The state of a part, to follow the groupe's name: "CAF du Val-d'Oise : pris en charge"."""
    return _PART[PartState(state)]


def part_badge(state: str) -> str:
    """The kind of badge of a part's state."""
    return _PART_KINDS[PartState(state)]


def number_label(number: int) -> str:
    """The number people say on the phone: n° 123 456."""
    return f"n° {number:,}".replace(",", " ")


def usual_delay(days: int | None) -> str:
    """In business days, then weeks, how long a groupe usually takes to answer; empty when nobody knows."""
    if days is None:
        return ""
    if days == 0:
        return "répond d’ordinaire dans la journée"
    if days < IN_WEEKS_FROM:
        return f"répond d’ordinaire en {days} jour{'s' if days > 1 else ''}"
    return f"répond d’ordinaire en {-(-days // WEEK)} semaines"
