"""The start-up check: a URL without a declared rule stops the product from starting."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

from aplus.access.gate import rule_of
from aplus.access.third_party import ALLOWED


class Route(NamedTuple):
    """One address of the product: its path as written, its name with the namespace, its view."""

    path: str
    name: str
    view: Any


def routes(resolver: URLResolver | None = None, prefix: str = "", namespace: str = "") -> Iterator[Route]:
    """Every route of the product, in the order in which they are tried."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Route(f"/{path}", f"{namespace}{pattern.name or ''}", pattern.callback)
        else:
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, path, inside)


def view_name(view: Any) -> str:
    """Where a view is written, as the list of third-party views names it."""
    return f"{getattr(view, '__module__', '')}.{getattr(view, '__qualname__', '')}"


def check_rules(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """One error per route whose view declares no rule."""
    return [
        Error(f"{route.path} declares no rule", hint="Put @access, @public or @program on its view.", id="access.E001")
        for route in routes()
        if rule_of(route.view) is None and view_name(route.view) not in ALLOWED
    ]
