"""The start-up check: a URL without a declared rule stops the product from starting."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

from aplus.access.gate import rule_of
from aplus.access.third_party import ALLOWED


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the product: its path as written, and its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        else:
            yield path, pattern


def check_rules(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """One error per route whose view declares no rule."""
    return [
        Error(f"/{path} declares no rule", hint="Put @access or @public on its view.", id="access.E001")
        for path, pattern in routes()
        if rule_of(pattern.callback) is None
        and f"{pattern.callback.__module__}.{pattern.callback.__qualname__}" not in ALLOWED
    ]
