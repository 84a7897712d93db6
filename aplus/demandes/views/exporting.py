"""The list as filtered, as a file: `/demandes.csv` of any length, `/demandes.xlsx` up to twenty thousand lines."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.core import clock
from aplus.demandes.models import Demande
from aplus.demandes.presenters import list_export as presenter
from aplus.demandes.presenters.list_filters import address
from aplus.demandes.queries import list_export as queries
from aplus.demandes.queries import search
from aplus.demandes.queries.list_filters import narrowed
from aplus.demandes.queries.list_holders import Tab, Within
from aplus.demandes.queries.list_state import ListState
from aplus.demandes.queries.lists import Order, find
from aplus.journal import services as journal
from aplus.policy import decisions
from aplus.policy.actor import Actor

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_AT_MOST = 20_000


@access(decisions.may_enter)
@require_safe
def as_csv(request: ActorRequest) -> HttpResponseBase:
    """Streamed by chunks: the header leaves before the first demande is read."""
    if request.method == "HEAD":
        return _named(HttpResponse(content_type=CSV), "csv")
    actor, state, now = request.actor, ListState.from_query(request.GET), clock.now()
    found = queries.chunks(actor, state.tab, now=now, within=_within(actor, state))
    _journal(actor, state, "csv")
    return _named(StreamingHttpResponse(presenter.as_csv(_rows(actor, found)), content_type=CSV), "csv")


@access(decisions.may_enter)
@require_safe
def as_xlsx(request: ActorRequest) -> HttpResponseBase:
    """Built whole before it leaves; too long, a page that offers the CSV."""
    if request.method == "HEAD":
        return _named(HttpResponse(content_type=XLSX), "xlsx")
    actor, state = request.actor, ListState.from_query(request.GET)
    ids = _ids(actor, state)
    if ids is None:
        start = state.starting_at(None)
        context = {"most": XLSX_AT_MOST, "query": start.to_query(), "list_url": address(start)}
        return render(request, "demandes/export_too_long.html", context)
    _journal(actor, state, "xlsx")
    # Read again by chunks: what was lost since is left out.
    found = (queries.readable(actor, queries.metadata(some)) for some in _by(queries.CHUNK, ids))
    return _named(FileResponse(presenter.as_xlsx(_rows(actor, found)), content_type=XLSX), "xlsx")


def _ids(actor: Actor, state: ListState) -> list[UUID] | None:
    """All the demandes of the list, the newest first; None beyond what a workbook takes."""
    if state.tab is Tab.DRAFTS:
        return []
    found = find(actor, state.tab, Order.NEWEST, now=clock.now(), size=XLSX_AT_MOST, within=_within(actor, state))
    return found.ids if found.following is None else None


def _within(actor: Actor, state: ListState) -> Within:
    """What is asked besides the tab; of a search that is over nothing is left, rather than the whole list."""
    found = search.within(actor, search.recall(actor, state.search) or "") if state.search else None
    return narrowed(actor, state.filters, found)


def _by(size: int, ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _rows(actor: Actor, chunks: Iterable[Iterable[Demande]]) -> Iterator[list[presenter.Row]]:
    for chunk in chunks:
        yield [presenter.row(demande, decisions.side(actor, demande)) for demande in chunk]


def _journal(actor: Actor, state: ListState, form: str) -> None:
    """Before the first byte: how many lines will leave is not known yet."""
    codes = {"format": form, "onglet": state.tab.value, "filtres": len(state.filters.asked())}
    journal.write(actor, "export", codes=codes)


def _named(response: HttpResponseBase, suffix: str) -> HttpResponseBase:
    name = f"demandes-{clock.now():%Y-%m-%d}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
