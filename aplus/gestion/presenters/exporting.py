"""The columns of a groupe's export: those of every export, and how it stands with each groupe (product.md §5)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from aplus.annuaire.models import Groupe
from aplus.annuaire.rules import last_day_of
from aplus.demandes.models import Demande, Part
from aplus.demandes.presenters import list_export
from aplus.demandes.presenters.list_export import Cell, Row
from aplus.demandes.presenters.states import part_label
from aplus.gestion.queries.exporting import Chunk

HEADERS = (
    *list_export.HEADERS,
    "État de chaque groupe",
    "Échéance le",
    "En souffrance",
    "Urgente",
    "Suivie par",
)
YES, NO = "Oui", "Non"


def rows(groupe: Groupe, found: Iterable[Chunk], now: datetime) -> Iterator[list[Row]]:
    """The lines of each chunk; the people named are the groupe's own."""
    for chunk in found:
        yield [_row(groupe, demande, chunk.names, now) for demande in chunk.demandes]


def _row(groupe: Groupe, demande: Demande, names: dict[UUID, str], now: datetime) -> list[Cell]:
    is_sender = demande.structure_id == groupe.pk
    parts: list[Part] = sorted(demande.part_list, key=lambda part: (part.addressed_at, part.groupe.sort_key))
    mine = [part for part in parts if is_sender or part.groupe_id == groupe.pk]
    due = min((part.due_at for part in mine if part.is_open and part.due_at is not None), default=None)
    people = [demande.author_id] if is_sender else [part.followed_by_id for part in mine]
    return [
        *list_export.row(demande, None),
        ", ".join(f"{part.groupe.name}\u00a0: {part_label(part.state)}" for part in parts),
        last_day_of(due, demande.territoire.calendar) if due else None,
        YES if due is not None and due < now else NO,
        YES if demande.is_urgent else NO,
        ", ".join(names[one] for one in people if one in names),
    ]
