"""Demandes as an export reads them: metadata and milestones, a few hundred at a time, nothing of what is sealed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from aplus.demandes.models import Demande, Part, Participant
from aplus.demandes.queries.list_holders import Tab, Within
from aplus.demandes.queries.lists import Order, find
from aplus.policy import decisions
from aplus.policy.actor import Actor

CHUNK = 500


def chunks(actor: Actor, tab: Tab, *, now: datetime, within: Within, size: int = CHUNK) -> Iterator[list[Demande]]:
    """All the demandes of a tab, narrowed, a chunk at a time: four queries each, whatever their number.

    The newest first whatever the order of the list: when a demande was sent never changes, so that none is given twice
    or forgotten while others move.
    """
    if tab is Tab.DRAFTS:
        return
    found = find(actor, tab, Order.NEWEST, now=now, size=size, within=within)
    while found.ids:
        yield readable(actor, metadata(found.ids))
        if found.following is None:
            return
        found = find(actor, tab, Order.NEWEST, now=now, size=size, within=within, after=found.following)


def metadata(ids: Sequence[UUID]) -> list[Demande]:
    """These demandes in their order, with parts, people and milestones: three queries.

    Who may read them is the caller's to say.
    """
    rows = Demande.objects.filter(pk__in=ids).select_related("territoire", "thematique", "structure")
    rows = rows.defer("subject_sealed", "usager_sealed", "content_sealed").with_milestones()
    found = rows.in_bulk()
    parts: dict[UUID, list[Part]] = {demande_id: [] for demande_id in found}
    for part in Part.objects.filter(demande_id__in=list(found)).select_related("groupe").defer("demarche_sealed"):
        parts[part.demande_id].append(part)
    people: dict[UUID, list[Participant]] = {demande_id: [] for demande_id in found}
    for person in Participant.objects.filter(demande_id__in=list(found), until=None):
        people[person.demande_id].append(person)
    for demande in found.values():
        demande.part_list, demande.participant_list = parts[demande.id], people[demande.id]
    return [found[demande_id] for demande_id in ids if demande_id in found]


def readable(actor: Actor, demandes: Sequence[Demande]) -> list[Demande]:
    """Those this reader may still read."""
    return [demande for demande in demandes if decisions.may_read(actor, demande)]
