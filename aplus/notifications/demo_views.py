"""The demo's mailbox: how someone who tries the demo signs in and sees who is told of what."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import public
from aplus.notifications import demo_mailbox

REASON = "the demo's mailbox, which leads to the sign-in links; the route exists in the demo only"


@public(reason=REASON)
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """The mails, newest first; `a` keeps those of one address, `avant` gives the following page."""
    to = request.GET.get("a", "").strip()
    letters, has_more = demo_mailbox.letters(to=to, before=request.GET.get("avant", ""))
    return render(
        request,
        "notifications/demo_mails.html",
        {"letters": letters, "has_more": has_more, "to": to, "recipients": demo_mailbox.recipients()},
    )


@public(reason=REASON)
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text part, with links to follow."""
    letter = demo_mailbox.letter(name)
    if letter is None:
        raise Http404
    return render(request, "notifications/demo_mail.html", {"letter": letter})
