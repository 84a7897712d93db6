"""Versions of the terms of use, for administrateurs."""

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.accounts.models import CguVersion
from aplus.accounts.queries import cgu as queries
from aplus.core import clock
from aplus.demandes.forms.acts import KeyForm
from aplus.pilotage.forms.cgu import CguForm
from aplus.pilotage.rules.marks import mark_of
from aplus.pilotage.services import cgu as services
from aplus.pilotage.views.writing import READING, Question, ask, press, write
from aplus.policy import decisions
from aplus.ui import markdown

PREVIEW = "apercu"


@access(decisions.may_administer)
@require_safe
def versions(request: ActorRequest) -> HttpResponse:
    """All versions, and how many people accepted each."""
    rows, now = list(queries.all_versions()), clock.now()
    in_force = next((row.version for row in rows if queries.is_in_force_at(row, now)), "")
    context = {
        "to_come": [row for row in rows if not queries.is_in_force_at(row, now)],
        "published": [row for row in rows if queries.is_in_force_at(row, now)],
        "in_force": in_force,
        "key": KeyForm(auto_id=False),
    }
    return render(request, "pilotage/cgu_versions.html", context)


@access(decisions.may_administer)
def new_version(request: ActorRequest) -> HttpResponse:
    """Prepare a version, from the text in force."""
    location = reverse("pilotage:cgu")
    if request.method in READING:
        form = CguForm(initial={"texte": queries.text_of(queries.in_force())}, is_new=True)
        return _one(request, form, None, 200)
    form = CguForm(request.POST, is_new=True)
    if request.POST.get("action") == PREVIEW:
        return _preview(request, form, None)

    def act() -> None:
        services.prepare(request.actor, form.values, key=form.cleaned_data["cle"], location=location)

    page = partial(_one, request, form, None)
    return write(request, form, act, page, location=location, done="La version est prête.")


@access(decisions.may_administer)
def version(request: ActorRequest, version: str) -> HttpResponse:
    """Change one to come; one in force is read where everyone reads it."""
    row = queries.version_of(version)
    if row is None:
        raise Http404
    location = reverse("pilotage:cgu")
    if request.method in READING:
        if queries.is_in_force_at(row, clock.now()):
            return SeeOther(reverse("help:terms_version", args=[row.version]))
        return _one(request, CguForm(initial=services.values_of(row), is_new=False), row, 200)
    form = CguForm(request.POST, is_new=False)
    if request.POST.get("action") == PREVIEW:
        return _preview(request, form, row)

    def act() -> None:
        typed = form.cleaned_data
        services.change(request.actor, row.version, form.values, seen=typed["vu"], key=typed["cle"], location=location)

    page = partial(_one, request, form, row)
    return write(request, form, act, page, location=location, done="La version est enregistrée.")


@access(decisions.may_administer)
def withdraw_version(request: ActorRequest, version: str) -> HttpResponse:
    """Forget one to come, once sure; a form sent twice leads twice to the list."""
    location = reverse("pilotage:cgu")
    row = queries.version_of(version)
    if request.method in READING and row is not None:
        title = f"Retirer la version {row.version}\u00a0?"
        text = "Elle n’entrera pas en vigueur, et son texte est effacé pour de bon."
        return ask(request, Question(title, text, "Retirer", "Conditions d’utilisation", location))
    return press(request, services.withdraw, version, location=location, done="La version est retirée.")


def _preview(request: ActorRequest, form: CguForm, row: CguVersion | None) -> HttpResponse:
    """The text as it will be read, above the form; nothing is written."""
    return _one(request, form, row, 200 if form.is_valid() else 422, is_preview=True)


def _one(
    request: ActorRequest, form: CguForm, row: CguVersion | None, status: int, *, is_preview: bool = False
) -> HttpResponse:
    if row is not None:
        now = queries.version_of(row.version)
        form.show(mark_of(services.values_of(now or row)), status)
    typed = form.cleaned_data.get("texte", "") if is_preview else ""
    context = {"form": form, "row": row, "preview": markdown.render(typed) if typed else ""}
    return render(request, "pilotage/cgu_version.html", context, status=status)
