"""The demo's own secrets: made at the first start, kept beside its data, readable by their owner only."""

import base64
import json
import secrets
from pathlib import Path

from dev.launcher import files


def keys(var: Path) -> dict[str, str]:
    """APLUS_SECRET_KEY, APLUS_KEKS and APLUS_SEARCH_KEY, always the same for one folder; one that is new is added."""
    kept = var / "keys.json"
    found: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
    fresh = {
        "APLUS_SECRET_KEY": secrets.token_urlsafe(48),
        "APLUS_KEKS": f"demo-{secrets.token_hex(3)}:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        # It says that it is the demo's: production refuses it.
        "APLUS_SEARCH_KEY": base64.b64encode(b"demo" + secrets.token_bytes(28)).decode(),
    }
    if missing := fresh.keys() - found.keys():
        found |= {name: fresh[name] for name in sorted(missing)}
        files.write(kept, json.dumps(found, indent=1), mode=0o600)
    return found
