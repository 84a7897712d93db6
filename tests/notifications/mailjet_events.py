"""Events as Mailjet sends them (https://dev.mailjet.com/docs, « Event API »), and the calls that bring them."""

import json
from base64 import b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

PATH = "/retours/mailjet/"
SECRET = "mailjet:only-for-the-tests-only-for-the-tests"


def event(word: str, line_id: UUID, at: datetime, email: str = "alice@demo.example", **more: Any) -> dict[str, Any]:
    """One event, with the fields that every event has."""
    return {
        "event": word,
        "time": int(at.timestamp()),
        "MessageID": 13792286917004336,
        "Message_GUID": "0bd1bdf9-3ad9-4a4a-a5c5-4a4a4a4a4a4a",
        "email": email,
        "mj_campaign_id": 0,
        "mj_contact_id": 0,
        "customcampaign": "",
        "CustomID": line_id.hex,
        "Payload": "",
        **more,
    }


def hard_bounce(line_id: UUID, at: datetime, email: str = "alice@demo.example", **more: Any) -> dict[str, Any]:
    """Nobody has that address."""
    told = {"blocked": False, "hard_bounce": True, "error_related_to": "recipient", "error": "user unknown"}
    return event("bounce", line_id, at, email, **{**told, "comment": "550 no such user", **more})


def soft_bounce(line_id: UUID, at: datetime, email: str = "alice@demo.example") -> dict[str, Any]:
    """Not now."""
    told = {"blocked": False, "hard_bounce": False, "error_related_to": "recipient", "error": "quota exceeded"}
    return event("bounce", line_id, at, email, **told)


def blocked(line_id: UUID, at: datetime, related: str, error: str) -> dict[str, Any]:
    """Mailjet did not even try."""
    return event("blocked", line_id, at, error_related_to=related, error=error)


def bearing(secret: str) -> dict[str, str]:
    """HTTP basic authentication."""
    return {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}


def post(body: Any, *, secret: str | None = SECRET, client: Client | None = None) -> HttpResponse:
    """A call; `body` is bytes, or becomes JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if secret is None else bearing(secret)
    asker = client or Client(enforce_csrf_checks=True)
    return asker.post(PATH, content, content_type="application/json", headers=headers)
