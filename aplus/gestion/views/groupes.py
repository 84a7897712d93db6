"""My groupes, one groupe."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.annuaire.models import Groupe
from aplus.gestion.presenters import groupes as presenters
from aplus.gestion.presenters import members as members_presenters
from aplus.gestion.queries import groupes as queries
from aplus.policy import decisions


@access(decisions.may_enter)
@require_safe
def groupes(request: ActorRequest) -> HttpResponse:
    """The groupes I belong to."""
    lines = [presenters.groupe_line(request.actor, groupe) for groupe in queries.my_groupes(request.actor)]
    return render(request, "gestion/groupes.html", {"groupes": lines})


@access(decisions.may_see_groupe, on=queries.groupe)
@require_safe
def groupe(request: ActorRequest, found: Groupe) -> HttpResponse:
    """One groupe, for those whom the query lets see it; each section is an include with its own key of the context."""
    context = {
        "groupe": presenters.groupe_line(request.actor, found),
        "pages": presenters.groupe_pages(request.actor, found),
        "members": members_presenters.section(request.actor, found),
        "changes": members_presenters.changes(request.actor, found),
    }
    return render(request, "gestion/groupe.html", context)
