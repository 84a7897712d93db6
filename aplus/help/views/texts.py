"""Legal pages: text, the same for everyone."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import View, public


def text_page(template: str) -> View:
    """A view that shows one page of text to everyone."""

    @public(reason="help and legal pages are for everyone, with or without an account")
    @require_safe
    def show(request: HttpRequest) -> HttpResponse:
        return render(request, template, {"support_email": settings.SUPPORT_EMAIL})

    return show
