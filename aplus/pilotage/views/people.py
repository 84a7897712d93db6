"""Finding a person for support, and their page: what helps them, never the content of a demande."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import FIELD, read_key
from aplus.accounts.queries.persons import Person, seen_person
from aplus.accounts.services import support as services
from aplus.core import clock
from aplus.core.errors import Refused
from aplus.demandes.forms.acts import KeyForm
from aplus.gestion.views.answers import answering
from aplus.pilotage.forms.directory import FindForm, read_after
from aplus.pilotage.presenters import people as presenter
from aplus.pilotage.presenters.directory import person_line
from aplus.pilotage.queries import people as queries
from aplus.pilotage.queries.places import Places, places
from aplus.policy import decisions


@access(decisions.may_see_people)
def people(request: ActorRequest) -> HttpResponse:
    """Look for a person: by POST, so that no name or address stays in an address."""
    if request.method in {"GET", "HEAD"}:
        return render(request, "pilotage/people.html", {"form": FindForm(), "is_search": False})
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    form = FindForm(request.POST)
    try:
        if not form.is_valid():
            return render(request, "pilotage/people.html", {"form": form, "is_search": False}, status=422)
        form.require_something()
    except Refused as refused:
        form.refuse(refused)
        return render(request, "pilotage/people.html", {"form": form, "is_search": False}, status=422)
    typed = form.cleaned_data
    rows, following = queries.find(request.actor, typed["q"], typed["groupe"], after=read_after(request.POST))
    context = {
        "form": form,
        "is_search": True,
        "typed": typed,
        "rows": [person_line(request.actor, row) for row in rows],
        "has_emails": True,
        "next_after": str(following or ""),
    }
    return render(request, "pilotage/people.html", context)


@access(decisions.may_see_person, on=seen_person)
@require_safe
def person(request: ActorRequest, about: Person) -> HttpResponse:
    """The page of a person; who opens it is in the journal."""
    if request.method == "HEAD":
        return HttpResponse()
    actor = request.actor
    services.note_reading(actor, about.user_id)
    shown = queries.support(about)
    named = places() if about.has_scope else Places({}, {}, frozenset())
    context = {
        "person": about.user,
        "is_me": about.user_id == actor.user_id,
        "facts": list(presenter.facts(shown)),
        "groupes": presenter.groupes(actor, about),
        "roles": [role for role in presenter.held_roles(shown.actor, named) if role.is_held],
        "acts": presenter.acts(actor, about),
        "sees": presenter.sees(shown),
        "numbers": presenter.numbers(shown),
        "entries": presenter.entries(shown),
        "mails": presenter.mails(shown),
        "sessions": presenter.sessions(shown),
        "may_end_sessions": bool(shown.sessions) and decisions.may_deactivate(actor, about),
        "end_form": KeyForm(auto_id=False),
        "invitations": presenter.invitations(shown, clock.now()),
        "absences": presenter.absences(shown),
    }
    return render(request, "pilotage/person.html", context)


@access(decisions.may_deactivate, on=seen_person)
@answering
def end_sessions(request: ActorRequest, about: Person) -> HttpResponse:
    """End every session of this person."""
    location = reverse("pilotage:person", args=[about.user_id])
    if request.method == "POST":
        key = read_key(request.POST.get(FIELD))
        number = services.send_out(request.actor, about.user_id, key=key, location=location)
        said = "Ses sessions sont fermées." if number else "Cette personne n’a aucune session ouverte."
        messages.success(request, said)
    return SeeOther(location)
