"""The reply being typed, as its author finds it again: its information, and what was put aside."""

from dataclasses import dataclass
from datetime import datetime

from aplus.demandes.queries.reply_drafts import TypedReply
from aplus.demandes.rules.checks import info_pairs
from aplus.demandes.rules.steps import Typed


@dataclass(frozen=True)
class AsideBox:
    """A text that another tab had typed."""

    page: str
    at: datetime
    text: str
    infos: list[tuple[str, str]]


def typed_infos(draft: TypedReply | None) -> list[tuple[str, str]]:
    """The pairs of information typed so far."""
    return info_pairs(Typed(draft.raw)) if draft else []


def aside_boxes(draft: TypedReply | None) -> list[AsideBox]:
    """What was put aside, oldest first."""
    return [
        AsideBox(
            page=aside.page,
            at=datetime.fromisoformat(aside.at),
            text=Typed(aside.raw).text("message"),
            infos=info_pairs(Typed(aside.raw)),
        )
        for aside in (draft.asides if draft else ())
    ]
