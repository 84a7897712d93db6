"""Where Mailjet tells what became of the mails."""

import json
from base64 import b64encode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_POST

from aplus.access.gate import program
from aplus.core import clock
from aplus.notifications import returns, rules

# Eight hundred events, which Mailjet groups at most, with room to spare.
LARGEST = 2 * 1024 * 1024


def is_mailjet(request: HttpRequest) -> bool | None:
    """By the secret given there, which comes as HTTP basic authentication; without one there is no Mailjet here."""
    given = request.headers.get("Authorization", "")
    known = [f"Basic {b64encode(secret.encode()).decode()}" for secret in settings.MAILJET_WEBHOOK]
    # All of them are compared: which one is right does not show in the time it takes.
    return sum(constant_time_compare(given, one) for one in known) > 0 if known else None


@program(is_mailjet, reason="Mailjet tells what became of mails, by the secret given to it")
@require_POST
def mailjet_events(request: HttpRequest) -> HttpResponse:
    """Events, alone or grouped; what is not of ours or not known is passed over, what is not an event is refused."""
    if len(request.body) > LARGEST:
        return HttpResponse(status=413)
    try:
        events = rules.read(json.loads(request.body), clock.now())
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    returns.receive(events)
    return HttpResponse()
