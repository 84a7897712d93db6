"""The contact form, for people with and without an account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aplus.access.gate import SeeOther, public
from aplus.access.keys import read_key
from aplus.accounts.models import User
from aplus.accounts.rules.entering import client_network
from aplus.core.errors import Refused, TooMany
from aplus.help import services
from aplus.help.forms import TRAP, TRAPPED, ContactForm
from aplus.help.rules.contact import Subject
from aplus.ui.views import waiting_time


@public(reason="whoever cannot come in must be able to write to the team")
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Write to the team; `sujet` of the address chooses the subject."""
    user = _user(request)
    if request.method != "POST":
        subject = Subject.named(request.GET.get("sujet", ""))
        return _page(request, ContactForm(user=user, initial={"sujet": subject.value if subject else ""}), 200)
    form = ContactForm(request.POST, user=user)
    if request.POST.get(TRAP):
        form.add_error(None, TRAPPED)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        services.send(
            form.written,
            sender=user.pk if user else None,
            network=client_network(request.META, settings.TRUSTED_PROXIES),
            key=read_key(form.cleaned_data["cle"]),
        )
    except Refused as refused:
        form.refuse(refused)
        return _page(request, form, 422)
    except TooMany as limit:
        return _too_many(request, form, limit.retry_after)
    return SeeOther(reverse("help:contact_sent"))


@public(reason="the page after the form, which is for everyone")
@require_safe
def contact_sent(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "help/contact_sent.html")


def _user(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _page(request: HttpRequest, form: ContactForm, status: int) -> HttpResponse:
    context = {"form": form, "trap": TRAP, "support_email": settings.SUPPORT_EMAIL}
    return render(request, "help/contact.html", context, status=status)


def _too_many(request: HttpRequest, form: ContactForm, retry_after: int) -> HttpResponse:
    """What was typed stays: it can be sent later from this very page."""
    form.add_error(
        None,
        "Plusieurs messages viennent d’être envoyés d’ici. Le vôtre n’est pas parti\u00a0: "
        f"attendez {waiting_time(retry_after)}, puis envoyez-le de nouveau.",
    )
    response = _page(request, form, 429)
    response.headers["Retry-After"] = str(retry_after)
    return response
