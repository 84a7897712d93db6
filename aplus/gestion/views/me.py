"""My account: who I am, where I belong, what I want to be told."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.accounts.forms.keys import KeyForm
from aplus.accounts.presenters.reaching import trouble
from aplus.accounts.services import choosing
from aplus.core.errors import AlreadyDone, Refused
from aplus.gestion.forms.me import ChoicesForm, IdentityForm
from aplus.gestion.presenters import groupes as groupes_presenters
from aplus.gestion.queries import groupes as groupes_queries
from aplus.gestion.queries import me as queries
from aplus.policy import decisions

METHODS = ["GET", "HEAD", "POST"]


@access(decisions.may_enter)
@require_safe
def me(request: ActorRequest) -> HttpResponse:
    """Who I am, my roles with who may change them, and where the rest of my account is."""
    groupes = groupes_queries.my_groupes(request.actor)
    managers = queries.who_manages(request.actor, groupes)
    lines = [(groupes_presenters.groupe_line(request.actor, one), managers[one.pk]) for one in groupes]
    account = queries.my_account(request.actor)
    context = {
        "account": account,
        "trouble": trouble(account, "votre adresse"),
        "groupes": lines,
        "other_roles": groupes_presenters.other_roles(request.actor),
    }
    return render(request, "gestion/me.html", context)


@access(decisions.may_enter)
@require_http_methods(METHODS)
def identity(request: ActorRequest) -> HttpResponse:
    """Change my name, my function, my telephone."""
    if request.method != "POST":
        return _page(request, IdentityForm.of(queries.my_account(request.actor)))
    form = IdentityForm(request.POST)

    def act(location: str) -> None:
        typed = form.cleaned_data
        choosing.change_identity(
            request.actor,
            first_name=typed["prenom"],
            last_name=typed["nom"],
            function=typed["fonction"],
            phone=typed["telephone"],
            key=typed["cle"],
            location=location,
        )

    return _write(request, form, act, "Vos informations sont enregistrées.", _page)


@access(decisions.may_enter)
@require_http_methods(METHODS)
def choices(request: ActorRequest) -> HttpResponse:
    """Choose what I am told by mail, and when."""
    places = queries.instructeur_places(request.actor)
    if request.method != "POST":
        user = queries.my_account(request.actor)
        summary = bool(request.actor.responsable_groupe_ids) if user.weekly_summary is None else user.weekly_summary
        known = {"choix": user.mail_choice, "heures": user.mail_hours, "resume": summary}
        return _choices_page(request, ChoicesForm(memberships=places, initial=known))
    form = ChoicesForm(request.POST, memberships=places)

    def act(location: str) -> None:
        choosing.choose(request.actor, form.chosen, key=form.cleaned_data["cle"], location=location)

    return _write(request, form, act, "Vos choix sont enregistrés.", _choices_page)


def _write(
    request: ActorRequest,
    form: KeyForm,
    act: Callable[[str], None],
    done: str,
    page: Callable[[ActorRequest, KeyForm, int], HttpResponse],
) -> HttpResponse:
    location = reverse("gestion:me")
    try:
        if not form.is_valid():
            return page(request, form, 422)
        act(location)
    except Refused as refused:
        form.refuse(refused)
        return page(request, form, 422)
    except AlreadyDone as already:
        return SeeOther(already.location)
    messages.success(request, done)
    return SeeOther(location)


def _page(request: ActorRequest, form: KeyForm, status: int = 200) -> HttpResponse:
    return render(request, "gestion/identity.html", {"form": form}, status=status)


def _choices_page(request: ActorRequest, form: KeyForm, status: int = 200) -> HttpResponse:
    return render(request, "gestion/choices.html", {"form": form}, status=status)
