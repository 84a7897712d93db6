"""What every form of the administrateurs does: one act, then the list; or the same page with what was typed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from aplus.access.gate import ActorRequest, SeeOther
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.forms.acts import KeyForm
from aplus.ui import views as ui
from aplus.ui.forms import PlainForm

READING = frozenset({"GET", "HEAD"})
Page = Callable[[int], HttpResponse]


def write(
    request: ActorRequest, form: PlainForm, act: Callable[[], None], page: Page, *, location: str, done: str
) -> HttpResponse:
    """Send a form: the act and the way on, or the page again with what is wrong and what was typed."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    try:
        if not form.is_valid():
            return page(422)
        act()
    except Refused as refused:
        form.refuse(refused)
        return page(422)
    except Overtaken as overtaken:
        form.add_error(None, str(overtaken))
        return page(409)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except NotAllowed:
        raise PermissionDenied from None
    except Unknown:
        raise Http404 from None
    messages.success(request, done)
    return SeeOther(location)


@dataclass(frozen=True)
class Question:
    """What cannot be undone is asked first, in words; `place` and `back_url` are the page one came from."""

    title: str
    text: str
    button: str
    place: str
    back_url: str


def ask(request: ActorRequest, question: Question) -> HttpResponse:
    """The page that asks; its button posts to its own address."""
    return render(request, "pilotage/ask.html", {"question": question, "key": KeyForm(auto_id=False)})


def press(request: ActorRequest, act: Callable[..., None], *arguments: Any, location: str, done: str) -> HttpResponse:
    """A button: `act(actor, *arguments, key=, location=)`, then the list; too late says so on a page of its own."""
    if request.method in READING:
        return SeeOther(location)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        act(request.actor, *arguments, key=request.POST.get("cle", ""), location=location)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except NotAllowed:
        raise PermissionDenied from None
    except Unknown:
        raise Http404 from None
    messages.success(request, done)
    return SeeOther(location)
