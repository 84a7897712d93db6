"""Taking an act back: a button beside the message that says it is done, shown once, as that message is.

What undoing sends waits in the message's cookie: ids and codes only, never a text nor anything about a person.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from uuid import uuid4

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest


@dataclass(frozen=True)
class Undo:
    """The act that gives back what there was: where it is sent, with which fields; its one-time key is its own."""

    url: str
    label: str
    fields: Mapping[str, str] = field(default_factory=dict)


def say_done(request: HttpRequest, words: str, undo: Undo | None) -> None:
    """Say that an act is done, with its undoing when there is one."""
    messages.success(request, words, extra_tags=json.dumps(asdict(undo)) if undo else "")


def undo_of(message: Message) -> Undo | None:
    """The undoing that a message came with, with a fresh one-time key."""
    if not message.extra_tags:
        return None
    kept = json.loads(message.extra_tags)
    return Undo(kept["url"], kept["label"], {**kept["fields"], "cle": str(uuid4())})
