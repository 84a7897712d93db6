"""The only two ways to content: `open_demande` for one demande, `open_rows` for the rows of a page.

Both ask the policy for each demande and leave one journal line (privacy-and-security.md §1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from aplus.core.errors import NotAllowed
from aplus.demandes.content import Block, Usager
from aplus.demandes.models import Demande
from aplus.journal import services as journal
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.vault.keys import DossierKey, Erased, Place
from aplus.vault.services import unwrap

SAME_READING = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class RowContent:
    """What a list shows of a demande's content."""

    usager: str
    subject: str


@dataclass(frozen=True, slots=True)
class OpenedDemande:
    """One demande opened for one reader: its key, and its main content."""

    demande: Demande
    key: DossierKey
    subject: str
    usager: Usager
    block: Block


def open_demande(actor: Actor, demande: Demande) -> OpenedDemande:
    """Open one demande loaded by `queries.demande`; raises Erased when its secret is gone.

    One journal line, but none when the same person read it within the last fifteen minutes.
    """
    if not decisions.may_read(actor, demande):
        raise NotAllowed
    key = key_for(demande)
    journal.write_once(actor, "lecture", demande_id=demande.id, within=SAME_READING)
    return OpenedDemande(
        demande=demande,
        key=key,
        subject=key.open(Place("demande", "subject", demande.id), bytes(demande.subject_sealed)),
        usager=Usager.from_json(key.open_json(Place("demande", "usager", demande.id), bytes(demande.usager_sealed))),
        block=Block.from_json(key.open_json(Place("demande", "content", demande.id), bytes(demande.content_sealed))),
    )


def open_rows(actor: Actor, demandes: Sequence[Demande]) -> dict[UUID, RowContent]:
    """Open the name and subject of the rows of one page; an erased row is absent from the answer."""
    opened: dict[UUID, RowContent] = {}
    for demande in demandes:
        if not decisions.may_read(actor, demande):
            raise NotAllowed
        try:
            key = key_for(demande)
        except Erased:
            continue
        usager = Usager.from_json(key.open_json(Place("demande", "usager", demande.id), bytes(demande.usager_sealed)))
        opened[demande.id] = RowContent(
            usager=usager.full_name,
            subject=key.open(Place("demande", "subject", demande.id), bytes(demande.subject_sealed)),
        )
    if opened:
        journal.write(actor, "liste", codes={"lignes": len(opened)})
    return opened


def key_for(demande: Demande) -> DossierKey:
    """The key of a demande loaded `with_secret`; raises Erased."""
    if demande.wrapped is None or demande.kek_id is None:
        raise Erased
    return unwrap(demande.id, demande.kek_id, bytes(demande.wrapped))
