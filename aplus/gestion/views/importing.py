"""The import of a file of people: choose it, review what each line would do, confirm (accounts.md §2)."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key
from aplus.accounts.step_up import fresh_factor
from aplus.annuaire.models import Groupe
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, TooMany, Unknown
from aplus.gestion.forms.importing import CONFIRM, FileForm, ReviewForm
from aplus.gestion.presenters import importing as presenters
from aplus.gestion.queries import groupes as groupes_queries
from aplus.gestion.queries import importing as queries
from aplus.gestion.queries.importing import Plan
from aplus.gestion.rules.imports import Column
from aplus.gestion.services import importing as services
from aplus.policy import decisions
from aplus.ui import views as ui

CHANGED = "La situation a changé depuis la vérification\u00a0: voici ce que ferait l’import maintenant."
MODEL_LINES = (
    "prenom.nom@exemple.fr;Prénom;Nom;Conseillère France services;;;oui;;;",
    "nouvelle.adresse@exemple.fr;Prénom;Nom;Référente;Nom du groupe;CAF;;oui;;ancienne.adresse@exemple.fr",
)


@access(decisions.may_manage_some_members)
@fresh_factor
@require_http_methods(["GET", "HEAD", "POST"])
def import_people(request: ActorRequest) -> HttpResponse:
    """The file, then its review; nothing is written before its confirmation."""
    if request.method != "POST":
        return _file_page(request, FileForm(), _groupe(request, request.GET.get("groupe", "")))
    if request.POST.get("action") == CONFIRM:
        return _confirm(request)
    default = _groupe(request, request.POST.get("groupe", ""))
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file_page(request, form, default, status=422)
    plan = queries.plan(request.actor, form.read.lines, default)
    return _review_page(request, form.text, default, plan, form.read.ignored)


@access(decisions.may_manage_some_members)
@require_safe
def model_file(_request: ActorRequest) -> HttpResponse:
    """A file to fill in, as a French spreadsheet opens it."""
    lines = [";".join(column.value for column in Column), *MODEL_LINES]
    content = "\ufeff" + "".join(f"{line}\r\n" for line in lines)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="modele-import-a-plus.csv"'
    return response


def _confirm(request: ActorRequest) -> HttpResponse:
    form = ReviewForm(request.POST)
    is_valid = form.is_valid()
    default = _groupe(request, request.POST.get("groupe", ""))
    if not is_valid:
        return _file_page(request, FileForm(), default, status=422, problems=form.errors.get("contenu", []))
    typed = form.cleaned_data
    location = _location(default)
    try:
        plan = services.confirm(
            request.actor, form.read.lines, default, seen=typed["apercu"], key=read_key(typed["cle"]), location=location
        )
    except services.Changed as changed:
        return _review_page(request, typed["contenu"], default, changed.plan, form.read.ignored, is_changed=True)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    except NotAllowed:
        raise PermissionDenied from None
    except Unknown:
        raise Http404 from None
    messages.success(request, presenters.done_message(plan))
    return SeeOther(location)


def _groupe(request: ActorRequest, posted: str) -> Groupe | None:
    """The groupe of the lines that name none; 404 when it is out of sight, 403 when others manage it."""
    if not posted:
        return None
    try:
        found = groupes_queries.groupe(request.actor, UUID(posted))
    except ValueError:
        found = None
    if found is None:
        raise Http404
    if found.closed_at is not None or not decisions.may_manage_members(request.actor, found):
        raise PermissionDenied
    return found


def _location(default: Groupe | None) -> str:
    return reverse("gestion:groupe", args=[default.pk]) if default else reverse("gestion:groupes")


def _file_page(
    request: ActorRequest, form: FileForm, default: Groupe | None, *, status: int = 200, problems: Sequence[str] = ()
) -> HttpResponse:
    context = {"form": form, "groupe": default, "problems": problems, "columns": [column.value for column in Column]}
    return render(request, "gestion/import_file.html", context, status=status)


def _review_page(
    request: ActorRequest,
    text: str,
    default: Groupe | None,
    plan: Plan,
    ignored: Sequence[str],
    *,
    is_changed: bool = False,
) -> HttpResponse:
    initial = {"contenu": text, "groupe": default.pk if default else "", "apercu": plan.digest}
    context = {
        "form": ReviewForm(initial=initial, auto_id=False),
        "groupe": default,
        "review": presenters.review(plan, queries.open_demandes(presenters.groupes_opened(plan))),
        "writes": plan.writes,
        "ignored": ignored,
        "changed": CHANGED if is_changed else "",
        "back": f"{reverse('gestion:import')}?groupe={default.pk}" if default else reverse("gestion:import"),
    }
    return render(request, "gestion/import_review.html", context, status=409 if is_changed else 200)
