"""Reading one's own drafts: nobody else ever sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from aplus.attachments.models import Attachment, FileState, Purpose
from aplus.attachments.services import file_name
from aplus.demandes.models import Demande, Draft
from aplus.demandes.rules.steps import Raw, Step, Typed
from aplus.demandes.rules.versions import Aside, Written, is_stale
from aplus.policy.actor import Actor
from aplus.vault.keys import DossierKey, Place
from aplus.vault.models import Secret
from aplus.vault.services import unwrap

WRITERS, ASIDES = "writers", "asides"


@dataclass(frozen=True, slots=True)
class OpenedDraft:
    """A draft opened for its author: what was typed in each step, and the version it is at."""

    id: UUID
    mandat_id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    key: DossierKey
    steps: dict[str, Raw]
    # The last save of each step, and of what else changes a draft (`services.drafts`).
    writers: Mapping[str, Written] = field(default_factory=dict)
    # By step, what pages that came too late had typed.
    asides: Mapping[str, Sequence[Aside]] = field(default_factory=dict)

    def typed(self, step: Step) -> Typed:
        """What was typed in one step."""
        return Typed(self.steps.get(step, {}))

    def is_stale(self, version: int | None, page: UUID, step: Step | None = None) -> bool:
        """Whether a page made from this version misses what another wrote since in this step (None: anywhere)."""
        written = self.writers.values() if step is None else [self.writers[step]] if step in self.writers else []
        return is_stale(version, str(page), current=self.version, writers=written)

    def to_json(self) -> dict[str, Any]:
        """What is sealed: the steps by name, then how they were written."""
        return {
            **{name: dict(raw) for name, raw in self.steps.items()},
            WRITERS: {name: written.to_json() for name, written in self.writers.items()},
            ASIDES: {name: [aside.to_json() for aside in asides] for name, asides in self.asides.items() if asides},
        }


def place(draft_id: UUID) -> Place:
    """Where a draft's content is sealed."""
    return Place("draft", "content", draft_id)


def own(actor: Actor, draft_id: UUID) -> OpenedDraft | None:
    """One draft of this person, opened; None when there is none under this id."""
    return _opened(_with_secret(actor).filter(pk=draft_id).first())


def own_locked(actor: Actor, draft_id: UUID) -> OpenedDraft | None:
    """The same, its row locked until the end of the transaction."""
    return _opened(_with_secret(actor).select_for_update(of=("self",)).filter(pk=draft_id).first())


def own_by_mandat(actor: Actor, mandat_id: UUID) -> OpenedDraft | None:
    """The draft of this person whose mandat has this id."""
    return _opened(_with_secret(actor).filter(mandat_id=mandat_id).first())


def was_sent(actor: Actor, draft_id: UUID) -> bool:
    """Whether this person's draft became a demande they still see."""
    return Demande.objects.visible_to(actor).filter(pk=draft_id, author_id=actor.user_id).exists()


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file of a draft as its author knows it."""

    id: UUID
    name: str
    is_proof: bool
    state: FileState

    @property
    def is_available(self) -> bool:
        """Whether it is shown as a link."""
        return self.state is FileState.AVAILABLE

    @property
    def words(self) -> str:
        """Its name, with what keeps it from being read."""
        return self.state.words(self.name)


def named_files(draft: OpenedDraft) -> list[NamedFile]:
    """The files of a draft with their names, oldest first."""
    return [
        NamedFile(
            file.id, file_name(draft.key, file), is_proof=file.purpose == Purpose.PROOF, state=FileState(file.state)
        )
        for file in files(draft.id)
    ]


def files(draft_id: UUID, purpose: Purpose | None = None) -> Sequence[Attachment]:
    """The files of a draft that the caller has already loaded as theirs, oldest first."""
    rows = Attachment.objects.filter(dossier_id=draft_id, message_id=None)
    return list((rows.filter(purpose=purpose) if purpose else rows).order_by("created_at", "id"))


def _with_secret(actor: Actor) -> QuerySet[Draft]:
    secret = Secret.objects.filter(pk=OuterRef("pk"))
    return Draft.objects.filter(author_id=actor.user_id).annotate(
        wrapped=Subquery(secret.values("wrapped")), kek_id=Subquery(secret.values("kek_id"))
    )


def _opened(row: Draft | None) -> OpenedDraft | None:
    wrapped, kek_id = getattr(row, "wrapped", None), getattr(row, "kek_id", None)
    if row is None or wrapped is None or kek_id is None:
        return None
    key = unwrap(row.id, kek_id, bytes(wrapped))
    typed = key.open_json(place(row.id), bytes(row.sealed))
    return OpenedDraft(
        id=row.id,
        mandat_id=row.mandat_id,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        key=key,
        steps={step: typed[step] for step in Step if step in typed},
        writers={name: Written(**written) for name, written in typed.get(WRITERS, {}).items()},
        asides={name: [Aside(**one) for one in asides] for name, asides in typed.get(ASIDES, {}).items()},
    )
