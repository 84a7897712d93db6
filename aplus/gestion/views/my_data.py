"""What A+ knows about me: a page to read, and one file with everything."""

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.accounts.step_up import fresh_factor
from aplus.core import clock
from aplus.gestion.presenters import my_data as presenters
from aplus.gestion.queries.my_data import reading
from aplus.journal import services as journal
from aplus.policy import decisions

JSON = "application/json; charset=utf-8"


@access(decisions.may_enter)
@require_safe
def my_data(request: ActorRequest) -> HttpResponse:
    """The newest of each section, and numbers: neither content nor anybody else's data."""
    found, counts = reading.latest(request.actor.person_id)
    context = {"tables": presenters.tables(found), "counts": [one for one in counts.items() if one[1]]}
    return render(request, "gestion/my_data.html", context)


@access(decisions.may_enter)
@fresh_factor
@require_safe
def my_data_file(request: ActorRequest) -> HttpResponseBase:
    """Everything, streamed; its line of the journal is written before the first byte."""
    if request.method == "HEAD":
        return _named(HttpResponse(content_type=JSON))
    actor = request.actor
    journal.write(actor, "export", kind="compte", thing_id=actor.person_id, codes={"format": "json", "quoi": "moi"})
    return _named(StreamingHttpResponse(presenters.as_json(actor.person_id), content_type=JSON))


def _named(response: HttpResponseBase) -> HttpResponseBase:
    name = f"mes-donnees-{clock.now():%Y-%m-%d}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
