"""The home screen, `/demandes/`: one page of one tab, for everyone signed in; and the choices kept for it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import FIELD, read_key
from aplus.accounts.presenters.beginning import on_first_page
from aplus.core import clock
from aplus.core.errors import AlreadyDone
from aplus.demandes.forms.search import SearchForm
from aplus.demandes.openers import open_rows
from aplus.demandes.presenters import list_filters as filters_presenter
from aplus.demandes.presenters import lists as presenter
from aplus.demandes.presenters.list_filters import address
from aplus.demandes.queries import lists as queries
from aplus.demandes.queries import search
from aplus.demandes.queries.list_filters import narrowed
from aplus.demandes.queries.list_holders import Tab, Within
from aplus.demandes.queries.list_marks import Mark
from aplus.demandes.queries.list_panel import Panel, kept_choices, panel
from aplus.demandes.queries.list_state import ListState
from aplus.demandes.queries.list_walk import Walk
from aplus.demandes.services import list_choices
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.ui.undo import Undo, say_done


@access(decisions.may_enter)
@require_safe
def demandes(request: ActorRequest) -> HttpResponse:
    """A tab of the reader's demandes, or their drafts."""
    if request.method == "HEAD":
        # Opening the rows would leave a line in the journal: HEAD changes nothing (contract.md §1).
        return HttpResponse()
    return list_page(request)


def list_page(request: ActorRequest, *, refused: SearchForm | None = None, status: int = 200) -> HttpResponse:
    """The list that the address asks for; `refused` is a search that found nothing to look for."""
    actor = request.actor
    offered = _panel(request)
    state, is_usual = filters_presenter.opened(request.GET, offered)
    typed = search.recall(actor, state.search) if state.search and state.tab is not Tab.DRAFTS else None
    if typed is None and state.tab is not Tab.DRAFTS:
        state = replace(state, search=None)
    within = narrowed(actor, state.filters, search.within(actor, typed) if typed is not None else None)
    whole = state.starting_at(None)
    page = _drafts(actor, state.after) if state.tab is Tab.DRAFTS else _rows(actor, state, within)
    shown = filters_presenter.shown(state, offered, is_usual=is_usual)
    numbers = queries.counters(actor, now=clock.now(), within=within)
    context = {
        **page,
        "first_steps": on_first_page(request),
        "export_query": f"?{whole.to_query()}" if whole.asked() else "",
        "title": presenter.title(actor, state),
        "tabs": presenter.tabs(actor, state, numbers, is_kept=shown.is_kept),
        "orders": presenter.orders(state, is_kept=shown.is_kept),
        "filters": shown if state.tab is not Tab.DRAFTS else None,
        "first_url": address(whole, is_kept=shown.is_kept) if state.after else "",
        "next_url": address(state.starting_at(page["following"])) if page["following"] else "",
        "empty": presenter.empty(actor, state, shown.clear_url),
        "may_create": decisions.may_create_demande(actor),
        "cle": uuid4(),
        "search_form": refused or SearchForm(initial={"q": typed}),
        "typed": typed,
        "found": presenter.how_many(len(page["rows"]), is_all=not (state.after or page["following"])),
        "all_url": address(replace(state, search=None, after=None), is_kept=shown.is_kept),
        "is_expired": "recherche" in request.GET and typed is None and state.tab is not Tab.DRAFTS,
        "walk": Walk(state).to_text(),
    }
    return render(request, "demandes/list.html", context, status=status)


@access(decisions.may_enter)
def choices(request: ActorRequest) -> HttpResponse:
    """Keep the order and the filters of a list for the next times, or forget those kept."""
    location = reverse("demandes:list")
    if request.method in {"GET", "HEAD"}:
        return SeeOther(location)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    is_kept = request.POST.get("choix") == "garder"
    before = kept_choices(request.actor)
    kept = filters_presenter.keepable(ListState.from_query(request.POST)) if is_kept else {}
    try:
        list_choices.keep(request.actor, kept, key=read_key(request.POST.get(FIELD)), location=location)
    except AlreadyDone as done:
        return SeeOther(done.location)
    said = "Vos demandes s’ouvriront désormais avec ces choix." if kept else "Vos choix habituels sont oubliés."
    say_done(request, said, _undoing(before))
    return SeeOther(location)


def _undoing(before: Mapping[str, str]) -> Undo:
    """Back to what was kept before, or to nothing kept."""
    fields = {"choix": "garder", **before} if before else {"choix": "oublier"}
    return Undo(reverse("demandes:list_choices"), "Annuler", fields)


def _panel(request: ActorRequest) -> Panel:
    """What the filters offer; drafts have none."""
    if ListState.from_query(request.GET).tab is Tab.DRAFTS:
        return Panel()
    return panel(request.actor, now=clock.now())


def _rows(actor: Actor, state: ListState, within: Within) -> dict[str, Any]:
    now = clock.now()
    found = queries.find(actor, state.tab, state.order, now=now, after=state.after, within=within)
    demandes = queries.load(actor, found.ids)
    contents = open_rows(actor, demandes)
    rows = [
        presenter.row(actor, demande, contents[demande.id], last_read_at=demande.last_read_at, now=now)
        for demande in demandes
        if demande.id in contents
    ]
    return {"rows": rows, "drafts": [], "following": found.following}


def _drafts(actor: Actor, after: Mark | None) -> dict[str, Any]:
    drafts, following = queries.find_drafts(actor, after=after)
    return {"rows": [], "drafts": [presenter.draft_row(draft) for draft in drafts], "following": following}
