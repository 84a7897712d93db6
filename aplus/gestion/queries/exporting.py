"""The demandes of a groupe as its export reads them: metadata, a few hundred at a time, nothing of what is sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aplus.accounts.models import User
from aplus.annuaire.models import Groupe
from aplus.demandes.models import Demande
from aplus.demandes.queries.list_export import CHUNK, metadata
from aplus.demandes.queries.managed import Show, find
from aplus.demandes.queries.managed_filters import ManagedFilters


@dataclass(frozen=True)
class Chunk:
    """Some demandes, and the names of those who follow them in this groupe."""

    demandes: list[Demande]
    names: dict[UUID, str]


def chunks(groupe: Groupe, show: Show, filters: ManagedFilters, now: datetime, size: int = CHUNK) -> Iterator[Chunk]:
    """All of a list, a chunk at a time: six queries each, whatever their number."""
    ids, following = find(groupe, show, None, now, filters, size)
    while ids:
        yield chunk(groupe, ids)
        if following is None:
            return
        ids, following = find(groupe, show, following, now, filters, size)


def chunk(groupe: Groupe, ids: Sequence[UUID]) -> Chunk:
    """These ones, in their order."""
    demandes = metadata(ids)
    people = {one.author_id for one in demandes if one.structure_id == groupe.pk}
    parts = (part for one in demandes for part in one.part_list if part.groupe_id == groupe.pk)
    people |= {part.followed_by_id for part in parts if part.followed_by_id is not None}
    names = {user.pk: user.full_name for user in User.objects.filter(pk__in=people)}
    return Chunk(demandes, names)
