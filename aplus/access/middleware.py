"""Default deny at run time, and one journal line for each refusal to a signed-in person."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from aplus.access.checks import view_name
from aplus.access.gate import rule_of
from aplus.access.third_party import ALLOWED
from aplus.journal import refusals

logger = logging.getLogger(__name__)


class DefaultDenyMiddleware:
    """A view that declares no rule does not answer; a refusal to a signed-in person is journaled."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        actor = getattr(request, "actor", None)
        if response.status_code in {403, 404} and actor is not None and actor.is_signed_in:
            refusals.record(actor, response.status_code, getattr(request, "resolver_match", None))
        return response

    def process_view(self, _request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> None:
        """Refuse a view without a rule before it runs."""
        if rule_of(view) is None and view_name(view) not in ALLOWED:
            logger.error("view without a rule", extra={"view": view_name(view)})
            raise PermissionDenied
