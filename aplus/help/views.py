"""The public home, the help and the legal pages."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import SeeOther, View, public
from aplus.accounts.models import CguVersion
from aplus.accounts.queries import cgu
from aplus.accounts.queries.actors import first_path
from aplus.ui import markdown
from aplus.ui.context import actor_of


@public(reason="the door of the service, for people without an account as well")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the service is; whoever is signed in goes to their first page."""
    if actor_of(request).is_signed_in:
        return SeeOther(first_path(actor_of(request)))
    return render(request, "help/home.html")


def text_page(template: str) -> View:
    """A view that shows one page of text to everyone."""

    @public(reason="help and legal pages are for everyone, with or without an account")
    @require_safe
    def show(request: HttpRequest) -> HttpResponse:
        return render(request, template, {"support_email": settings.SUPPORT_EMAIL})

    return show


@public(reason="terms are read before one accepts them")
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The version of the terms of use in force."""
    versions = list(cgu.readable())
    return _terms(request, versions, versions[0] if versions else None)


@public(reason="who accepted a former version must be able to read it again")
@require_safe
def terms_version(request: HttpRequest, version: str) -> HttpResponse:
    """A version of the terms of use, in force or before."""
    versions = list(cgu.readable())
    row = next((one for one in versions if one.version == version), None)
    if row is None:
        raise Http404
    return _terms(request, versions, row)


def _terms(request: HttpRequest, versions: list[CguVersion], row: CguVersion | None) -> HttpResponse:
    context = {
        "text": markdown.render(cgu.text_of(row)),
        "row": row,
        "is_in_force": not versions or row == versions[0],
        "others": [one for one in versions if one != row],
    }
    return render(request, "help/terms.html", context)
