"""The mark of a row as a page showed it: another mark means that somebody changed it since."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

SIGNS = 16


def mark_of(values: Mapping[str, Any]) -> str:
    """A short digest of these values, the same for one moment said in two time zones."""
    return sha256(json.dumps(values, default=_said, sort_keys=True).encode()).hexdigest()[:SIGNS]


def _said(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
