"""The terms of use, in force and before."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import public
from aplus.accounts.models import CguVersion
from aplus.accounts.queries import cgu
from aplus.ui import markdown


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
