"""The home screen, `/demandes/`: one page of one tab, for everyone signed in."""

from enum import StrEnum
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.core import clock
from aplus.demandes.openers import open_rows
from aplus.demandes.presenters import lists as presenter
from aplus.demandes.queries import lists as queries
from aplus.demandes.queries.list_holders import Tab
from aplus.demandes.queries.list_marks import Mark
from aplus.demandes.queries.lists import Order
from aplus.policy import decisions
from aplus.policy.actor import Actor

Choice = TypeVar("Choice", bound=StrEnum)


@access(decisions.may_enter)
@require_safe
def demandes(request: ActorRequest) -> HttpResponse:
    """A tab of the reader's demandes, or their drafts."""
    if request.method == "HEAD":
        # Opening the rows would leave a line in the journal: HEAD changes nothing (contract.md §1).
        return HttpResponse()
    actor = request.actor
    tab = _chosen(request, "onglet", Tab.ALL)
    order = _chosen(request, "tri", Order.DUE)
    after = Mark.from_text(request.GET.get("apres", ""))
    page = _drafts(actor, after) if tab is Tab.DRAFTS else _rows(actor, tab, order, after)
    following = page.pop("following")
    context = {
        **page,
        "title": presenter.tab_title(actor, tab),
        "tabs": presenter.tabs(actor, tab, order, queries.counters(actor, now=clock.now())),
        "orders": presenter.orders(tab, order),
        "first_url": presenter.address(tab, order) if after else "",
        "next_url": presenter.address(tab, order, following) if following else "",
        "empty": presenter.empty(actor, tab),
        "may_create": decisions.may_create_demande(actor),
    }
    return render(request, "demandes/list.html", context)


def _rows(actor: Actor, tab: Tab, order: Order, after: Mark | None) -> dict[str, Any]:
    now = clock.now()
    found = queries.find(actor, tab, order, now=now, after=after)
    demandes = queries.load(actor, found.ids)
    contents = open_rows(actor, demandes)
    readings = queries.last_readings(actor, found.ids)
    rows = [
        presenter.row(actor, demande, contents[demande.id], last_read_at=readings.get(demande.id), now=now)
        for demande in demandes
        if demande.id in contents
    ]
    return {"rows": rows, "drafts": [], "following": found.following}


def _drafts(actor: Actor, after: Mark | None) -> dict[str, Any]:
    drafts, following = queries.find_drafts(actor, after=after)
    return {"rows": [], "drafts": [presenter.draft_row(draft) for draft in drafts], "following": following}


def _chosen(request: HttpRequest, name: str, default: Choice) -> Choice:
    """The value of the address, or the default for anything unknown."""
    try:
        return type(default)(request.GET.get(name, default))
    except ValueError:
        return default
