"""My groupes, one groupe."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.accounts.presenters.beginning import on_first_page
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.demandes.queries import moving
from aplus.demandes.queries.activity import WINDOW_DAYS, activity
from aplus.gestion.presenters import groupes as presenters
from aplus.gestion.presenters import inviting as inviting_presenters
from aplus.gestion.presenters import members as members_presenters
from aplus.gestion.presenters import proposals as proposals_presenters
from aplus.gestion.queries import directory
from aplus.gestion.queries import groupes as queries
from aplus.policy import decisions


@access(decisions.may_enter)
@require_safe
def groupes(request: ActorRequest) -> HttpResponse:
    """The groupes I belong to, with what waits in each, and the way to the others."""
    actor = request.actor
    context = {
        "first_steps": on_first_page(request),
        "lines": [presenters.my_line(actor, one) for one in directory.mine(actor, clock.now())],
        "may_see_directory": decisions.may_see_pilotage(actor),
        "may_create": decisions.may_create_groupe(actor),
        "may_import": decisions.may_manage_some_members(actor),
    }
    return render(request, "gestion/groupes.html", context)


@access(decisions.may_see_groupe, on=queries.groupe)
@require_safe
def groupe(request: ActorRequest, found: Groupe) -> HttpResponse:
    """One groupe, for those whom the query lets see it; each section is an include with its own key of the context."""
    actor = request.actor
    context = {
        "groupe": presenters.groupe_line(actor, found),
        "facts": presenters.facts(actor, found, directory.accepted_names(found), moving.number_left(found)),
        "pages": presenters.groupe_pages(actor, found),
        "activity": presenters.activity_rows(activity(found.pk, clock.now())),
        "activity_days": WINDOW_DAYS,
        "members": members_presenters.section(actor, found),
        "invitations": inviting_presenters.invitations(actor, found),
        "proposals": proposals_presenters.section(actor, found),
        "changes": members_presenters.changes(actor, found),
    }
    return render(request, "gestion/groupe.html", context)
