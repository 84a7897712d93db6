"""Legal pages: text, the same for everyone, with what only the place where it runs knows."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import View, public
from aplus.help.presenters import legal
from aplus.help.rules import contents
from aplus.ui.context import actor_of


def text_page(template: str) -> View:
    """A view that shows one page of text to everyone."""

    @public(reason="help and legal pages are for everyone, with or without an account")
    @require_safe
    def show(request: HttpRequest) -> HttpResponse:
        context = {
            "support_email": settings.SUPPORT_EMAIL,
            "publication_director": settings.PUBLICATION_DIRECTOR,
            "hosting": settings.HOSTING,
        }
        return render(request, template, context)

    return show


@public(reason="people must be able to read what is kept of them before anything else")
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of people, how long, how it is erased: the inventory in words."""
    context = {
        "categories": legal.categories(),
        "dpo_email": settings.DPO_EMAIL,
        "support_email": settings.SUPPORT_EMAIL,
    }
    return render(request, "help/privacy.html", context)


@public(reason="every public page can be found from it")
@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """The public pages and, signed in, one's own sections."""
    context = {"sections": legal.sections(actor_of(request)), "help_sections": contents.SECTIONS}
    return render(request, "help/site_map.html", context)
