"""Deactivating somebody's account and opening it again, from a groupe of theirs (accounts.md §2)."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key
from aplus.accounts.queries import persons
from aplus.accounts.queries.persons import Member, Person
from aplus.accounts.services import closing as services
from aplus.accounts.step_up import fresh_factor
from aplus.core.errors import Overtaken, Refused
from aplus.core.french import of_name
from aplus.gestion.forms.members import ConfirmForm
from aplus.gestion.presenters import leaving as presenters
from aplus.gestion.queries import consequences
from aplus.gestion.queries import members as queries
from aplus.gestion.views.answers import answering
from aplus.gestion.views.members import present
from aplus.policy import decisions
from aplus.ui import views as ui


@dataclass(frozen=True)
class Trail:
    """Where one comes from and goes back to: the groupe's page or the person's."""

    label: str
    url: str
    section: str
    section_url: str
    # Where somebody is put out of one groupe, when the account is not this reader's to close.
    remove_url: str = ""


@access(decisions.may_set_flags, on=queries.member)
@fresh_factor
@answering
def deactivate(request: ActorRequest, about: Member) -> HttpResponse:
    """Close the account of a member; who does not manage all their groupes is led to putting them out of this one."""
    present(request, about)
    return close_page(request, _person(about.user_id), _trail(about))


@access(decisions.may_set_flags, on=queries.member)
@fresh_factor
@answering
def reactivate(request: ActorRequest, about: Member) -> HttpResponse:
    """Open it again."""
    present(request, about)
    return open_page(request, _person(about.user_id), _trail(about))


def close_page(request: ActorRequest, person: Person, trail: Trail) -> HttpResponse:
    """The consequences over all groupes; a POST closes."""
    said = presenters.said(request.actor, consequences.of_leaving(person.memberships))
    context = {"said": said, "is_closed": not person.user.is_active}
    return _page(request, "gestion/deactivate.html", person, trail, context, services.deactivate, "désactivé")


def open_page(request: ActorRequest, person: Person, trail: Trail) -> HttpResponse:
    """What comes back; a POST opens."""
    context = {"memberships": presenters.remembered(person), "is_open": person.user.is_active}
    return _page(request, "gestion/reactivate.html", person, trail, context, services.reactivate, "réactivé")


def _page(
    request: ActorRequest,
    template: str,
    person: Person,
    trail: Trail,
    context: dict[str, object],
    service: Callable[..., None],
    done: str,
) -> HttpResponse:
    may = decisions.may_deactivate(request.actor, person)
    context = {**context, "member": person.user, "trail": trail, "may": may, "form": ConfirmForm()}
    if request.method != "POST":
        return render(request, template, context)
    try:
        service(request.actor, person.user_id, key=read_key(request.POST.get("cle")), location=trail.url)
    except Refused as refused:
        form = ConfirmForm(request.POST)
        form.refuse(refused)
        return render(request, template, {**context, "form": form}, status=422)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), trail.url)
    messages.success(request, f"Le compte {of_name(person.user.full_name)} est {done}.")
    return SeeOther(trail.url)


def _person(user_id: UUID) -> Person:
    found = persons.person(user_id)
    if found is None:
        raise Http404
    return found


def _trail(about: Member) -> Trail:
    here = [about.place.pk, about.user_id]
    return Trail(
        label=about.place.name,
        url=reverse("gestion:groupe", args=[about.place.pk]),
        section="Groupes",
        section_url=reverse("gestion:groupes"),
        remove_url=reverse("gestion:remove_member", args=here),
    )
