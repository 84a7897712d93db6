"""The demo's own secrets: made at the first start, kept beside its data, readable by their owner only."""

import base64
import json
import secrets
from pathlib import Path

from dev.launcher import files


def keys(var: Path) -> dict[str, str]:
    """APLUS_SECRET_KEY and APLUS_KEKS, always the same for one folder."""
    kept = var / "keys.json"
    if not kept.exists():
        fresh = {
            "APLUS_SECRET_KEY": secrets.token_urlsafe(48),
            "APLUS_KEKS": f"demo-{secrets.token_hex(3)}:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        }
        files.write(kept, json.dumps(fresh, indent=1), mode=0o600)
    found: dict[str, str] = json.loads(kept.read_text())
    return found
