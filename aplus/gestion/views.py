"""My groupes, one groupe, my account."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.gestion import presenters, queries
from aplus.policy import decisions


@access(decisions.may_enter)
@require_safe
def groupes(request: ActorRequest) -> HttpResponse:
    """The groupes I belong to."""
    lines = [presenters.groupe_line(request.actor, groupe) for groupe in queries.my_groupes(request.actor)]
    return render(request, "gestion/groupes.html", {"groupes": lines})


@access(decisions.may_enter)
@require_safe
def groupe(request: ActorRequest, groupe_id: UUID) -> HttpResponse:
    """One groupe, for those whom the query lets see it."""
    found = queries.groupe(request.actor, groupe_id)
    if found is None:
        raise Http404
    return render(request, "gestion/groupe.html", {"groupe": presenters.groupe_line(request.actor, found)})


@access(decisions.may_enter)
@require_safe
def me(request: ActorRequest) -> HttpResponse:
    """My account, as it is known."""
    context = {
        "account": queries.my_account(request.actor),
        "groupes": [presenters.groupe_line(request.actor, groupe) for groupe in queries.my_groupes(request.actor)],
        "other_roles": presenters.other_roles(request.actor),
    }
    return render(request, "gestion/me.html", context)
