"""The public home, the help and the legal pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import SeeOther, View, public
from aplus.accounts.queries.actors import first_path
from aplus.ui.context import actor_of

# The version written in help/terms.html; accounts keep which one each person accepted.
CGU_VERSION = "1"


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
        context = {"support_email": settings.SUPPORT_EMAIL, "cgu_version": CGU_VERSION}
        return render(request, template, context)

    return show
