"""The directory of groupes and of people, and its exports.

A groupe is looked for by its address (GET): its name is nobody's. A person is looked for by POST: the name of a
colleague stays out of logs, histories and links (privacy-and-security.md).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.accounts.step_up import fresh_factor
from aplus.core import clock
from aplus.demandes.presenters.list_export import as_csv
from aplus.journal import services as journal
from aplus.pilotage.forms.directory import read_after, read_asked
from aplus.pilotage.presenters import directory as presenter
from aplus.pilotage.queries import directory as queries
from aplus.pilotage.queries.directory import Asked
from aplus.pilotage.queries.places import places
from aplus.policy import decisions
from aplus.policy.actor import Actor

CSV = "text/csv; charset=utf-8"


@access(decisions.may_see_pilotage)
@require_safe
def groupes(request: ActorRequest) -> HttpResponse:
    """Groupes by name; those that are closed apart, for the A+ team."""
    actor = request.actor
    asked, offered = _asked(actor, request.GET)
    after = read_after(request.GET)
    rows, following = queries.groupes(actor, asked, after=after)
    context = {
        **offered,
        "asked": asked,
        "rows": [presenter.groupe_line(actor, row) for row in rows],
        "has_mailboxes": decisions.may_see_people(actor),
        "first_url": presenter.query_of(asked) or reverse("pilotage:directory") if after else "",
        "next_url": presenter.query_of(asked, following) if following else "",
        "export_query": presenter.query_of(asked),
    }
    return render(request, "pilotage/groupes.html", context)


@access(decisions.may_see_pilotage)
def people(request: ActorRequest) -> HttpResponse:
    """Active people by name; a POST looks for one of them by name."""
    location = reverse("pilotage:directory_people")
    if request.method == "POST":
        asked, offered = _asked(request.actor, request.POST)
        if not asked.name:
            return SeeOther(f"{location}{presenter.query_of(asked)}")
        return _people(request, asked, offered, request.POST)
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    asked, offered = _asked(request.actor, request.GET, has_name=False)
    return _people(request, asked, offered, request.GET)


def _people(request: ActorRequest, asked: Asked, offered: dict[str, Any], said: QueryDict) -> HttpResponse:
    actor, after = request.actor, read_after(said)
    rows, following = queries.people(actor, asked, after=after)
    places_only = Asked(territoire=asked.territoire, organisme=asked.organisme)
    is_search = bool(asked.name)
    context = {
        **offered,
        "asked": asked,
        "rows": [presenter.person_line(actor, row) for row in rows],
        "has_emails": decisions.may_see_people(actor),
        # After a search by POST, the next page is a form: its name stays out of the address.
        "next_after": str(following) if following and is_search else "",
        "first_url": presenter.query_of(places_only) or request.path if after and not is_search else "",
        "next_url": presenter.query_of(places_only, following) if following and not is_search else "",
        "export_query": presenter.query_of(places_only),
    }
    return render(request, "pilotage/people_directory.html", context)


@access(decisions.may_see_pilotage)
@fresh_factor
@require_safe
def groupes_csv(request: ActorRequest) -> HttpResponseBase:
    """The groupes of the directory as asked, whatever their number."""
    actor = request.actor
    asked, _ = _asked(actor, request.GET)
    found = (presenter.groupe_cells(actor, rows) for rows in queries.all_groupes(actor, asked))
    return _export(request, "groupes", asked, presenter.groupe_headers(actor), found)


@access(decisions.may_see_pilotage)
@fresh_factor
@require_safe
def people_csv(request: ActorRequest) -> HttpResponseBase:
    """The people of the directory as asked, one line per groupe of each."""
    actor = request.actor
    asked, _ = _asked(actor, request.GET, has_name=False)
    found = (presenter.person_cells(actor, rows) for rows in queries.all_people(actor, asked))
    return _export(request, "personnes", asked, presenter.person_headers(actor), found)


def _export(
    request: ActorRequest, what: str, asked: Asked, headers: Sequence[str], chunks: Iterable[Iterable[Any]]
) -> HttpResponseBase:
    """Journaled before the first byte, then streamed by chunks."""
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type=CSV)
    else:
        codes: dict[str, str | bool] = {"format": "csv", "quoi": f"annuaire-{what}", "filtre": bool(asked.name)}
        codes |= {"territoire": asked.territoire, "organisme": asked.organisme}
        journal.write(request.actor, "export", codes=codes)
        response = StreamingHttpResponse(as_csv(chunks, headers), content_type=CSV)
    name = f"annuaire-{what}-{clock.now():%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked(actor: Actor, said: QueryDict, *, has_name: bool = True) -> tuple[Asked, dict[str, Any]]:
    """What is asked for among what this reader may ask for, and the choices of the filters."""
    territoires, organismes = presenter.offered(actor, places())
    asked = read_asked(said, territoires=territoires, organismes=organismes)
    if not has_name:
        asked = Asked(territoire=asked.territoire, organisme=asked.organisme)
    may_see_closed = decisions.may_administer(actor)
    if asked.is_closed and not may_see_closed:
        asked = Asked(territoire=asked.territoire, organisme=asked.organisme, name=asked.name)
    return asked, {"territoires": territoires, "organismes": organismes, "may_see_closed": may_see_closed}
