"""The reply somebody is typing on a demande: read by its author only, with the demande, in no query of its own."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Func, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import JSONObject

from aplus.demandes.models import Demande, ReplyDraft
from aplus.demandes.rules.steps import Raw
from aplus.demandes.rules.versions import Aside, Written
from aplus.policy.actor import Actor
from aplus.vault.keys import DossierKey, Place


@dataclass(frozen=True, slots=True)
class TypedReply:
    """What its author typed, who wrote it last, and what pages that came too late had typed."""

    id: UUID
    version: int
    raw: Raw
    written: Written
    asides: Sequence[Aside] = ()

    def to_json(self) -> dict[str, Any]:
        """What is sealed."""
        return {
            "raw": dict(self.raw),
            "written": self.written.to_json(),
            "asides": [aside.to_json() for aside in self.asides],
        }


def place(draft_id: UUID) -> Place:
    """Where a reply draft is sealed."""
    return Place("reply_draft", "sealed", draft_id)


def with_the_demande(actor: Actor) -> Subquery:
    """The actor's reply draft of each demande, as one column to annotate it with; nobody has none."""
    all_of_it: QuerySet[ReplyDraft] = ReplyDraft.objects.filter(demande=OuterRef("pk"))
    rows = all_of_it.filter(user_id=actor.user_id) if actor.user_id is not None else all_of_it.none()
    sealed = Func(F("sealed"), Value("base64"), function="encode", output_field=TextField())
    return Subquery(rows.values(fact=JSONObject(id="id", version="version", sealed=sealed)))


def loaded_with(key: DossierKey, demande: Demande) -> TypedReply | None:
    """The reply draft that came with the demande, opened."""
    fact: dict[str, Any] | None = getattr(demande, "reply_draft", None)
    if fact is None:
        return None
    return _opened(key, UUID(fact["id"]), fact["version"], b64decode(fact["sealed"]))


def own(actor: Actor, key: DossierKey) -> TypedReply | None:
    """The actor's reply draft on the demande of this key."""
    row = ReplyDraft.objects.filter(demande_id=key.dossier_id, user_id=actor.person_id).first()
    return _opened(key, row.id, row.version, bytes(row.sealed)) if row else None


def _opened(key: DossierKey, draft_id: UUID, version: int, sealed: bytes) -> TypedReply:
    value = key.open_json(place(draft_id), sealed)
    return TypedReply(
        id=draft_id,
        version=version,
        raw=value["raw"],
        written=Written(**value["written"]),
        asides=[Aside(**one) for one in value["asides"]],
    )
