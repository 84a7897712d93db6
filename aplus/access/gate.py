"""The rule of a view: @access (load, decide, then act), @public or @program (with their reason)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from aplus.policy.actor import Actor

P = ParamSpec("P")
View = Callable[..., HttpResponseBase]
ATTRIBUTE = "aplus_rule"


class SeeOther(HttpResponseRedirect):
    """303: the answer is at another address, to be fetched with GET."""

    status_code = 303


class ActorRequest(HttpRequest):
    """A request past the middleware: it knows who asks."""

    actor: Actor


@dataclass(frozen=True)
class Rule:
    """What a route declares; printed in docs/acces.md."""

    decision: str
    loader: str
    reason: str
    program: str = ""


def sign_in_redirect(request: HttpRequest) -> HttpResponse:
    """The sign-in page, which leads back to the page asked for (a POST leads back by GET)."""
    return SeeOther(f"{reverse('accounts:sign_in')}?{urlencode({'suite': request.get_full_path()})}")


def access(decision: Callable[..., bool], *, on: Callable[..., Any] | None = None) -> Callable[[View], View]:
    """Let the view run for a signed-in actor whom `decision` allows.

    `on(actor, **url_arguments)` loads the object among those this actor may see and returns None otherwise (404); it
    also receives, by name, what the session's query brought for this view (`accounts.polling.beside_session`);
    the decision then gets (actor, object), else (actor,). The view receives (request, object) or
    (request, **url_arguments). Right first: the form's token, the method, the one-time key and the input are looked
    at afterwards, so that what is out of sight answers 404 to everything (contract.md §1).
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt  # looked at by `protected`, once the right is decided
        @wraps(view)
        def guarded(request: ActorRequest, **arguments: Any) -> HttpResponseBase:
            actor = request.actor
            if not actor.is_signed_in:
                return sign_in_redirect(request)
            if on is None:
                if not decision(actor):
                    raise PermissionDenied
                return protected(request, **arguments)
            thing = on(actor, **arguments, **getattr(request, "brought", {}))
            if thing is None:
                raise Http404
            if not decision(actor, thing):
                raise PermissionDenied
            return protected(request, thing)

        rule = Rule(decision.__name__, f"{on.__module__}.{on.__name__}" if on else "", "")
        setattr(guarded, ATTRIBUTE, rule)
        return guarded

    return decorate


def public(*, reason: str) -> Callable[[Callable[Concatenate[Any, P], HttpResponseBase]], View]:
    """Let everyone in, signed in or not, and say why."""

    def decorate(view: Callable[Concatenate[Any, P], HttpResponseBase]) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: P.args, **arguments: P.kwargs) -> HttpResponseBase:
            return view(request, *args, **arguments)

        setattr(opened, ATTRIBUTE, Rule("", "", reason))
        return opened

    return decorate


def program(knows: Callable[[HttpRequest], bool | None], *, reason: str) -> Callable[[View], View]:
    """Let in a program that proves itself by each of its requests, which no session and no form's token comes with.

    `knows(request)` is True for that program, False for anybody else (401), None where there is none (404).
    """

    def decorate(view: View) -> View:
        @csrf_exempt  # no browser carries the program's secret along
        @wraps(view)
        def guarded(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
            is_known = knows(request)
            if is_known is None:
                raise Http404
            if not is_known:
                return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="Administration+"'})
            return view(request, **arguments)

        setattr(guarded, ATTRIBUTE, Rule("", "", "", program=reason))
        return guarded

    return decorate


def rule_of(view: Any) -> Rule | None:
    """The rule a view declares, if any."""
    return getattr(view, ATTRIBUTE, None)
