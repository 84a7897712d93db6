"""Territoires and organismes, for administrateurs."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.annuaire.models import Organisme, OrganismeSide, Territoire
from aplus.core.text import fold
from aplus.pilotage.forms.reference import OrganismeForm, TerritoireForm
from aplus.pilotage.forms.seen import OVERTAKEN
from aplus.pilotage.queries import reference as queries
from aplus.pilotage.rules.marks import mark_of
from aplus.pilotage.services import places as services
from aplus.pilotage.views.writing import READING, write
from aplus.policy import decisions
from aplus.ui.forms import NUL

LONGEST_NAME = 100


@access(decisions.may_administer)
@require_safe
def territoires(request: ActorRequest) -> HttpResponse:
    """All territoires, or those whose name or code begins with what was typed."""
    typed = request.GET.get("nom", "").replace(NUL, "").strip()[:LONGEST_NAME]
    rows = queries.territoires()
    context = {"rows": [row for row in rows if _is_named(row, fold(typed))], "typed": typed}
    return render(request, "pilotage/territoires.html", context)


def _is_named(row: Territoire, wanted: str) -> bool:
    """One of its words begins so, accents and case aside; « val d » finds Val-d’Oise."""
    name = fold(row.name).replace("-", " ").replace("'", " ").replace("’", " ")
    sought = wanted.replace("-", " ").replace("'", " ").replace("’", " ")
    return row.code.lower().startswith(sought) or f" {name}".find(f" {sought}") >= 0


@access(decisions.may_administer)
def territoire(request: ActorRequest, territoire_code: str) -> HttpResponse:
    """One territoire, to change it."""
    row = queries.territoire(territoire_code)
    if row is None:
        raise Http404
    if request.method in READING:
        return _territoire(request, TerritoireForm(initial=services.territoire_values(row)), row, 200)
    location = reverse("pilotage:territoires")
    form = TerritoireForm(request.POST)

    def act() -> None:
        typed = form.cleaned_data
        services.change_territoire(
            request.actor, row.code, form.values, seen=typed["vu"], key=typed["cle"], location=location
        )

    page = partial(_territoire, request, form, row)
    return write(request, form, act, page, location=location, done="Le territoire est enregistré.")


@access(decisions.may_administer)
@require_safe
def organismes(request: ActorRequest) -> HttpResponse:
    """All organismes."""
    return render(request, "pilotage/organismes.html", {"rows": queries.organismes()})


@access(decisions.may_administer)
def new_organisme(request: ActorRequest) -> HttpResponse:
    """One more organisme."""
    if request.method in READING:
        form = OrganismeForm(initial={"cote": OrganismeSide.OPERATEUR}, themes=_themes(None), is_new=True)
        return _organisme(request, form, None, 200)
    location = reverse("pilotage:organismes")
    form = OrganismeForm(request.POST, themes=_themes(None), is_new=True)

    def act() -> None:
        services.add_organisme(request.actor, form.values, key=form.cleaned_data["cle"], location=location)

    page = partial(_organisme, request, form, None)
    return write(request, form, act, page, location=location, done="L’organisme est ajouté.")


@access(decisions.may_administer)
def organisme(request: ActorRequest, organisme_code: str) -> HttpResponse:
    """One organisme, to change it."""
    row = queries.organisme(organisme_code)
    if row is None:
        raise Http404
    if request.method in READING:
        initial = services.organisme_values(row)
        return _organisme(request, OrganismeForm(initial=initial, themes=_themes(row), is_new=False), row, 200)
    location = reverse("pilotage:organismes")
    form = OrganismeForm(request.POST, themes=_themes(row), is_new=False)

    def act() -> None:
        typed = form.cleaned_data
        services.change_organisme(
            request.actor, row.code, form.values, seen=typed["vu"], key=typed["cle"], location=location
        )

    page = partial(_organisme, request, form, row)
    return write(request, form, act, page, location=location, done="L’organisme est enregistré.")


def _themes(row: Organisme | None) -> list[tuple[str, str]]:
    """The themes that are offered, and those that this organisme has."""
    held = {theme.code for theme in row.thematiques.all()} if row is not None else set()
    return [(one.code, one.name) for one in queries.themes() if one.retired_at is None or one.code in held]


def _territoire(request: ActorRequest, form: TerritoireForm, row: Territoire, status: int) -> HttpResponse:
    now = queries.territoire(row.code) or row if status == OVERTAKEN else row
    form.show(mark_of(services.territoire_values(now)), status)
    return render(request, "pilotage/territoire.html", {"form": form, "row": now}, status=status)


def _organisme(request: ActorRequest, form: OrganismeForm, row: Organisme | None, status: int) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "row": row, "reach": None}
    if row is not None:
        now = queries.organisme(row.code) or row if status == OVERTAKEN else row
        form.show(mark_of(services.organisme_values(now)), status)
        context |= {"row": now, "reach": queries.reach(row.code)}
    return render(request, "pilotage/organisme.html", context, status=status)
