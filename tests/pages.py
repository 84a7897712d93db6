"""The pages that the tests met, kept in the folder of APLUS_PAGES when there is one: for `vnu` to read.

`APLUS_PAGES=/some/folder ./test`, then `java -jar vnu.jar --errors-only --skip-non-html /some/folder` says what is not
valid HTML in a few pages of each route and status.
"""

import os
from collections import Counter
from hashlib import sha256
from pathlib import Path

from django.http import HttpResponse
from django.urls import Resolver404, resolve

from config import env

OF_EACH = 4
_kept: Counter[str] = Counter()
_seen: set[bytes] = set()


def keep(path: str, response: HttpResponse) -> None:
    """Keep this page, if few of its kind are; not the pieces of pages, nor what is compressed."""
    folder = env.text("APLUS_PAGES", "")
    if not folder or not response.content.startswith(b"<!DOCTYPE"):
        return
    kind = f"{_route(path)}-{response.status_code}"
    digest = sha256(response.content).digest()
    if _kept[kind] >= OF_EACH or digest in _seen:
        return
    _kept[kind] += 1
    _seen.add(digest)
    (Path(folder) / f"{kind}-{os.getpid()}-{_kept[kind]}.html").write_bytes(response.content)


def _route(path: str) -> str:
    try:
        return resolve(path).view_name.replace(":", ".") or "unnamed"
    except Resolver404:
        return "nowhere"
