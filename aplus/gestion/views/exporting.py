"""The demandes of a groupe as filtered, as a file: metadata only; CSV of any length, XLSX up to a limit."""

from datetime import datetime

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.accounts.step_up import fresh_factor
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.demandes.presenters import list_export
from aplus.demandes.queries.list_export import CHUNK
from aplus.demandes.queries.managed import Show, find
from aplus.demandes.queries.managed_filters import ManagedFilters
from aplus.gestion.presenters import exporting as presenters
from aplus.gestion.presenters.narrowing import Listed
from aplus.gestion.queries import exporting as queries
from aplus.gestion.queries.groupes import groupe as load
from aplus.journal import services as journal
from aplus.policy import decisions

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_AT_MOST = 20_000


@access(decisions.may_see_metadata, on=load)
@fresh_factor
@require_safe
def as_csv(request: ActorRequest, groupe: Groupe) -> HttpResponseBase:
    """Streamed by chunks: the header leaves before the first demande is read."""
    now = clock.now()
    if request.method == "HEAD":
        return _named(HttpResponse(content_type=CSV), "csv", now)
    show, filters = asked(request)
    _journal(request, groupe, "csv")
    rows = presenters.rows(groupe, queries.chunks(groupe, show, filters, now), now)
    lines = list_export.as_csv(rows, presenters.HEADERS)
    return _named(StreamingHttpResponse(lines, content_type=CSV), "csv", now)


@access(decisions.may_see_metadata, on=load)
@fresh_factor
@require_safe
def as_xlsx(request: ActorRequest, groupe: Groupe) -> HttpResponseBase:
    """Built whole before it leaves; too long, a page that offers the CSV."""
    now = clock.now()
    if request.method == "HEAD":
        return _named(HttpResponse(content_type=XLSX), "xlsx", now)
    show, filters = asked(request)
    ids, following = find(groupe, show, None, now, filters, XLSX_AT_MOST)
    if following is not None:
        listed = Listed(groupe, show, filters)
        csv_url = listed.address(route="groupe_csv")
        context = {"groupe": groupe, "most": XLSX_AT_MOST, "list_url": listed.address(), "csv_url": csv_url}
        return render(request, "gestion/export_too_long.html", context)
    _journal(request, groupe, "xlsx")
    found = (queries.chunk(groupe, ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK))
    book = list_export.as_xlsx(presenters.rows(groupe, found, now), presenters.HEADERS)
    return _named(FileResponse(book, content_type=XLSX), "xlsx", now)


def asked(request: ActorRequest) -> tuple[Show, ManagedFilters]:
    """The list that the address asks for."""
    said = request.GET.get("onglet", "")
    return Show(said) if said in set(Show) else Show.OPEN, ManagedFilters.from_query(request.GET)


def _journal(request: ActorRequest, groupe: Groupe, form: str) -> None:
    """Before the first byte: how many lines will leave is not known yet."""
    show, filters = asked(request)
    codes: dict[str, str | int | bool] = {"format": form, "onglet": show.value, "filtres": len(filters.asked())}
    journal.write(request.actor, "export", kind="groupe", thing_id=groupe.pk, codes=codes)


def _named(response: HttpResponseBase, suffix: str, now: datetime) -> HttpResponseBase:
    name = f"demandes-du-groupe-{now:%Y-%m-%d}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
